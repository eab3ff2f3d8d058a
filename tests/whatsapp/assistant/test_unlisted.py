"""Prices of what the catalogue does not have: said not to be there or passed on, never another service's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.types import SalonView, ServiceView

PASSED_ON = "Передала ваш вопрос администратору, он ответит здесь."


def nails() -> SalonView:
    """The lily with what it lacks: designs, removals, laser for one place."""
    more = (
        ServiceView("20", "Дизайн ногтей", "Ногти", 300, 1000, 1800, salons.offers("4")),
        ServiceView("21", "Снятие гель-лака", "Ногти", 500, 500, 1800, salons.offers("4")),
        ServiceView("22", "Лазерная эпиляция: подмышки", "Лазер", 1500, 1500, 1800, salons.offers("3")),
        ServiceView("23", "Японский маникюр", "Ногти", 1900, 1900, 3600, salons.offers("4")),
    )  # fmt: skip
    return replace(salons.lily(), services=salons.lily().services + more)


@pytest.mark.parametrize(
    "text",
    [
        "а дизайн ногтей сколько?",
        "сколько стоит дизайн ногтей",
        "рисунок на ногтях сколько?",
        "лазер ноги сколько",
        "снятие гель-лака сколько?",
        "массаж сколько?",
        "тонирование сколько",
    ],
)
def test_a_service_that_is_not_here_has_no_price(text: str) -> None:
    reply = Chat.at(salons.lily()).say(text)

    assert "Такой услуги у нас нет. Есть: " in reply
    assert "₽" not in reply


@pytest.mark.parametrize(
    "text",
    [
        "сколько стоят стразы?",
        "стразы сколько?",
        "френч сколько стоит?",
        "укрепление гелем сколько?",
        "ремонт одного ногтя сколько",
    ],
)
def test_the_price_of_a_thing_that_no_title_has_is_asked_of_a_person(text: str) -> None:
    chat = Chat.at(salons.lily())

    assert chat.say(text).endswith(PASSED_ON)
    assert chat.last.handoff is not None


def test_a_kind_that_is_not_on_the_list_is_said_so_beside_what_there_is() -> None:
    reply = Chat.at(salons.lily()).say("японский маникюр сколько стоит?").replace("\xa0", " ")

    assert "Услуги «японский маникюр» у нас нет." in reply
    assert "Маникюр без покрытия — 1 200 ₽" in reply


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("а дизайн ногтей сколько?", "Дизайн ногтей — от 300 ₽"),
        ("снятие гель-лака сколько?", "Снятие гель-лака — 500 ₽"),
        ("лазер подмышки сколько", "Лазерная эпиляция: подмышки — 1 500 ₽"),
        ("японский маникюр сколько стоит?", "Японский маникюр — 1 900 ₽"),
        ("маникюр без покрытия сколько?", "Маникюр без покрытия — 1 200 ₽"),
        ("покрытие гелем сколько?", "гель-лак топ — 2 200 ₽"),
        ("почем у вас борода?", "Моделирование бороды — 900 ₽"),
        ("цена на стрижку", "Мужская стрижка — 1 500 ₽"),
    ],
)
def test_a_service_that_is_here_has_its_own(text: str, price: str) -> None:
    assert price in Chat.at(nails()).say(text).replace("\xa0", " ")


def test_laser_of_another_place_is_not_sold() -> None:
    assert "Такой услуги у нас нет." in Chat.at(nails()).say("лазер ноги сколько")


def test_a_course_of_a_service_is_no_course_for_masters() -> None:
    reply = Chat.at(salons.beauty(), 2026, 10, 29, 11, 0).say("сколько стоит курс массажа тела?")

    assert "Общий массаж тела — от 4 000 ₽" in reply.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("сколько стоит мужская стрижка и борода?", "Вместе, «стрижка + борода» — 2 200 ₽"),
        ("сколько стоит педикюр и маникюр без покрытия вместе?", "Вместе — от 3 200 ₽"),
        ("мужская стрижка и детская сколько вместе?", "Вместе — 2 500 ₽"),
    ],
)
def test_two_together_have_one_price(text: str, line: str) -> None:
    assert line in Chat.at(salons.lily()).say(text).replace("\xa0", " ")


@pytest.mark.parametrize(
    "text",
    ["сколько стоит педикюр и маникюр без покрытия?", "сколько стоят вместе педикюр и маникюр?"],
)
def test_no_sum_that_was_not_asked_or_is_not_known(text: str) -> None:
    assert "Вместе" not in Chat.at(salons.lily()).say(text)


def test_the_master_and_the_price_of_one_service_name_it_once() -> None:
    reply = Chat.at(salons.lily()).say("кто делает педикюр и сколько стоит?").replace("\xa0", " ")

    assert "Мастер — Анна.\nПедикюр — от 2 000 ₽, длится 1 час 30 минут. Записать вас?" in reply
