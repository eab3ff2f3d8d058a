"""Words that neither agree nor choose, amid a question of ours: nothing is written on them."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

VISITS = [("12.03 15:00", "4", ("16",)), ("13.03 12:00", "3", ("11",))]
OPEN = [
    "перенесите маникюр на субботу и отмените стрижку",
    "отмените маникюр и стрижку",
    "отмените запись",
    "не смогу прийти завтра",
    "маникюр без покрытия завтра в 12",
]
IDLE = [
    "ок, подумаю",
    "хорошо, я подумаю",
    "да не знаю",
    "завтра решу",
    "в субботу напишу",
    "перезвоню в 12",
    "давайте позже",
    "может в субботу",
    "наверное в субботу",
    "если в субботу будет время",
    "да, дорого",
    "да, а сколько это стоит?",
]


@pytest.mark.parametrize("opened", OPEN)
def test_hesitation_writes_nothing(opened: str) -> None:
    for said in IDLE:
        chat = Chat.at(salons.lily())
        chat.booked(12, 15, "4", "16")
        chat.booked(13, 12, "3", "11")
        chat.say(opened)

        chat.say(said)

        assert chat.visits == VISITS, said


@pytest.mark.parametrize(
    ("talk", "answer"),
    [
        (["ок, подумаю"], "Хорошо, жду."),
        (["ок, подумаю", "да"], "Записала: завтра, в четверг 12 марта, 12:00"),
        (["может, в субботу"], "Правильно поняла: в субботу 14 марта, 12:00"),
        (["может, в субботу", "да"], "Записала: в субботу 14 марта, 12:00"),
        (["да, записывайте, если можно"], "Записала: завтра, в четверг 12 марта, 12:00"),
    ],
)
def test_what_was_proposed_stays_open(talk: list[str], answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра в 12")

    replies = [chat.say(text) for text in talk]

    assert answer in replies[-1]
