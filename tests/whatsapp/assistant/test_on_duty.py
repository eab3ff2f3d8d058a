"""«кто завтра работает?», «до скольки сегодня Анна?»: by the schedule, at any moment of the dialogue."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.types import OpenHours

DAY, EVENING = (OpenHours(time(10), time(21)),), (OpenHours(time(15), time(21)),)
TODAY, TOMORROW, SATURDAY = date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 14)
ASKED = "Правильно поняла: завтра, в четверг 12 марта, 12:00 — маникюр без покрытия, Анна, 1 200 ₽?"
MANICURE = "маникюр без покрытия завтра в 12?"


@pytest.fixture
def chat() -> Chat:
    """Tomorrow Анна, Сергей, and Екатерина from three; on Saturday Анна; today Анна until three."""
    made = Chat.at(salons.lily())
    made.journal.shifts = {
        ("4", TOMORROW): DAY,
        ("1", TOMORROW): DAY,
        ("7", TOMORROW): EVENING,
        ("4", SATURDAY): DAY,
        ("4", TODAY): (OpenHours(time(10), time(15)),),
        ("1", TODAY): (OpenHours(time(9), time(12)),),  # it is noon
    }
    return made


def said(chat: Chat, text: str) -> str:
    return chat.say(text).replace("\xa0", " ").split("«Лилия».")[-1].strip()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "кто завтра работает?",
            "Завтра работают Сергей (с 10:00 до 21:00), Анна (с 10:00 до 21:00)"
            " и Екатерина (с 15:00 до 21:00). К кому записать?",
        ),
        (
            "какие мастера работают в субботу?",
            "В субботу 14 марта работает Анна, с 10:00 до 21:00.",
        ),
        ("кто сегодня работает?", "Сегодня работает Анна, с 10:00 до 15:00. Записать к Анне?"),
        (
            "кто завтра на маникюр?",
            "Маникюр завтра: Анна (с 10:00 до 21:00) и Екатерина (с 15:00 до 21:00). К кому записать?",
        ),
        ("кто в пятницу работает?", "Послезавтра из мастеров никто не работает."),
        ("кто завтра на окрашивание?", "На эту услугу завтра мастеров нет. На какой другой день"),
        ("кто завтра работает, Анна или Тимур?", "Завтра работает Анна, с 10:00 до 21:00."),
    ],
)
def test_who_works_that_day(chat: Chat, question: str, answer: str) -> None:
    assert answer in said(chat, question)
    assert chat.last.handoff is None


def test_who_does_a_thing_is_no_question_about_a_day(chat: Chat) -> None:
    assert "Анна и Екатерина. К кому записать?" in said(chat, "кто делает маникюр?")


def test_the_master_who_works_is_booked_with(chat: Chat) -> None:
    chat.say("кто завтра работает?")
    chat.say("к Анне")
    chat.say("педикюр")
    chat.say("в 12")

    assert chat.visits == [("12.03 12:00", "4", ("17",))]


def test_without_a_schedule_free_time_tells_who_there_is() -> None:
    chat = Chat.at(salons.lily())

    assert "Свободное время завтра есть у Анны и Екатерины." in chat.say("кто завтра на маникюр?")
    assert chat.last.handoff is None


def test_without_a_schedule_and_a_service_only_a_person_knows() -> None:
    chat = Chat.at(salons.lily())

    assert "Передала ваш вопрос администратору" in chat.say("кто завтра работает?")
    assert chat.last.handoff is not None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("а Анна во сколько заканчивает?", "Завтра Анна работает с 10:00 до 21:00."),
        ("до скольки сегодня Анна?", "Сегодня Анна работает с 10:00 до 15:00."),
        ("а Екатерина завтра работает?", "Завтра Екатерина работает с 15:00 до 21:00."),
        ("а Анна в пятницу работает?", "Послезавтра Анна не работает. Ближайшие рабочие дни:"),
        (
            "кто завтра работает?",
            "Маникюр без покрытия завтра: Анна (с 10:00 до 21:00) и Екатерина",
        ),
    ],
)
def test_a_proposal_stays_open_beside_the_schedule(chat: Chat, question: str, answer: str) -> None:
    chat.say(MANICURE)

    reply = said(chat, question)

    assert reply.startswith(answer)
    assert reply.endswith(f"\n{ASKED}")
    chat.say("да")
    assert chat.visits == [("12.03 12:00", "4", ("15",))]


def test_hours_that_nobody_knows_go_to_a_person_and_the_proposal_stays() -> None:
    chat = Chat.at(salons.lily())
    chat.say(MANICURE)

    reply = said(chat, "а Анна во сколько заканчивает?")

    assert reply == f"Передала ваш вопрос администратору, он ответит здесь.\n{ASKED}"


def test_a_day_asked_about_amid_a_move_books_no_new_visit(chat: Chat) -> None:
    chat.booked(12, 12, "4", "17")
    chat.say("перенесите на субботу")

    reply = said(chat, "а Анна работает в субботу?")

    assert reply.startswith("В субботу 14 марта Анна работает с 10:00 до 21:00.\nПеренести: ")
    chat.say("в 13")
    assert chat.visits == [("14.03 13:00", "4", ("17",))]


def test_a_day_asked_about_for_a_move_is_proposed(chat: Chat) -> None:
    chat.booked(12, 12, "4", "17")
    chat.say("хочу перенести запись")

    reply = said(chat, "а Анна работает в субботу?")

    assert "Анна работает с 10:00 до 21:00.\nПеренести: вместо четверга 12 марта, 12:00" in reply
    assert chat.visits == [("12.03 12:00", "4", ("17",))]


def test_without_a_schedule_the_day_of_a_move_is_looked_for_all_the_same() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 12, "4", "17")
    chat.say("хочу перенести запись")

    assert "Перенести: вместо четверга 12 марта, 12:00" in chat.say("а Анна работает в субботу?")
    assert chat.visits == [("12.03 12:00", "4", ("17",))]
