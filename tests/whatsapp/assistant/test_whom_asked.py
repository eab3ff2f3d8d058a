"""«К кому записать?» amid a booking: what answers it is a master, never an hour shown before."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


@pytest.mark.parametrize(
    ("text", "master"),
    [
        ("любой", "у Артёма"),
        ("к любому", "у Артёма"),
        ("без разницы", "у Артёма"),
        ("мне всё равно", "у Артёма"),
        ("первый", "у Артёма"),
        ("второй", "у Дмитрия"),
        ("2", "у Дмитрия"),
        ("последний", "у Евгении"),
        ("Руслан", "у Руслана"),
        ("не к Артёму", "у Дмитрия"),
    ],
)
def test_a_master_is_chosen_and_no_hour(text: str, master: str) -> None:
    chat = Chat.at(salons.barber())
    chat.say("запишите на стрижку завтра")
    assert chat.say("а к кому можно?").endswith("К кому записать?")

    reply = chat.say(text)

    assert master in reply
    assert reply.endswith("Какое время удобно?")
    assert chat.visits == []


def test_the_hour_said_next_is_of_the_master_and_the_day_already_named() -> None:
    chat = Chat.at(salons.barber())
    chat.say("запишите на стрижку завтра")
    chat.say("а к кому можно?")
    chat.say("второй")

    chat.say("в 15")

    assert chat.visits == [("12.03 15:00", "Дмитрий", ("cut",))]


@pytest.mark.parametrize(
    ("text", "time"), [("первое", "10:00"), ("второе", "15:00"), ("любое", "10:00")]
)
def test_with_no_such_question_they_are_hours(text: str, time: str) -> None:
    chat = Chat.at(salons.barber())
    chat.say("запишите на стрижку завтра")

    chat.say(text)

    assert chat.visits == [(f"12.03 {time}", "Артём", ("cut",))]


@pytest.mark.parametrize("text", ["да", "первый", "Артём"])
def test_the_day_is_asked_next_when_it_is_not_known(text: str) -> None:
    chat = Chat.at(salons.barber())
    chat.say("кто делает стрижку?")

    assert chat.say(text) == "На какой день записать?"
