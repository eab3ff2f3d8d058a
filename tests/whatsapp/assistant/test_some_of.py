"""Answers to «Отменить эти записи?» that name some of them, and «стоп» to what is proposed."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

MANICURE, CUT, PEDICURE = "12.03 15:00", "13.03 12:00", "15.03 12:00"


def asked_about_all() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.booked(13, 12, "3", "11")
    chat.booked(15, 12, "4", "17")
    assert "Отменить эти записи?" in chat.say("отмените все записи")
    return chat


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        (["да, но стрижку оставьте"], [CUT]),
        (["да, кроме стрижки"], [CUT]),
        (["да, только стрижку"], [MANICURE, PEDICURE]),
        (["только стрижку"], [MANICURE, CUT, PEDICURE]),
        (["только стрижку", "да"], [MANICURE, PEDICURE]),
        (["педикюр и стрижку оставьте", "да"], [CUT, PEDICURE]),
        (["оставьте только педикюр", "да"], [PEDICURE]),
        (["не все, стрижку не отменяйте", "да"], [CUT]),
        (["да, кроме ресниц"], [MANICURE, CUT, PEDICURE]),  # there is no such visit: asked again
        (["нет, оставьте", "да"], [MANICURE, CUT, PEDICURE]),
        (["не отменяйте", "да"], [MANICURE, CUT, PEDICURE]),
        (["да, только быстрее"], []),
        (["да"], []),
    ],
)
def test_only_what_was_agreed_to_is_taken_off(answers: list[str], left: list[str]) -> None:
    chat = asked_about_all()

    for text in answers:
        chat.say(text)

    assert [start for start, _, _ in chat.visits] == left


def test_the_visits_are_named_again_after_a_question_in_between() -> None:
    chat = asked_about_all()

    reply = chat.say("а сколько стоит педикюр?")

    assert "Завтра, 15:00 — маникюр" in reply


@pytest.mark.parametrize("text", ["стоп, не надо", "стоп", "не пишите мне больше"])
def test_a_yes_after_a_stop_books_nothing(text: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра в 12")

    chat.say(text)
    assert chat.last.opt_out is (text != "стоп, не надо")

    chat.say("да")
    assert chat.visits == []
