"""Which of two visits is meant, in a message of its own and in answer to «Какую запись …?»."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.types import Context, UpcomingBooking
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.history import replay

SALON = salons.lily()
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=SALON.zone)  # a Wednesday
FRIDAY = UpcomingBooking("b1", datetime(2026, 3, 13, 15, 0, tzinfo=SALON.zone), ("17",), "4")
TUESDAY = UpcomingBooking("b2", datetime(2026, 3, 17, 18, 0, tzinfo=SALON.zone), ("11",), "1")
TWO = Context(upcoming=(FRIDAY, TUESDAY))
ONE = Context(upcoming=(FRIDAY,))
WHICH = "Какую запись {}: 13 марта в 15:00 педикюр у Анны или 17 марта в 18:00 стрижка у Сергея?"


def said(text: str, *history: tuple[str, str], context: Context = TWO) -> Frame:
    state = replay(history, salon=SALON, now=NOW, context=context)
    return understand([text], salon=SALON, now=NOW, state=state, context=context)


CHOICES = [
    "первую",
    "1",
    "13 марта",
    "13-го",
    "в пятницу",
    "ту что в пятницу",
    "пятничную",
    "педикюр",
]


@pytest.mark.parametrize("text", CHOICES)
def test_the_visit_to_cancel_is_chosen(text: str) -> None:
    found = said(text, ("client", "отмените запись"), ("bot", WHICH.format("отменить")))

    assert (found.intent, found.booking) == (Intent.CANCEL, "b1")


@pytest.mark.parametrize("text", CHOICES)
def test_the_visit_to_move_is_chosen_and_goes_where_it_was_to_go(text: str) -> None:
    found = said(
        text, ("client", "перенесите запись на субботу"), ("bot", WHICH.format("перенести"))
    )

    assert (found.intent, found.booking, found.day.on) == (
        Intent.RESCHEDULE,
        "b1",
        date(2026, 3, 14),
    )


@pytest.mark.parametrize("text", ["обе", "все", "и ту и другую"])
def test_both_visits_are_given_up(text: str) -> None:
    found = said(text, ("client", "отмените запись"), ("bot", WHICH.format("отменить")))

    assert (found.intent, found.bookings, found.needs_confirm) == (
        Intent.CANCEL,
        ("b1", "b2"),
        True,
    )


@pytest.mark.parametrize(
    ("text", "intent", "booking"),
    [
        ("отмените первую запись", Intent.CANCEL, "b1"),
        ("отмените последнюю запись", Intent.CANCEL, "b2"),
        ("ближайшую запись перенесите на субботу", Intent.RESCHEDULE, "b1"),
        ("на педикюр не смогу", Intent.CANCEL, "b1"),
        ("перенесите запись", Intent.RESCHEDULE, None),
    ],
)
def test_a_visit_is_named_by_its_place_or_service(
    text: str, intent: Intent, booking: str | None
) -> None:
    found = said(text)

    assert (found.intent, found.booking, found.asap) == (intent, booking, False)


MOVE = (
    ("client", "перенесите на субботу на 18"),
    ("bot", "Перенести педикюр с 13 марта 15:00 на 14 марта 18:00?"),
)


@pytest.mark.parametrize("text", ["да", "переносите", "ставьте", "👍"])
def test_a_move_is_agreed_to(text: str) -> None:
    found = said(text, *MOVE, context=ONE)

    assert (found.intent, found.confirmed, found.day.on, found.time.at) == (
        Intent.RESCHEDULE,
        True,
        date(2026, 3, 14),
        time(18, 0),
    )


@pytest.mark.parametrize("text", ["не переносите", "оставьте как есть", "пусть остается как было"])
def test_a_move_is_declined(text: str) -> None:
    found = said(text, *MOVE, context=ONE)

    assert (found.intent, found.declined, found.confirmed) == (Intent.OTHER, True, False)


def test_another_day_instead_of_giving_up() -> None:
    asks = ("bot", "Отменить запись 13 марта в 15:00 (педикюр, Анна)?")

    found = said("давайте лучше в субботу", ("client", "отмените запись"), asks, context=ONE)

    assert (found.intent, found.booking, found.day.on) == (
        Intent.RESCHEDULE,
        "b1",
        date(2026, 3, 14),
    )


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("первую отмените", [("13.03 12:00", "1", ("10",))]),
        ("отмените вторую", [("12.03 15:00", "4", ("16",))]),
        ("последнюю отмените, пожалуйста", [("12.03 15:00", "4", ("16",))]),
    ],
)
def test_a_visit_is_told_by_its_place_in_the_list(said: str, left: list[object]) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.booked(13, 12, "1", "10")
    chat.say("когда я записана?")

    chat.say(said)

    assert chat.visits == left
