"""What is answered to «Придёте?»: coming, perhaps, with somebody, and questions about that very visit."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.state import Asked, DialogueState

STAYS = [("12.03 15:00", "4", ("15",))]


@pytest.fixture
def chat() -> Chat:
    chat = Chat.at(salons.lily())
    record = chat.booked(12, 15, "4", "15")
    state = DialogueState(
        asked=Asked.ATTEND, booking=record, introduced=True, last_activity=chat.now
    )
    chat.state = state.to_json()
    return chat


@pytest.mark.parametrize(
    "said", ["постараюсь", "постараюсь, но не обещаю", "может быть", "посмотрим"]
)
def test_perhaps_is_waited_for(chat: Chat, said: str) -> None:
    assert chat.say(said) == "Хорошо, жду."
    assert "ждём вас завтра" in chat.say("да, приду")
    assert chat.visits == STAYS


@pytest.mark.parametrize("said", ["а сколько стоит?", "сколько по времени?"])
def test_price_and_length_are_those_of_the_visit(chat: Chat, said: str) -> None:
    assert "маникюр без покрытия, Анна" in chat.say(said)


def test_what_was_not_understood_is_asked_of_the_visit(chat: Chat) -> None:
    assert chat.say("лалала") == "Не совсем поняла. Запись в силе?"


def test_a_friend_comes_along(chat: Chat) -> None:
    asked = chat.say("буду, но не одна, с подругой, ей тоже маникюр")
    assert "15:00 — маникюр без покрытия, Екатерина" in asked
    assert "(подруга)?" in asked
