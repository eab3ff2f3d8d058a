"""«Отменить запись или перенести на другой день?»: a visit goes only when that was meant."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

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
    ["да", "отмените", "ну отмените тогда", "отмените, я потом сама напишу", "нет, переносить пока не буду",
     "переносить не надо", "без переноса", "первое", "переносить пока не буду, просто отмените",
     "отменяйте, перенести не получится", "не надо переносить"],
)  # fmt: skip
def test_taken_off(said: str) -> None:
    chat = asked()
    assert "Отменила запись на завтра, 15:00" in chat.say(said)
    assert chat.visits == []


@pytest.mark.parametrize(
    "said",
    ["давайте перенесём", "перенесите", "отменять не хочу", "не надо отменять, перенести", "второе",
     "пока нет, отменять не надо", "а перенести на когда можно?"],
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
