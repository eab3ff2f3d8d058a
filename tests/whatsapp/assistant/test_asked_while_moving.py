"""«А что есть?» while a visit is being moved asks where it may go: no second visit comes of it."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

MINE = ("12.03 15:00", "4", ("15",))


def moving(*texts: str) -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "15")
    for text in texts:
        chat.say(text)
    return chat


@pytest.mark.parametrize(
    ("opened", "question", "hours"),
    [
        ("перенесите запись на пятницу", "а что есть?", "10:00, 15:00 и 20:00"),
        ("перенесите запись на пятницу", "а утром есть?", "10:00, 11:00 и 12:00"),
        ("перенесите запись на пятницу", "какие ещё есть окошки?", "10:00"),
    ],
)
def test_the_times_of_that_day_are_shown_and_one_is_moved_to(
    opened: str, question: str, hours: str
) -> None:
    chat = moving(opened)

    assert hours in chat.say(question)
    assert chat.visits == [MINE]
    chat.say("в 11")

    assert chat.visits == [("13.03 11:00", "4", ("15",))]


def test_another_service_asked_about_is_another_visit() -> None:
    chat = moving("перенесите запись на субботу")

    assert "педикюр" in chat.say("а на педикюр есть время в субботу?")
    assert chat.visits == [MINE]


def test_only_an_hour_after_a_cancelling_is_of_the_same_day() -> None:
    chat = moving("отмените запись")

    asked = chat.say("а хотя запишите на 17")

    assert asked.startswith("Правильно поняла: завтра, в четверг 12 марта, 17:00 — маникюр без")
    assert chat.visits == []
