"""The waiting list in a dialogue: who is offered it, for what, and which words mean it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.state import WaitPart, WaitWish
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


@pytest.mark.parametrize("given", [full, no_saturday])
@pytest.mark.parametrize(
    "text",
    [
        "если освободится в субботу или воскресенье - запишите меня",
        "сообщите, если освободится суббота или воскресенье",
        "если освободится в субботу или в воскресенье — запишите меня на окрашивание",
    ],
)
def test_other_days_than_those_looked_for_are_looked_for_and_then_waited_for(
    text: str, given: Callable[[Chat], None]
) -> None:
    talk = chat(given)
    talk.journal.absent.add(("3", SUNDAY))
    talk.say(COLOUR)

    assert talk.say(text) == (
        "Хорошо, напишу вам, если освободится: окрашивание, в субботу 14 марта или в воскресенье 15 марта."
    )

    assert waited_for(talk) == WaitWish(("18",), (SATURDAY, SUNDAY))


def test_what_is_free_is_shown_rather_than_waited_for() -> None:
    talk = chat(no_saturday)

    told = talk.say("если освободится в субботу или воскресенье - запишите меня на окрашивание")

    assert "свободно в воскресенье 15 марта" in told
    assert waited_for(talk) is None


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


# --- several people ---


@pytest.mark.parametrize(
    ("words", "joined", "found"),
    [
        (
            "запишите двоих на женскую стрижку в субботу",
            "женская стрижка для двоих, в субботу 14 марта",
            WaitWish(("11",), (SATURDAY,), others=(WaitPart(("11",), guest="гость"),)),
        ),
        (
            "запишите меня и дочку на женскую стрижку в субботу в 15:00 одновременно",
            "женская стрижка для двоих, в субботу 14 марта в 15:00",
            WaitWish(
                ("11",), (SATURDAY,), (), (), time(15), time(15),
                others=(WaitPart(("11",), guest="дочка"),), parallel=True,
            ),
        ),
        (
            "запишите на окрашивание и педикюр в субботу",
            "окрашивание + педикюр, в субботу 14 марта",
            WaitWish(("18",), (SATURDAY,), others=(WaitPart(("17",)),)),
        ),
    ],
)  # fmt: skip
def test_visits_wanted_together_are_waited_for_together(
    words: str, joined: str, found: WaitWish
) -> None:
    talk = chat(full)
    talk.journal.absent |= {
        (staff, talk.now.date() + timedelta(days=n)) for n in range(90) for staff in "46"
    }

    assert talk.say(words).endswith("освободится?")
    agreed = talk.say("да")

    assert waited_for(talk) == found
    assert agreed == f"Хорошо, напишу вам, если освободится: {joined}."
    assert talk.visits == []


def test_other_days_for_a_party_come_with_the_list_beside_them() -> None:
    talk = chat(no_saturday)
    talk.journal.absent.add(("6", SATURDAY))

    told = talk.say("запишите двоих на женскую стрижку в субботу")

    assert "ответьте «сообщите»: напишу, если в субботу освободится" in told
    talk.say("сообщите")
    assert waited_for(talk) == WaitWish(
        ("11",), (SATURDAY,), others=(WaitPart(("11",), guest="гость"),)
    )


def moving(given: Callable[[Chat], None]) -> tuple[Chat, str]:
    """A client whose colouring at Мария's is on Friday at eleven."""
    talk = chat(lambda _: None)
    record = talk.booked(13, 11, "3", "18")
    given(talk)
    return talk, record


@pytest.mark.parametrize(
    ("given", "words", "hours"),
    [
        # The visit's own hour was not asked for: any hour of the day will do.
        (no_saturday, "перенесите мою запись на субботу", (None, None)),
        (no_saturday, "перенесите мою запись на субботу в 15:00", (time(15), time(15))),
        (busy_at_three, "перенесите мою запись на субботу в 15:00", (time(15), time(15))),
        (no_saturday, "перенесите мою запись на субботу после 16", (time(16), None)),
    ],
)
def test_move_that_finds_nothing_may_be_waited_for_and_the_visit_stays(
    given: Callable[[Chat], None], words: str, hours: tuple[time | None, time | None]
) -> None:
    talk, record = moving(given)
    talk.say(words)

    agreed = talk.say("сообщите, если освободится")

    assert waited_for(talk) == WaitWish(
        ("18",), (SATURDAY,), ("3",), (), *hours, record_id=record, old_start=talk.moment(13, 11)
    )
    assert agreed.startswith("Хорошо, напишу вам, если освободится: окрашивание у Марии, в субботу")
    assert agreed.endswith(". Пока остаётся запись на послезавтра, 11:00.")
    assert talk.visits == [("13.03 11:00", "3", ("18",))]


def test_move_for_which_nothing_is_free_at_all_asks_whether_to_tell() -> None:
    talk, record = moving(lambda talk: None)
    full(talk)

    assert talk.say("перенесите мою запись на субботу").endswith(
        "Сообщить, если в субботу 14 марта освободится?"
    )

    talk.say("да")
    assert (wish := waited_for(talk)) is not None
    assert (wish.record_id, wish.earliest) == (record, None)
    assert talk.visits == [("13.03 11:00", "3", ("18",))]


def test_salon_without_a_list_speaks_as_before() -> None:
    told = chat(full, keeps=False).say(COLOUR)

    assert told.endswith("Посмотреть дни позже?")
