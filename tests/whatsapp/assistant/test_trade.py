"""Two visits change places: both are looked for before either is moved, and a «да» moves them both."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.journal import Killed
from tests.whatsapp.assistant.talk import Chat
from tests.whatsapp.assistant.visits import CUT, MANICURE, Visits, four_visits, two_visits
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.tools import SlotsUnavailable, SlotTaken, SystemDown

TRADED = [("12.03 15:00", "3", ("11",)), ("13.03 12:00", "4", ("16",))]


def booked(*visits: tuple[int, int, str, str]) -> Chat:
    chat = Chat.at(salons.lily())
    for day, hour, staff, service in visits:
        chat.booked(day, hour, staff, service)
    return chat


@pytest.mark.parametrize(
    "text",
    [
        "поменяйте их местами",
        "поменяйте местами маникюр и стрижку",
        "можно поменять записи местами?",
        "первую и вторую поменяйте местами, пожалуйста",
        "поменяйте записи друг с другом",
    ],
)
def test_two_visits_change_places_once_agreed_to(text: str) -> None:
    chat = two_visits()

    asked = chat.say(text)
    before = chat.visits
    chat.say("да")

    assert "Поменять местами?\nЗавтра, 15:00 — женская стрижка, Мария" in asked
    assert before == [MANICURE, CUT]
    assert chat.visits == TRADED


@pytest.mark.parametrize(
    ("visits", "after"),
    [
        # one master cannot hold both: her times are kept, and what is done then is changed
        (
            [(12, 15, "4", "16"), (12, 17, "4", "17")],
            [("12.03 15:00", "4", ("17",)), ("12.03 17:00", "4", ("16",))],
        ),
        (
            [(12, 15, "4", "16"), (12, 17, "3", "11")],
            [("12.03 15:00", "3", ("11",)), ("12.03 17:00", "4", ("16",))],
        ),
        # the longer one first: nobody is to be in two chairs at once
        (
            [(12, 12, "3", "11"), (12, 13, "4", "16")],
            [("12.03 12:00", "4", ("16",)), ("12.03 14:00", "3", ("11",))],
        ),
    ],
)
def test_the_same_day(visits: list[tuple[int, int, str, str]], after: Visits) -> None:
    chat = booked(*visits)

    chat.say("поменяйте их местами")
    chat.say("да")

    assert chat.visits == after


def test_what_is_ordered_besides_waits_for_the_answer() -> None:
    chat = two_visits()

    chat.say("поменяйте их местами и запишите на педикюр в воскресенье в 12")
    before = chat.visits
    chat.say("да")

    assert before == [MANICURE, CUT]
    assert chat.visits == [*TRADED, ("15.03 12:00", "4", ("17",))]


def test_of_three_the_two_that_were_named() -> None:
    chat = two_visits()
    chat.booked(15, 12, "1", "13")

    chat.say("поменяйте стрижку и маникюр местами")
    chat.say("да")

    assert chat.visits[:2] == TRADED


def test_a_time_that_is_taken_is_said_and_what_is_near_it_offered() -> None:
    chat = two_visits()
    chat.journal.take("4", chat.moment(13, 12))

    reply = chat.say("поменяйте их местами")
    chat.say("14:00")

    assert "Поменять местами не получится.\nНа 12:00 у Анны свободного времени нет." in reply
    assert chat.visits == [CUT, ("13.03 14:00", "4", ("16",))]


@pytest.mark.parametrize("word", ["нет", "на субботу лучше", "14:00"])
def test_without_a_yes_nothing_is_moved(word: str) -> None:
    chat = two_visits()
    chat.say("поменяйте их местами")

    chat.say(word)

    assert chat.visits == [MANICURE, CUT]


@pytest.mark.parametrize(
    ("visits", "text"),
    [
        ([(12, 12, "4", "16"), (12, 14, "4", "16")], "поменяйте их местами"),  # whose is whose?
        ([(12, 12, "4", "16"), (13, 14, "3", "11"), (14, 12, "1", "13")], "поменяйте их местами"),
    ],
)
def test_what_nobody_can_tell_goes_to_a_person(
    visits: list[tuple[int, int, str, str]], text: str
) -> None:
    chat = booked(*visits)

    chat.say(text)

    assert chat.last.handoff is not None
    assert chat.last.writes == ()


@pytest.mark.parametrize("text", ["поменяйте маникюр на педикюр", "хочу поменять место записи"])
def test_another_change_is_no_trade(text: str) -> None:
    chat = two_visits()

    reply = chat.say(text)

    assert "местами" not in reply
    assert chat.visits == [MANICURE, CUT]


def test_a_silent_journal_moves_nothing_and_calls_a_person() -> None:
    chat = two_visits()
    chat.journal.fail_slots = SlotsUnavailable()

    chat.say("поменяйте их местами")

    assert chat.last.handoff is not None
    assert chat.last.handoff.topic is Topic.SYSTEM_DOWN
    assert chat.visits == [MANICURE, CUT]


def test_the_second_stays_when_the_first_is_lost() -> None:
    chat = two_visits()
    chat.say("поменяйте их местами")
    chat.journal.next_move = [SlotTaken()]

    reply = chat.say("да")
    before = chat.visits
    chat.say("14:30")

    assert "Это время только что заняли. Есть 14:30 и 15:30 у Марии" in reply
    assert before == [MANICURE, CUT]
    assert chat.visits == [("12.03 14:30", "3", ("11",)), MANICURE]


def test_the_one_that_is_lost_is_named_when_the_other_was_moved() -> None:
    chat = two_visits()
    chat.say("поменяйте их местами")
    chat.journal.take("4", chat.moment(13, 12))

    reply = chat.say("да")

    assert "Перенесла: вместо пятницы 13 марта, 12:00" in reply
    assert "послезавтра, 12:00 — это время только что заняли." in reply
    assert chat.visits == [("12.03 15:00", "3", ("11",)), MANICURE]


def test_what_silence_left_is_kept_whole() -> None:
    chat = two_visits()
    chat.say("поменяйте их местами")
    chat.journal.next_move = [SystemDown()]

    chat.say("да")

    assert chat.last.kept is not None
    assert len(chat.last.kept.writes) == 2


@pytest.mark.parametrize("deaths", [(1,), (2,), (1, 2), (9,)])
def test_whoever_finishes_the_turn_moves_each_once(deaths: tuple[int, ...]) -> None:
    chat = two_visits()
    chat.say("поменяйте их местами")
    journal, before = chat.journal, chat.state
    for journal.dies_after in deaths:
        with suppress(Killed):
            chat.say("да")
            chat.state = before
        journal.earlier = tuple(journal.ledger)
    journal.dies_after = 0

    reply = chat.say("да")

    assert reply.count("Перенесла") == 2
    assert chat.visits == TRADED


def test_four_visits_named_by_their_places() -> None:
    chat = four_visits()

    chat.say("первую и вторую поменяйте местами")
    chat.say("да")

    assert chat.visits[:2] == TRADED
