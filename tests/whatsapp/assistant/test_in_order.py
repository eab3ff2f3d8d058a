"""What is wanted first and what else, and one service on two days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.journal import Record
from tests.whatsapp.assistant.talk import Chat

SERGEY, TIMUR, ANNA = "1", "2", "4"


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("хочу постричься завтра в 15, если Сергей занят — к Тимуру", SERGEY, TIMUR),
        ("мужская стрижка завтра в 15 к Сергею, если занят — к Тимуру", SERGEY, TIMUR),
        ("мужская стрижка завтра в 15 к Сергею, а если не получится, то к Тимуру", SERGEY, TIMUR),
        ("мужская стрижка завтра в 15 к Тимуру, если у Сергея нет времени", SERGEY, TIMUR),
        ("мужская стрижка завтра в 15, если Тимур занят, то к Сергею", TIMUR, SERGEY),
    ],
)
@pytest.mark.parametrize("busy", [False, True])
def test_the_second_master_is_proposed_only_when_the_first_is_busy(
    text: str, first: str, second: str, busy: bool
) -> None:
    chat = Chat.at(salons.lily())
    if busy:
        start = chat.moment(12, 15)
        chat.journal.records.append(
            Record("other", start, start + timedelta(hours=1), first, ("10",), "Ольга")
        )

    assert chat.say(text).endswith("?")
    chat.say("да")

    assert chat.visits == [("12.03 15:00", second if busy else first, ("10",))]


@pytest.mark.parametrize(
    "text",
    [
        "мужская стрижка завтра в 15 к Сергею или к Тимуру",
        "педикюр завтра в 15, если Тимур занят, то к Сергею",  # neither does it
    ],
)
def test_no_master_is_chosen_where_no_order_was_said(text: str) -> None:
    chat = Chat.at(salons.lily())

    assert chat.say(text).endswith("?")
    assert chat.visits == []


@pytest.mark.parametrize(
    ("text", "visits"),
    [
        (
            "мужская стрижка завтра в 12 и послезавтра в 12 к Тимуру",
            [("12.03 12:00", TIMUR, ("10",)), ("13.03 12:00", TIMUR, ("10",))],
        ),
        (
            "педикюр завтра в 12 и в субботу в 14:30",
            [("12.03 12:00", ANNA, ("17",)), ("14.03 14:30", ANNA, ("17",))],
        ),
    ],
)
def test_two_days_with_an_hour_each_are_two_visits(
    text: str, visits: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    chat = Chat.at(salons.lily())

    assert chat.say(text).endswith("Записываем?")
    chat.say("да")

    assert chat.visits == visits


@pytest.mark.parametrize(
    "text",
    [
        "могу на педикюр завтра в 12 и в субботу в 14:30",
        "педикюр завтра в 12 или в субботу в 14:30",
    ],
)
def test_times_to_choose_from_are_one_visit(text: str) -> None:
    chat = Chat.at(salons.lily())

    chat.say(text)
    chat.say("первое")

    assert chat.visits == [("12.03 12:00", ANNA, ("17",))]
