"""A master who was refused may be chosen after all."""

from __future__ import annotations

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


def test_who_was_refused_is_looked_for_once_asked_for() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра, только не к Анне")

    chat.say("ладно, давайте к Анне завтра в 12")

    assert chat.visits == [("12.03 12:00", "4", ("15",))]


def test_the_refusal_holds_until_then() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра, только не к Анне")

    assert "Екатерин" in chat.say("в 12")


def test_refusing_the_master_of_the_visit_chooses_another() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.say("перенесите на субботу")

    assert "Екатерина?" in chat.say("да, только не к Анне")
    assert chat.visits == [("12.03 15:00", "4", ("16",))]
