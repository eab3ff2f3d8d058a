"""«Отменить запись или перенести на другой день?»: a visit goes only when that was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.types import ChangeRule

STAYS = [("12.03 15:00", "4", ("17",))]


def asked() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    assert "Отменить запись на завтра, 15:00, или перенести" in chat.say(
        "заболела, не приду завтра"
    )
    return chat


@pytest.mark.parametrize(
    "said",
    ["да, отмените", "да, первое", "отмените", "ну отмените тогда", "отмените, я потом сама напишу",
     "нет, переносить пока не буду", "переносить не надо", "без переноса", "первое",
     "переносить пока не буду, просто отмените", "отменяйте, перенести не получится", "не надо переносить"],
)  # fmt: skip
def test_taken_off(said: str) -> None:
    chat = asked()
    assert "Отменила запись на завтра, 15:00" in chat.say(said)
    assert chat.visits == []


@pytest.mark.parametrize(
    "said",
    ["давайте перенесём", "перенесите", "отменять не хочу", "не надо отменять, перенести", "второе",
     "да, давайте второе", "пока нет, отменять не надо", "а перенести на когда можно?"],
)  # fmt: skip
def test_to_another_day(said: str) -> None:
    chat = asked()
    assert "На какой день и время перенести?" in chat.say(said)
    assert chat.visits == STAYS


def test_a_day_named_is_the_new_one() -> None:
    chat = asked()
    assert "в субботу 14 марта, 15:00" in chat.say("а можно в субботу?")
    assert chat.visits == STAYS


@pytest.mark.parametrize("said", ["я приду", "ой нет, приду", "всё-таки приду", "не отменяйте"])
def test_comes_after_all(said: str) -> None:
    chat = asked()
    assert "ждём вас завтра в 15:00" in chat.say(said)
    assert chat.visits == STAYS


@pytest.mark.parametrize("said", ["нет", "ни то ни другое", "потом решу", "не знаю пока"])
def test_neither(said: str) -> None:
    chat = asked()
    chat.say(said)
    assert chat.visits == STAYS


@pytest.mark.parametrize("said", ["да", "ну да", "да, конечно", "👍", "хорошо", "да, не приду"])
def test_yes_chooses_neither(said: str) -> None:
    chat = asked()
    assert chat.say(said) == "Уточню: отменить запись или перенести?"
    assert chat.visits == STAYS

    chat.say("отменить")
    assert chat.visits == []


def test_yes_is_asked_about_once() -> None:
    chat = asked()
    chat.say("да")

    chat.say("да")

    assert chat.last.handoff is not None
    assert chat.visits == STAYS


def test_yes_where_one_of_the_two_was_offered_is_to_that() -> None:
    only_off = Chat.at(replace(salons.lily(), moving=ChangeRule(allowed=False)))
    only_moved = Chat.at(replace(salons.lily(), cancelling=ChangeRule(allowed=False)))
    for chat in (only_off, only_moved):
        chat.booked(12, 15, "4", "17")
        chat.say("заболела, не приду завтра")

    assert "Отменила запись на завтра, 15:00" in only_off.say("да")
    assert only_off.visits == []
    assert only_moved.say("да") == "На какой день и время перенести?"
    assert only_moved.visits == STAYS


@pytest.mark.parametrize(
    "said",
    ["можно отменить запись на завтра?", "наверное, придётся отменить педикюр", "отмените запись?"],
)
def test_who_speaks_of_cancelling_is_asked_about_that_alone(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")

    assert chat.say(said).endswith("Отменить запись на завтра, 15:00?")
    assert chat.visits == STAYS
    chat.say("да")
    assert chat.visits == []


def test_no_to_cancelling_may_be_a_move() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    chat.say("можно отменить запись на завтра?")

    assert "в субботу 14 марта, 15:00" in chat.say("нет, давайте перенесём на субботу")
    assert chat.visits == STAYS
