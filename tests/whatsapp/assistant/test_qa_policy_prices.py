"""Defects found in led dialogues: what prices are told, and how."""

from __future__ import annotations

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.replies import words

SALON = salons.lily()


def test_a_second_price_is_a_price() -> None:
    chat = Chat.at(SALON)
    chat.say("сколько стоит педикюр?")

    reply = chat.say("а женская стрижка?")

    assert "Женская стрижка — от 2\u00a0000\u00a0₽" in reply
    assert "На какой день" in chat.say("да")
    assert chat.last.frames[-1].services == ("11",)


def test_a_range_stays_a_range_after_booking() -> None:
    chat = Chat.at(SALON)

    reply = chat.say("на педикюр завтра в 12")

    assert "педикюр, Анна, от 2\u00a0000\u00a0₽" in reply


def test_price_and_duration_are_one_line() -> None:
    chat = Chat.at(SALON)

    reply = chat.say("сколько стоит и сколько длится педикюр?")

    assert reply.count("Педикюр") == 1


def test_prices_do_not_break_over_lines() -> None:
    assert words.money(1500) == "1\u00a0500\u00a0₽"
