"""«Анна в пятницу работает?»: by the salon's schedule, with what is free in it."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.tools import SlotsUnavailable
from whatsapp.assistant.types import OpenHours

DAY = (OpenHours(time(10), time(21)),)
WITH_LUNCH = (OpenHours(time(10), time(14)), OpenHours(time(15), time(21)))


@pytest.fixture
def chat() -> Chat:
    """Анна works on Thursday the 12th and, with a lunch, on Saturday the 14th."""
    made = Chat.at(salons.lily())
    made.journal.shifts = {("4", date(2026, 3, 12)): DAY, ("4", date(2026, 3, 14)): WITH_LUNCH}
    made.journal.absent = {("4", date(2026, 3, 13))}
    return made


def test_a_working_day_is_told_with_its_hours_and_free_time(chat: Chat) -> None:
    reply = chat.say("Анна завтра работает?")

    assert "Завтра Анна работает с 10:00 до 21:00. Свободно: 10:00," in reply
    assert reply.endswith("На какую услугу записать?")
    chat.say("педикюр в 12")
    assert chat.visits == [("12.03 12:00", "4", ("17",))]


def test_a_day_off_is_told_as_one_and_the_next_days_are_named(chat: Chat) -> None:
    reply = chat.say("а в пятницу Анна работает?")

    assert (
        "В пятницу 13 марта Анна не работает." in reply or "Послезавтра Анна не работает." in reply
    )
    assert "в субботу 14 марта" in reply
    assert "free_slots" not in chat.journal.calls


def test_a_full_day_is_a_working_day(chat: Chat) -> None:
    chat.journal.take("4", chat.moment(12, 10), 11 * 60)

    reply = chat.say("Анна завтра работает?")

    assert "работает с 10:00 до 21:00. Свободного времени в этот день нет." in reply


def test_a_split_day_has_both_its_halves(chat: Chat) -> None:
    assert "с 10:00 до 14:00 и с 15:00 до 21:00" in chat.say("Анна работает 14 марта?")


def test_the_schedule_is_told_when_the_journal_is_away(chat: Chat) -> None:
    chat.journal.fail_slots = SlotsUnavailable()

    reply = chat.say("Анна завтра работает?")

    assert "Завтра Анна работает с 10:00 до 21:00. На какую услугу" in reply
    assert "Свободно" not in reply
    assert chat.last.handoff is None


def test_without_a_day_the_working_days_are_named(chat: Chat) -> None:
    reply = chat.say("когда работает Анна?")

    assert "Анна работает завтра и в субботу 14 марта." in reply


def test_the_nearest_times_of_a_master_name_the_master_once(chat: Chat) -> None:
    chat.journal.shifts = None

    reply = chat.say("когда работает Анна?")

    assert "Ближайшее время у Анны — " in reply
    assert reply.count("Анны") == 1


def test_a_schedule_that_was_never_read_says_nothing_of_days_off(chat: Chat) -> None:
    chat.journal.shifts = None

    assert "не работает" not in chat.say("Анна завтра работает?")
