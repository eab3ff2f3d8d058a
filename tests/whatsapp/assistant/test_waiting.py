"""The waiting list in a dialogue: who is offered it, for what, and which words mean it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.state import WaitWish
from whatsapp.assistant.told import WaitsFor

SATURDAY, SUNDAY = date(2026, 3, 14), date(2026, 3, 15)
COLOUR = "Запишите на окрашивание в субботу"


def full(chat: Chat) -> None:
    """Мария, who alone dyes, is away for months."""
    chat.journal.absent |= {("3", chat.now.date() + timedelta(days=n)) for n in range(90)}


def no_saturday(chat: Chat) -> None:
    chat.journal.absent.add(("3", SATURDAY))


def busy_at_three(chat: Chat) -> None:
    chat.journal.take("3", chat.moment(14, 15), 180)


def chat(given: Callable[[Chat], None], *, keeps: bool = True) -> Chat:
    made = Chat.at(replace(salons.lily(), waiting_list=keeps))
    made.say("Здравствуйте")
    given(made)
    return made


def waited_for(talk: Chat) -> WaitWish | None:
    found = [item for item in talk.last.decisions if isinstance(item, WaitsFor)]
    return found[0].wish if found else None


def test_nothing_free_asks_whether_to_tell() -> None:
    talk = chat(full)

    asked = talk.say(COLOUR)
    agreed = talk.say("да")

    assert asked == (
        "Окрашивание: до 29 марта свободного времени нет. "
        "Сообщить, если в субботу 14 марта освободится?"
    )
    assert agreed == "Хорошо, напишу вам, если освободится: окрашивание, в субботу 14 марта."
    assert waited_for(talk) == WaitWish(("18",), (SATURDAY,))
    assert talk.visits == []


def test_other_days_come_first_and_a_plain_yes_means_them() -> None:
    told = chat(no_saturday).say(COLOUR)
    assert told.endswith(
        "Что удобнее? Или ответьте «сообщите»: напишу, если в субботу освободится."
    )

    lone = chat(no_saturday)
    lone.journal.take("3", lone.moment(15, 10), 8 * 60)
    lone.say(COLOUR)
    lone.say("да")
    assert lone.visits == [("15.03 18:00", "3", ("18",))]


@pytest.mark.parametrize(
    "text",
    [
        "сообщите",
        "да, сообщите",
        "Сообщите, если освободится в субботу",
        "напишите, если появится время",
        "поставьте в лист ожидания",
        "дайте знать, если суббота освободится",
    ],
)
def test_words_that_ask_to_be_told(text: str) -> None:
    talk = chat(no_saturday)
    talk.say(COLOUR)

    assert talk.say(text).startswith("Хорошо, напишу вам, если освободится")

    assert waited_for(talk) == WaitWish(("18",), (SATURDAY,))


@pytest.mark.parametrize("text", ["не надо сообщать", "напишите мне завтра", "а в воскресенье?"])
def test_words_that_do_not(text: str) -> None:
    talk = chat(no_saturday)
    talk.say(COLOUR)
    talk.say(text)

    assert waited_for(talk) is None


def test_refused_hours_lead_to_the_question_and_a_no_ends_it() -> None:
    talk = chat(busy_at_three)
    talk.say("Запишите на окрашивание в субботу в 15:00")

    assert talk.say("нет") == "Хорошо. Сообщить, если в субботу 14 марта в 15:00 освободится?"
    assert talk.say("не надо").startswith("Хорошо. Если понадобится")
    assert waited_for(talk) is None
    # What was not free is known for as long as nothing else was looked for.
    talk.say("ладно, сообщите, если освободится")
    assert waited_for(talk) == WaitWish(("18",), (SATURDAY,), earliest=time(15), latest=time(15))


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("к Марии в субботу после 16", WaitWish(("18",), (SATURDAY,), ("3",), (), time(16))),
        (
            "в субботу или воскресенье утром",
            WaitWish(("18",), (SATURDAY, SUNDAY), (), (), None, time(12)),
        ),
        (
            "в субботу часа в три",
            WaitWish(("18",), (SATURDAY,), (), (), time(14, 30), time(15, 30)),
        ),
    ],
)
def test_days_hours_and_master_are_those_of_the_wish(wish: str, found: WaitWish) -> None:
    talk = chat(full)
    talk.say(f"Запишите на окрашивание {wish}")
    talk.say("да")

    assert waited_for(talk) == found


def test_a_party_is_not_put_on_the_list() -> None:
    talk = chat(full)
    talk.journal.absent |= {("6", talk.now.date() + timedelta(days=n)) for n in range(90)}

    assert "ообщ" not in talk.say("запишите двоих на женскую стрижку в субботу")


def test_salon_without_a_list_speaks_as_before() -> None:
    told = chat(full, keeps=False).say(COLOUR)

    assert told.endswith("Посмотреть дни позже?")
