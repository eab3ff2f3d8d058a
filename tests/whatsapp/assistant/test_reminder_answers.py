"""Answers to the reminder's «Придёте?» that are neither a plain yes nor a plain no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.state import Asked, DialogueState

WAS = [("12.03 15:00", "4", ("17",))]


@pytest.fixture
def chat() -> Chat:
    """Reminded of Anna's pedicure, tomorrow at 15:00."""
    found = Chat.at(salons.lily())
    record = found.booked(12, 15, "4", "17")
    state = replace(DialogueState(), asked=Asked.ATTEND, booking=record, introduced=True)
    found.state = state.to_json()
    return found


@pytest.mark.parametrize(
    "text",
    [
        "нет, всё в силе", "нет вопросов, буду", "нет проблем", "смогу", "могу", "не опоздаю",
        "не забыла", "бегу", "буду, если что напишу",
    ],
)  # fmt: skip
def test_the_client_comes(chat: Chat, text: str) -> None:
    assert chat.say(text) == "Хорошо, ждём вас завтра в 15:00."
    assert chat.visits == WAS


@pytest.mark.parametrize(
    "text", ["нет", "не смогу", "не могу", "уже не в силе", "нет, не получится"]
)
def test_the_client_does_not_come_and_nothing_is_cancelled_unasked(chat: Chat, text: str) -> None:
    assert chat.say(text) == "Отменить запись на завтра, 15:00, или перенести на другой день?"
    assert chat.visits == WAS


def test_who_believes_it_cancelled_is_asked(chat: Chat) -> None:
    assert chat.say("я уже отменила") == "Отменить запись на завтра, 15:00?"
    assert chat.visits == WAS


@pytest.mark.parametrize("text", ["наверное", "если не заболею", "может быть"])
def test_an_undecided_client_is_waited_for(chat: Chat, text: str) -> None:
    assert chat.say(text) == "Хорошо, жду."
    assert chat.visits == WAS


@pytest.mark.parametrize("text", ["какая запись?", "а что у меня?", "а что за запись?"])
def test_the_visit_is_named_to_who_forgot_it(chat: Chat, text: str) -> None:
    assert chat.say(text) == "Ваша запись: завтра, в четверг 12 марта, 15:00 — педикюр, Анна."


def test_the_price_of_another_service_is_that_services(chat: Chat) -> None:
    assert "Окрашивание" in chat.say("а сколько стоит окрашивание?")


@pytest.mark.parametrize("text", ["можно на час позже", "а можно на час позже?"])
def test_what_is_asked_is_proposed_with_or_without_its_mark(chat: Chat, text: str) -> None:
    assert chat.say(text) == "Перенести: вместо 15:00 — завтра, в четверг 12 марта, 16:00, Анна?"
    assert chat.visits == WAS
