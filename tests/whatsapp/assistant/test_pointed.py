"""Visits that are only pointed at: «обе», «вторую»; each is moved, taken off, asked about or left."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.journal import Killed
from tests.whatsapp.assistant.talk import Chat
from tests.whatsapp.assistant.visits import (
    BEARD,
    CUT,
    MANICURE,
    MOVED_CUT,
    MOVED_MANICURE,
    PEDICURE,
    Visits,
    four_visits,
    two_visits,
)
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.tools import SystemDown

SATURDAY_CUT = ("14.03 12:00", "3", ("11",))
LATER = [("12.03 16:00", "4", ("16",)), ("13.03 13:00", "3", ("11",))]


@pytest.mark.parametrize(
    ("talk", "visits"),
    [
        (["перенесите обе записи на субботу"], [MANICURE, CUT]),  # the hours are a guess
        (["перенесите обе записи на субботу", "да"], [CUT, MOVED_MANICURE]),
        (["перенесите обе записи на субботу", "да", "да"], [SATURDAY_CUT, MOVED_MANICURE]),
        (["перенесите обе записи на субботу", "нет"], [MANICURE, CUT]),
        (["перенесите все мои записи на субботу", "да", "да"], [SATURDAY_CUT, MOVED_MANICURE]),
        (["перенесите их на субботу", "да", "да"], [SATURDAY_CUT, MOVED_MANICURE]),
        (["обе на субботу, пожалуйста", "да", "да"], [SATURDAY_CUT, MOVED_MANICURE]),
        (["перенесите запись на субботу", "обе", "да", "да"], [SATURDAY_CUT, MOVED_MANICURE]),
        (["перенесите обе", "на субботу", "да", "на субботу", "да"], [SATURDAY_CUT, MOVED_MANICURE]),
        # one of them stands there already
        (["перенесите обе на пятницу", "да"], [CUT, ("13.03 15:00", "4", ("16",))]),
        # both at one time are asked about
        (["перенесите обе на субботу в 13"], [MANICURE, CUT]),
        (["обе на час позже"], LATER),
        (["перенесите обе на час позже"], LATER),
        (["обе записи на час позже?"], [MANICURE, CUT]),
        (
            ["обе на неделю позже"],
            [("19.03 15:00", "4", ("16",)), ("20.03 12:00", "3", ("11",))],
        ),
        (["отмените обе", "да"], []),
        (["отмените обе", "первую оставьте", "да"], [MANICURE]),
        (
            ["отмените обе и запишите на педикюр в воскресенье в 12", "да"],
            [PEDICURE],
        ),
    ],
)  # fmt: skip
def test_what_is_ordered_of_all_visits(talk: list[str], visits: Visits) -> None:
    chat = two_visits()

    for text in talk:
        chat.say(text)

    assert chat.visits == visits


@pytest.mark.parametrize(
    ("text", "visits"),
    [
        ("вторую на субботу в 13, а первую оставьте", [MANICURE, MOVED_CUT]),
        ("вторую на 15:00", [MANICURE, ("13.03 15:00", "3", ("11",))]),
        ("вторую отмените, а первую на час позже", [("12.03 16:00", "4", ("16",))]),
        ("первую на час позже, вторую отмените", [("12.03 16:00", "4", ("16",))]),
        ("перенесите вторую на субботу в 13 и отмените первую", [MOVED_CUT]),
        ("привет! вторую запись отмените, пожалуйста", [MANICURE]),
        ("последнюю отмените", [MANICURE]),
        ("отмените маникюр, а вторую на субботу в 13", [MOVED_CUT]),
        ("первую отмените, и запишите на педикюр в воскресенье в 12", [CUT, PEDICURE]),
        ("первую подтверждаю, вторую отмените", [MANICURE]),
        ("отмените первую, вторую на час раньше", [("13.03 11:00", "3", ("11",))]),
        (
            "отмените первую, вторую перенесите на час раньше и запишите меня на педикюр в воскресенье в 12",
            [("13.03 11:00", "3", ("11",)), PEDICURE],
        ),
        ("первую оставьте, остальные отмените", [MANICURE]),
        # asked about
        ("вторую не надо", [MANICURE, CUT]),
        ("отмените первую и вторую", [MANICURE, CUT]),
        ("вторую можно на час раньше?", [MANICURE, CUT]),
        ("вторую отменить можно?", [MANICURE, CUT]),
        ("вторую перенесите", [MANICURE, CUT]),
        # no order at all
        ("первую оставьте, и вторую не трогайте", [MANICURE, CUT]),
        ("на вторую опоздаю на 10 минут", [MANICURE, CUT]),
        ("что по второй записи, во сколько она?", [MANICURE, CUT]),
        ("вторую половину дня предпочитаю", [MANICURE, CUT]),
        ("есть окно в первую пятницу месяца?", [MANICURE, CUT]),
        ("в третью субботу я занята", [MANICURE, CUT]),
    ],
)
def test_what_is_ordered_of_a_visit_by_its_place(text: str, visits: Visits) -> None:
    chat = two_visits()

    chat.say(text)

    assert chat.visits == visits


@pytest.mark.parametrize(
    ("talk", "visits"),
    [
        (["вторую уже не надо", "да"], [MANICURE]),
        (["перенесите первую и вторую на субботу", "да", "да"], [SATURDAY_CUT, MOVED_MANICURE]),
    ],
)
def test_what_a_yes_does_of_them(talk: list[str], visits: Visits) -> None:
    chat = two_visits()

    for text in talk:
        chat.say(text)

    assert chat.visits == visits


def test_all_others_but_the_one_that_stays() -> None:
    chat = four_visits()

    asked = chat.say("вторую оставьте, остальные отмените")
    chat.say("да")

    assert "Отменить эти записи?" in asked
    assert chat.visits == [CUT]


def test_places_are_those_of_the_list_that_was_shown() -> None:
    chat = four_visits()
    chat.say("какие у меня записи?")

    chat.say("вторую и третью отмените")
    asked = chat.visits
    chat.say("да")

    assert asked == [MANICURE, CUT, PEDICURE, BEARD]
    assert chat.visits == [MANICURE, BEARD]


@pytest.mark.parametrize("deaths", [(1,), (2,), (1, 2), (9,)])
def test_whoever_finishes_the_turn_each_visit_is_moved_once(deaths: tuple[int, ...]) -> None:
    chat = two_visits()
    journal = chat.journal
    for journal.dies_after in deaths:
        with suppress(Killed):
            chat.say("вторую отмените, а первую на час позже")
            chat.state = None
        journal.earlier = tuple(journal.ledger)
    journal.dies_after = 0

    reply = chat.say("вторую отмените, а первую на час позже")

    assert (reply.count("Отменила"), reply.count("Перенесла")) == (1, 1)
    assert chat.visits == [("12.03 16:00", "4", ("16",))]


def test_what_was_not_done_is_named_so_that_anyone_understands() -> None:
    chat = two_visits()
    chat.say("перенесите обе записи на субботу")
    chat.now += timedelta(hours=4)

    reply = chat.say("да")

    assert "Пока не сделала: «запись на 13.03 в 12:00 (Мария): перенесите обе" in reply
    assert DialogueState.from_json(chat.state).rest == ()
    assert chat.visits == [CUT, MOVED_MANICURE]


def test_silence_of_the_journal_keeps_both() -> None:
    chat = two_visits()
    chat.journal.next_move = [SystemDown()]

    said = chat.say("обе на час позже")

    kept = chat.last.kept
    assert "Остальное из сообщения тоже сохранила." in said
    assert kept is not None
    assert (len(kept.writes), len(kept.rest)) == (1, 1)


@pytest.mark.parametrize("text", ["третью отмените", "первую отмените"])
def test_a_place_that_nothing_has_is_no_other_visit(text: str) -> None:
    chat = two_visits()
    chat.say("отмените маникюр")

    reply = chat.say(text)

    assert "Такой записи не вижу. Есть: послезавтра, 12:00 — женская стрижка, Мария." in reply
    assert chat.visits == [CUT]


def booked(*visits: tuple[int, int, str, str]) -> Chat:
    chat = two_visits()
    chat.journal.records.clear()
    chat.journal.mine.clear()
    for day, hour, staff, service in visits:
        chat.booked(day, hour, staff, service)
    return chat


def test_two_visits_in_a_row_to_one_master_move_together() -> None:
    chat = booked((12, 15, "4", "16"), (12, 17, "4", "17"))

    chat.say("обе на час позже")

    assert chat.visits == [("12.03 16:00", "4", ("16",)), ("12.03 18:00", "4", ("17",))]


def test_back_to_back_visits_move_earlier_together() -> None:
    chat = booked((12, 12, "3", "11"), (12, 13, "3", "11"))

    chat.say("обе на полчаса раньше")

    assert [when for when, _, _ in chat.visits] == ["12.03 11:30", "12.03 12:30"]


@pytest.mark.parametrize(
    ("talk", "visits"),
    [
        # by the list that was shown, whatever was done since
        (["какие у меня записи?", "первую перенесите на субботу в 17:00", "а вторую отмените"],
         [("14.03 17:00", "4", ("17",))]),
        (["первую перенесите на субботу в 17:00", "а вторую отмените"], [("14.03 17:00", "4", ("17",))]),
        # by the newest list
        (["какие у меня записи?", "первую перенесите на субботу в 17:00", "какие у меня теперь записи?",
          "а вторую отмените"], [("13.03 12:00", "3", ("11",))]),
        (["какие у меня записи?", "первую отмените", "первую отмените"], [("13.03 12:00", "3", ("11",))]),
        (["какие у меня записи?", "первую отмените", "и вторую отмените"], []),
    ],
)  # fmt: skip
def test_a_place_is_that_of_the_list_the_client_saw(talk: list[str], visits: Visits) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    chat.booked(13, 12, "3", "11")

    for text in talk:
        chat.say(text)

    assert chat.visits == visits


def test_a_place_of_three_stays_when_the_first_is_gone() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    chat.booked(13, 12, "3", "11")
    chat.booked(14, 12, "1", "10")

    for text in ("какие у меня записи?", "первую отмените", "вторую отмените"):
        chat.say(text)

    assert chat.visits == [("14.03 12:00", "1", ("10",))]
