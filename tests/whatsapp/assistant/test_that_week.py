"""«На следующей неделе», then «на среду»: the Wednesday of that week."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

NEXT_WEEK = "маникюр без покрытия к Анне на следующей неделе"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("на среду", "в среду 18 марта"),
        ("в пятницу в 12", "в пятницу 20 марта"),
        ("лучше в воскресенье", "в воскресенье 22 марта"),
        ("нет, лучше в эту пятницу", "послезавтра"),
        ("завтра", "завтра"),
        ("в пятницу 13 марта", "послезавтра"),
    ],
)
def test_a_weekday_is_of_the_week_that_is_talked_of(said: str, day: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say(NEXT_WEEK)

    assert day in chat.say(said)


def test_a_visit_is_moved_within_it() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(14, 15, "4", "16")
    chat.say("перенесите на следующую неделю")
    chat.say("в среду")
    chat.say("да")

    assert chat.visits == [("18.03 15:00", "4", ("16",))]


def test_without_a_week_the_next_such_day_is_meant() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия к Анне")

    assert "послезавтра" in chat.say("в пятницу")
