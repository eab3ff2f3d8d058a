"""Words right after a booking that are about it: another hour, the same once more, what goes with it."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.state import Asked

NAILS = "маникюр без покрытия в субботу в 15 к Анне"
BOOKED = ("14.03 15:00", "4", ("15",))


@pytest.mark.parametrize(
    ("talk", "after"),
    [
        (["а в 17 есть?", "да"], [("14.03 17:00", "4", ("15",))]),
        (["ой, в 15 не успею", "в 16", "да"], [("14.03 16:00", "4", ("15",))]),
        (["и на следующую субботу так же", "да"], [BOOKED, ("21.03 15:00", "4", ("15",))]),
        (["запишите ещё и на воскресенье туда же", "да"], [BOOKED, ("15.03 15:00", "4", ("15",))]),
        (["а педикюр вместе с ним можно?", "да"], [("14.03 15:00", "4", ("15", "17"))]),
        (["а вы можете меня ещё на педикюр сразу после?", "да"], [("14.03 15:00", "4", ("15", "17"))]),
        (["и ещё мужу стрижку в это же время", "да"], [("14.03 15:00", "1", ("10",)), BOOKED]),
    ],
)  # fmt: skip
def test_it_is_asked_about_and_done(talk: list[str], after: list[object]) -> None:
    chat = Chat.at(salons.lily())
    chat.say(NAILS)
    chat.say(talk[0])
    assert chat.visits == [BOOKED], "asked first"

    for text in talk[1:]:
        chat.say(text)

    assert chat.visits == after


def test_an_hour_named_with_later_is_of_the_visit_shown() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 10, "4", "15")
    chat.say("а во сколько я завтра?")

    asked = chat.say("а можно чуть попозже, часов в 12?")

    assert asked == "Перенести: вместо 10:00 — завтра, в четверг 12 марта, 12:00, Анна?"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("а на педикюр в 17 есть?", "Педикюр"),
        ("а в воскресенье есть время?", "Перенести её или записать ещё раз?"),
        ("я опоздаю минут на 10", "вы задержитесь на 10 минут"),
    ],
)
def test_other_things_stay_what_they_are(said: str, answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say(NAILS)

    assert answer in chat.say(said)
    assert chat.visits == [BOOKED]


def test_who_is_late_today_is_late() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мужская стрижка сегодня в 18 к Сергею")

    assert "вы задержитесь" in chat.say("ой, к 18 не успею")


@pytest.mark.parametrize(
    ("first", "then"), [("подтверждаю", "хотя нет, не смогу"), ("во сколько я завтра?", "не приду")]
)
def test_who_cannot_come_after_all_is_asked_about_the_visit(first: str, then: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "15")
    chat.say(first)

    assert chat.say(then) == "Отменить запись на завтра, 15:00, или перенести на другой день?"
    assert chat.visits == [("12.03 15:00", "4", ("15",))]


def test_of_several_it_is_asked_which() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "15")
    chat.booked(13, 12, "1", "10")
    chat.say("когда я записана?")

    assert "Какую запись отменить?" in chat.say("не смогу")


def test_without_a_visit_it_ends_what_is_proposed() -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр завтра в 12?")

    assert chat.say("не смогу").startswith("Хорошо.")
    assert chat.last.state.asked is Asked.NOTHING
