"""Short words while a visit is being moved: nothing is written before the client has seen where to."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

WAS = [("12.03 15:00", "4", ("17",))]


def moving(*said: str) -> Chat:
    """Anna's pedicure of Thursday at 15:00, and what was said about it so far."""
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    for text in said:
        chat.say(text)
    assert chat.visits == WAS
    return chat


@pytest.mark.parametrize(
    "text", ["нет, в другой день", "в другой день", "нет, другой день", "давайте в другой день"]
)
def test_another_day_is_asked_for_and_the_proposal_is_not_taken(text: str) -> None:
    chat = moving("перенесите на пятницу")

    reply = chat.say(text)

    assert reply == "На какой день и время перенести?"
    assert chat.visits == WAS
    chat.say("в субботу в 15")
    assert chat.visits == [("14.03 15:00", "4", ("17",))]


@pytest.mark.parametrize(
    ("text", "time"),
    [("на час позже", "16:00"), ("да, но на час позже", "16:00"), ("на полчаса раньше", "14:30")],
)
def test_an_hour_later_counts_from_the_time_proposed(text: str, time: str) -> None:
    chat = moving("перенесите на пятницу")

    chat.say(text)

    assert chat.visits == [(f"13.03 {time}", "4", ("17",))]


def test_an_hour_later_counts_from_the_visit_when_nothing_was_proposed() -> None:
    chat = moving("перенесите педикюр")

    assert "завтра, в четверг 12 марта, 16:00" in chat.say("на час позже")


@pytest.mark.parametrize(
    ("text", "shown", "hidden"),
    [
        ("а раньше нет?", "14:00 и 14:30", "15:00"),
        ("пораньше", "14:00 и 14:30", "15:00"),
        ("а попозже?", "15:30 и 16:00", "15:00"),
        ("а другое время?", "15:30", "12 марта"),
    ],
)
def test_other_hours_of_the_proposed_day_are_shown(text: str, shown: str, hidden: str) -> None:
    chat = moving("перенесите на пятницу")

    reply = chat.say(text)

    assert "свободно послезавтра" in reply
    assert shown in reply
    assert hidden not in reply
    assert chat.visits == WAS


@pytest.mark.parametrize(
    "text", ["ближайшее", "без разницы", "любой", "когда есть", "а когда есть?"]
)
def test_whenever_there_is_time_is_the_nearest_and_only_proposed(text: str) -> None:
    chat = moving("перенесите педикюр")

    reply = chat.say(text)

    assert reply.startswith("Перенести: вместо четверга 12 марта, 15:00 — сегодня")
    assert chat.visits == WAS


def test_the_same_hour_leaves_the_day_open() -> None:
    chat = moving("перенесите педикюр")

    assert "послезавтра: 15:00" in chat.say("на то же время")


@pytest.mark.parametrize("text", ["оставьте", "оставьте как есть", "ничего не надо"])
def test_the_visit_is_left_when_nothing_is_to_be_moved(text: str) -> None:
    chat = moving("перенесите педикюр")

    assert chat.say(text) == "Хорошо, оставляю всё как есть."
    assert chat.visits == WAS


@pytest.mark.parametrize("text", ["да", "давайте", "подходит"])
def test_a_yes_still_moves(text: str) -> None:
    chat = moving("перенесите на пятницу")

    chat.say(text)

    assert chat.visits == [("13.03 15:00", "4", ("17",))]


@pytest.mark.parametrize(
    ("text", "said"), [("1", "четверга"), ("2", "субботы"), ("на 14", "субботы")]
)
def test_a_number_to_which_visit_is_no_hour(text: str, said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    chat.booked(14, 12, "4", "16")
    chat.say("перенесите запись")

    assert chat.say(text).startswith("На какой день и время перенести")
    assert f"вместо {said}" in chat.say("на воскресенье")
