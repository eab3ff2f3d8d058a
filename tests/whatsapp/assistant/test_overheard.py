"""What a person and the client said while the assistant was silent: known afterwards, never acted upon."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.overheard import Line, overheard
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Context


def meanwhile(chat: Chat, *lines: tuple[str, str]) -> None:
    """Said by the «person» or the «client»; the state goes on as the turn service keeps it."""
    heard = [
        Line(text, chat.now + timedelta(minutes=n), who == "client")
        for n, (who, text) in enumerate(lines)
    ]
    state = DialogueState.from_json(chat.state)
    chat.state = overheard(state, heard, salon=chat.salon, context=Context()).to_json()


@pytest.mark.parametrize(
    ("before", "offer", "answer", "hour"),
    [
        (
            "мужская стрижка к Сергею завтра часа в три",
            "Завтра есть 18:00, записать?",
            "да",
            "18:00",
        ),
        ("хочу на мужскую стрижку", "Завтра в 18:00 к Сергею, подойдет?", "подходит", "18:00"),
        ("хочу на мужскую стрижку", "Могу предложить 12:00 завтра", "да", "12:00"),
        ("", "Здравствуйте! Вас на мужскую стрижку завтра в 12:00 записать?", "да", "12:00"),
    ],
)
def test_yes_to_a_persons_offer_is_proposed_in_our_words_before_anything_is_written(
    before: str, offer: str, answer: str, hour: str
) -> None:
    chat = Chat.at(salons.lily())
    if before:
        chat.say(before)
    meanwhile(chat, ("person", offer))

    reply = chat.say(answer)

    assert chat.visits == []
    assert hour in reply, reply

    chat.say("да")

    assert [visit[0] for visit in chat.visits] == [f"12.03 {hour}"]


def test_one_of_several_times_a_person_offered_is_the_clients_own_choice() -> None:
    chat = Chat.at(salons.lily())
    chat.say("хочу на мужскую стрижку")
    meanwhile(chat, ("person", "К Сергею завтра есть 18:00 или 19:30, что удобнее?"))

    chat.say("второе")

    assert [visit[0] for visit in chat.visits] == ["12.03 19:30"]


@pytest.mark.parametrize(
    "lines",
    [
        (("person", "Записала вас к Сергею на завтра в 12:00, ждём!"),),
        (("client", "а сколько стоит?"), ("person", "1800")),
        (("person", "Отменить вашу запись на завтра?"),),
        (("person", "Перенести вас на пятницу?"),),
    ],
    ids=["booked", "price", "cancel", "move"],
)
def test_agreement_to_what_a_person_has_done_or_asked_of_a_visit_does_nothing(
    lines: tuple[tuple[str, str], ...],
) -> None:
    chat = Chat.at(salons.lily())
    own = chat.booked(14, 12, "1", "10")
    chat.say("мужская стрижка к Сергею завтра часа в три")
    meanwhile(chat, *lines)

    chat.say("да")

    assert chat.last.writes == ()
    assert chat.visits == [("14.03 12:00", "1", ("10",))]
    assert own
