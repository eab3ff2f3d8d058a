"""Questions answered by their own facts: several masters' prices, vouchers, advice, «как обычно»."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "сколько стоит стрижка у Тимура и у Сергея?",
            "Мужская стрижка: у Тимура — 1\u00a0700\u00a0₽, у Сергея — 1\u00a0500\u00a0₽. К кому записать?",
        ),
        (
            "сколько стоит маникюр без покрытия у Анны и Екатерины?",
            "Маникюр без покрытия: у Анны — 1\u00a0200\u00a0₽, у Екатерины — 1\u00a0200\u00a0₽. К кому",
        ),
        ("сколько стоит мужская стрижка у Тимура?", "Мужская стрижка у Тимура — 1\u00a0700\u00a0₽, длится"),
        (
            "сколько стоит педикюр у Анны и у Сергея?",  # he does none
            "Педикюр — от 2\u00a0000\u00a0₽, длится 1 час 30 минут. Записать вас?",
        ),
    ],
)  # fmt: skip
def test_each_masters_price_is_told(text: str, told: str) -> None:
    assert told in Chat.at(salons.lily()).say(text)


def test_the_master_chosen_by_price_is_booked() -> None:
    chat = Chat.at(salons.lily())
    chat.say("сколько стоит мужская стрижка у Тимура и у Сергея?")

    chat.say("завтра в 12 к Сергею")

    assert chat.visits == [("12.03 12:00", "1", ("10",))]


@pytest.mark.parametrize(
    ("text", "priced"),
    [
        ("есть подарочные сертификаты и сколько стоят?", False),
        ("сколько стоит сертификат?", False),
        ("сертификаты есть? и сколько стоит педикюр?", True),
    ],
)
def test_a_vouchers_price_is_not_the_price_list(text: str, priced: bool) -> None:
    told = Chat.at(salons.lily()).say(text)

    assert "Про сертификаты точно не знаю" in told
    assert ("₽" in told) is priced


@pytest.mark.parametrize("text", ["как обычно", "запишите меня как обычно на завтра в 12"])
def test_usual_of_a_client_without_visits_is_asked_for(text: str) -> None:
    chat = Chat.at(salons.lily())

    assert "прошлых визитов не вижу. На какую услугу записать?" in chat.say(text)
    assert "не вижу" not in chat.say("ну как обычно")
    assert chat.visits == []


@pytest.mark.parametrize(
    "text",
    [
        "хочу что-то с волосами сделать, не знаю что, посоветуйте",
        "не знаю что выбрать, посоветуйте",
        "не уверена, что мне нужно. Порекомендуйте!",
    ],
)
def test_who_asks_for_advice_is_told_what_there_is(text: str) -> None:
    assert "У нас есть: мужская стрижка, женская стрижка" in Chat.at(salons.lily()).say(text)


def test_who_asks_others_for_advice_is_waited_for() -> None:
    assert Chat.at(salons.lily()).say("не знаю, посоветуюсь с мужем").endswith("Хорошо, жду.")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("а кто вообще сегодня работает?", "Свободное время сегодня есть у Анны и Екатерины."),
        ("а кто ещё работает?", "Анна и Екатерина. К кому записать?"),
    ],
)
def test_who_works_is_not_the_master_spoken_of_alone(text: str, answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра к Анне")

    assert answer in chat.say(text)


PRICES = "сколько стоит педикюр и маникюр?"
BOTH = "На какой день записать: педикюр + маникюр с покрытием | гель-лак топ?"


@pytest.mark.parametrize(
    ("asked", "said", "answer"),
    [
        (PRICES, "с покрытием", BOTH),
        ("сколько стоит педикюр и стрижка?", "мужская", "На какой день записать: педикюр + мужская стрижка?"),
        # named by itself, chosen by its number, or alone: what was asked beside it is not wanted
        (PRICES, "маникюр с покрытием", "На какой день записать?"),
        (PRICES, "только с покрытием", "На какой день записать?"),
        (PRICES, "второе", "На какой день записать?"),
        (PRICES, "педикюр", "На какой день записать?"),
        ("сколько стоит маникюр?", "с покрытием", "На какой день записать?"),
    ],
)  # fmt: skip
def test_which_of_a_kind_keeps_what_was_asked_about_beside_it(
    asked: str, said: str, answer: str
) -> None:
    chat = Chat.at(salons.lily())
    chat.say(asked)

    assert chat.say(said) == answer


def test_one_service_of_two_people_is_not_named_twice() -> None:
    chat = Chat.at(salons.lily())

    assert chat.say("нам с подругой маникюр без покрытия").endswith("На какой день записать?")
