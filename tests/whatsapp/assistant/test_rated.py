"""What clients write to «Оцените визит»: marks, opinions, orders beside them, and that they never came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.decisions import Rated
from whatsapp.assistant.state import Asked, DialogueState


def asked(question: Asked, day: int) -> Chat:
    """Anna's pedicure of that day at 15:00, and our own question about it."""
    chat = Chat.at(salons.lily())
    record = chat.booked(day, 15, "4", "17")
    state = replace(DialogueState(), asked=question, booking=record, introduced=True)
    chat.state = state.to_json()
    return chat


@pytest.fixture
def chat() -> Chat:
    return asked(Asked.RATING, 11)


def rated(chat: Chat) -> Rated | None:
    return next((d for d in chat.last.decisions if isinstance(d, Rated)), None)


@pytest.mark.parametrize(
    "text", ["не очень", "😡", "ну такое", "могло быть и лучше", "не понравилось"]
)
def test_a_poor_opinion_is_taken_to_a_person(chat: Chat, text: str) -> None:
    assert chat.say(text).startswith("Жаль, что так вышло.")
    assert chat.last.handoff is not None


@pytest.mark.parametrize(
    "text", ["понравилось", "очень понравилось", "5", "всё супер", "лучше всех"]
)
def test_a_good_opinion_is_thanked_for(chat: Chat, text: str) -> None:
    assert chat.say(text).startswith("Спасибо за")
    assert chat.last.handoff is None


@pytest.mark.parametrize("text", ["я не приходила", "ещё не была", "меня не было"])
def test_a_client_who_never_came_is_told_to_a_person(chat: Chat, text: str) -> None:
    chat.say(text)

    assert rated(chat) is None
    assert chat.last.handoff is not None


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("позже отвечу", "Хорошо, жду."),
        ("не хочу оценивать", "Хорошо. Если понадобится запись — напишите."),
        ("нет", "Хорошо. Если понадобится запись — напишите."),
    ],
)
def test_nobody_is_thanked_for_a_mark_that_was_not_given(chat: Chat, text: str, reply: str) -> None:
    assert chat.say(text) == reply
    assert rated(chat) is None


def test_an_order_beside_the_mark_is_not_lost(chat: Chat) -> None:
    reply = chat.say("5! запишите меня на маникюр в пятницу")

    found = [d for d in chat.last.decisions if isinstance(d, Rated)]
    assert [d.rating for d in found] == [5]
    assert reply.startswith("Спасибо за оценку!")
    assert "свободно послезавтра" in reply


def test_a_question_beside_the_mark_is_answered(chat: Chat) -> None:
    reply = chat.say("5, а сколько стоит маникюр?").replace("\xa0", " ")

    assert "1 200 ₽" in reply
    assert reply.endswith("Спасибо за оценку! Рады, что всё понравилось.")


@pytest.mark.parametrize("text", ["запишите меня на 5", "запишите на пятницу"])
def test_an_hour_in_an_order_is_no_mark(chat: Chat, text: str) -> None:
    assert chat.say(text).startswith("На какую услугу записать?")
    assert rated(chat) is None


def test_who_comes_may_order_another_visit_at_once() -> None:
    chat = asked(Asked.ATTEND, 12)

    reply = chat.say("да, и запишите ещё на маникюр в субботу")

    assert reply.startswith("Хорошо, ждём вас завтра в 15:00.")
    assert "свободно в субботу 14 марта" in reply


def test_an_order_about_the_visit_itself_is_no_other_visit() -> None:
    chat = asked(Asked.ATTEND, 12)

    assert chat.say("да, только перенесите на 16").startswith("Перенести: вместо 15:00")
