"""What is unclear or impossible is asked, never guessed silently; other salons than the corpus'."""

from __future__ import annotations

from datetime import date

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.types import LastVisit

JUNE = (2026, 6, 3, 11, 0)  # a Wednesday
OCTOBER = (2026, 10, 29, 11, 0)  # a Thursday


def test_an_unknown_master_is_not_replaced_silently() -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say("запишите к Жанне на педикюр завтра в 12")

    assert "Мастера по имени Жанна у нас нет" in reply
    assert "Записать к Анне?" in reply
    chat.say("да")
    assert chat.visits == [("12.03 12:00", "4", ("17",))]


def test_a_master_who_does_not_do_it() -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say("к Сергею на педикюр завтра в 12")

    assert "Сергей этим не занимается" in reply
    assert "Анна" in reply
    assert chat.visits == []


def test_namesakes_are_asked_about() -> None:
    chat = Chat.at(salons.lily())

    assert chat.say("К Саше на пятницу на 12").endswith("К Александру или к Александре?")
    chat.say("к девушке")
    chat.say("женская стрижка")

    assert chat.visits == [("13.03 12:00", "6", ("11",))]


def test_a_namesake_is_clear_from_the_service() -> None:
    chat = Chat.at(salons.beauty(), *OCTOBER)

    chat.say("К Юле на чистку лица в субботу в 12:00")

    assert chat.visits == [("31.10 12:00", "102", ("1",))]


def test_a_service_the_salon_does_not_have() -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say("запишите на татуаж бровей завтра")

    assert "Такой услуги у нас нет" in reply
    assert chat.visits == []


def test_services_of_one_kind_are_listed_with_prices() -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say("запишите на стрижку завтра в 12")

    assert "мужская стрижка — 1\u00a0500\u00a0₽" in reply
    assert "женская стрижка — от 2\u00a0000\u00a0₽" in reply
    chat.say("мужская, к Тимуру")
    assert chat.visits == [("12.03 12:00", "2", ("10",))]


def test_weekday_and_date_disagree() -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say("в пятницу 14 марта на педикюр в 12")

    assert "пятница 13 марта или суббота 14 марта" in reply
    chat.say("в субботу")
    assert chat.visits == [("14.03 12:00", "4", ("17",))]


def test_tomorrow_said_after_midnight() -> None:
    chat = Chat.at(salons.lily(), 2026, 3, 12, 0, 30)

    reply = chat.say("на педикюр завтра в 12")

    assert "четверг 12 марта или пятница 13 марта" in reply
    chat.say("второе")
    assert chat.visits == [("13.03 12:00", "4", ("17",))]


def test_a_day_that_does_not_exist() -> None:
    chat = Chat.at(salons.lily())

    assert "Такой даты нет" in chat.say("на педикюр 31 февраля")
    assert "Какое время" in chat.say("завтра")


def test_a_time_gone_by() -> None:
    chat = Chat.at(salons.lily())

    assert "11:00 сегодня уже прошло" in chat.say("на педикюр сегодня в 11")
    chat.say("в 18:30")
    assert chat.visits == [("11.03 18:30", "4", ("17",))]


def test_before_opening() -> None:
    chat = Chat.at(salons.lily())

    reply = chat.say("педикюр завтра в 9 утра")

    assert "В 09:00 мы закрыты: работаем с 10:00 до 21:00" in reply


def test_a_closed_day() -> None:
    chat = Chat.at(salons.beauty(), *OCTOBER)

    assert "В понедельник 2 ноября мы не работаем" in chat.say("на понедельник на реснички")
    assert "Ламинирование ресниц: свободно во вторник" in chat.say("тогда на вторник")


def test_a_family_visit_needs_its_own_words() -> None:
    chat = Chat.at(salons.barber(), *JUNE)
    chat.say("стрижка в воскресенье в 11 к Диме")
    other = Chat.at(salons.barber(), *JUNE)
    other.say("отец и сын в воскресенье в 11")

    assert [services for _, _, services in chat.visits] == [("cut",)]
    assert [services for _, _, services in other.visits] == [("family",)]


def test_a_childs_age_chooses_the_childrens_cut() -> None:
    chat = Chat.at(salons.barber(), *JUNE)

    chat.say("сынишку 5 лет подстричь завтра в 11 к Евгению")

    assert chat.visits == [("04.06 11:00", "Евгений", ("kids",))]


def test_a_set_is_booked_as_a_set() -> None:
    chat = Chat.at(salons.lily())

    chat.say("комплекс стрижка и борода к Сергею в субботу в 12")

    assert chat.visits == [("14.03 12:00", "1", ("14",))]


def test_as_usual_is_confirmed_from_the_last_visit() -> None:
    chat = Chat.at(salons.lily())
    chat.last_visit = LastVisit(date(2026, 2, 1), ("17",), "4")

    reply = chat.say("запишите как обычно на субботу в 12")

    assert "педикюр, Анна" in reply
    chat.say("да")
    assert chat.visits == [("14.03 12:00", "4", ("17",))]


def test_the_words_just_said_outweigh_history() -> None:
    chat = Chat.at(salons.lily())
    chat.last_visit = LastVisit(date(2026, 2, 1), ("18",), "3")

    chat.say("запишите на педикюр в субботу в 12")

    assert chat.visits == [("14.03 12:00", "4", ("17",))]


def test_other_times_are_shown_when_asked() -> None:
    chat = Chat.at(salons.lily())
    few = chat.say("педикюр завтра")

    more = chat.say("а другое время есть?")

    assert more.count(":") > few.count(":")
    chat.say("в 12:30")
    assert chat.visits == [("12.03 12:30", "4", ("17",))]


def test_another_master_is_proposed_when_asked() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка завтра в 15")

    assert "Тимур" in chat.say("к другому мастеру")


def test_the_question_mark_alone_repeats_the_answer() -> None:
    chat = Chat.at(salons.lily())
    first = chat.say("есть время завтра на педикюр?")

    assert chat.say("???") in first
