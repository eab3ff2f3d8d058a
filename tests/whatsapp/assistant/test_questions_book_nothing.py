"""A question books nothing, wherever in the message it stands."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


@pytest.mark.parametrize(
    "said",
    [
        "а можно завтра в 12 к Анне на педикюр? буду очень благодарна",
        "можно на педикюр к Анне? завтра в 12",
    ],
)
def test_a_question_books_nothing_wherever_it_stands(said: str) -> None:
    chat = Chat.at(salons.lily())

    assert "?" in chat.say(said)
    assert chat.visits == []


@pytest.mark.parametrize(
    "said",
    [
        "запишите на педикюр завтра в 12 к Анне",
        "у вас есть парковка? запишите на педикюр завтра в 12 к Анне",
    ],
)
def test_an_order_beside_a_question_is_an_order(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say(said)

    assert chat.visits == [("12.03 12:00", "4", ("17",))]
