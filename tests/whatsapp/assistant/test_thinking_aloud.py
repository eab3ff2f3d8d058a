"""What is said beside the point: a doubt, a service word in place of a name, a service nobody has here."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


@pytest.mark.parametrize(
    "text",
    ["думаю, отменить ли мне запись?", "может быть, отменить запись...", "не знаю, отменять ли"],
)
def test_a_doubt_cancels_nothing_and_a_no_leaves_the_visit(text: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(14, 12, "1", "10")

    chat.say(text)
    chat.say("нет")

    assert chat.visits == [("14.03 12:00", "1", ("10",))]


def test_a_doubt_moves_nothing_before_the_yes() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(14, 12, "1", "10")

    chat.say("может, перенести мою запись на завтра в 15:00?")
    assert chat.visits == [("14.03 12:00", "1", ("10",))]
    chat.say("да")

    assert chat.visits == [("12.03 15:00", "1", ("10",))]


def test_a_plain_wish_to_cancel_is_carried_out() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(14, 12, "1", "10")

    chat.say("отмените мою запись")

    assert chat.visits == []


@pytest.mark.parametrize(("answer", "name"), [("Стрижка", None), ("Игорь, на стрижку", "Игорь")])
def test_a_service_word_beside_or_in_place_of_a_name_changes_nothing(
    answer: str, name: str | None
) -> None:
    chat = Chat.at(salons.lily(), card=None)
    chat.say("на мужскую стрижку к Сергею завтра в 15:00")

    chat.say(answer)
    if name is None:
        assert chat.visits == []
        chat.say("Олег")

    assert chat.visits == [("12.03 15:00", "1", ("10",))]
    assert chat.journal.records[-1].client == (name or "Олег")


@pytest.mark.parametrize("question", ["а татуировка почём?", "сколько стоит татуировка?"])
def test_the_price_of_what_the_salon_does_not_do_is_not_that_of_the_last_talk(
    question: str,
) -> None:
    chat = Chat.at(salons.lily())
    chat.say("сколько стоит мужская стрижка?")

    reply = chat.say(question)

    assert "₽" not in reply, reply
