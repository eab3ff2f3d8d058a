"""What was said is not asked again, and what is not known is said before anything is asked."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


def test_day_named_with_a_question_about_the_price_is_kept() -> None:
    chat = Chat.at(salons.lily())
    asked = chat.say("можно на маникюр на завтра вечером? и сколько это стоит?")
    assert "Что именно?\n1) маникюр без покрытия — 1\u00a0200\u00a0₽" in asked

    reply = chat.say("второе")

    assert "свободно завтра: 17:00" in reply
    assert "день" not in reply


def test_day_of_an_earlier_visit_is_no_day_of_a_later_question() -> None:
    chat = Chat.at(salons.lily())
    chat.say("запишите на педикюр завтра в 12")
    chat.say("сколько стоит окрашивание?")

    assert chat.say("да") == "На какой день записать?"


def test_question_that_stays_open_takes_note_of_what_was_told_meanwhile() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка")
    assert chat.say("к Тимуру") in ("На какой день записать?", "Хорошо. На какой день записать?")

    assert "у Тимура" in chat.say("завтра")


def test_of_several_services_only_those_of_the_master_are_asked_about() -> None:
    chat = Chat.at(salons.lily())
    chat.say("хочу на стрижку к Саше")

    assert chat.say("к Александре") == "На какой день записать?"
    assert "женская стрижка, Александра" in chat.say("завтра в 12")


def test_master_nobody_knows_is_told_before_the_service_is_asked() -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say("мастер Жанна есть?")

    assert "Мастера по имени Жанна у нас нет. Принимают Сергей" in reply
    assert reply.endswith("К кому записать?")
    assert "На какую услугу" in chat.say("к Анне")


def test_for_whom_it_was_booked_is_told() -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say("запишите маму на педикюр в субботу в 12, её зовут Вера")

    assert "педикюр, Анна, от 2\u00a0000\u00a0₽ (Вера)." in reply


def test_one_of_several_named_more_closely_takes_no_other_away() -> None:
    chat = Chat.at(salons.lily())
    chat.say("хочу к вам на окрашивание и стрижку")
    chat.say("женскую")
    assert "Окрашивание + женская стрижка: свободно в субботу" in chat.say("в субботу с утра")


def test_only_one_of_several_is_wanted_after_all() -> None:
    chat = Chat.at(salons.lily())
    chat.say("хочу к вам на окрашивание и стрижку")
    chat.say("только стрижку, женскую")
    assert "Женская стрижка: свободно в субботу" in chat.say("в субботу с утра")


def test_a_kind_named_to_prices_in_general_is_priced() -> None:
    chat = Chat.at(salons.lily())
    chat.say("что у вас по ценам?")
    assert "Мужская стрижка — 1\xa0500" in chat.say("на мужские")

    chat = Chat.at(salons.lily())
    chat.say("что у вас по ценам?")
    assert "На какой день" in chat.say("запишите на мужскую")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("с покрытием", "педикюр + маникюр с покрытием"),
        ("без педикюра", "10:00 — маникюр без покрытия"),
        ("только маникюр", "10:00 — маникюр без покрытия"),
        ("лучше просто маникюр", "10:00 — маникюр без покрытия"),
    ],
)
def test_what_becomes_of_two_that_are_proposed(said: str, left: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("запишите на завтра на педикюр и маникюр в 10")
    assert left in chat.say(said)
    assert chat.visits == []


def test_day_of_a_question_about_hours_is_kept() -> None:
    chat = Chat.at(salons.lily())
    chat.say("а в воскресенье работаете?")
    assert "в воскресенье 15 марта, 12:00" in chat.say("запишите к Кате на 12 с покрытием")


def test_hour_of_the_next_visit_is_told() -> None:
    chat = Chat.at(salons.lily())
    chat.say("на пятницу в 15 мужская, на субботу в 12 детская для сына")
    assert "Теперь детская стрижка в субботу 14 марта, 12:00. Записываем?" in chat.say("да")


def test_two_at_once_are_not_looked_for_at_one_master() -> None:
    chat = Chat.at(salons.lily())
    chat.say("хочу сделать маникюр и педикюр одновременно")
    chat.say("в субботу")
    chat.say("с покрытием маникюр")
    assert chat.say("первый вариант").startswith("Правильно поняла?")
    chat.say("да")
    assert [(at, staff) for at, staff, _ in chat.visits] == [
        ("14.03 10:00", "4"),
        ("14.03 10:00", "7"),
    ]
