"""A master who was refused may be chosen after all."""

from __future__ import annotations

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


def test_who_was_refused_is_free_once_asked_for() -> None:
    chat = Chat.at(salons.lily())
    chat.say("можно завтра на педикюр? только не к Анне")

    chat.say("ладно, давайте к Анне в 12")

    assert chat.visits == [("12.03 12:00", "4", ("17",))]


def test_the_refusal_holds_until_then() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра, только не к Анне")

    assert "Екатерин" in chat.say("в 12")
