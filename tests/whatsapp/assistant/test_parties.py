"""Several people or visits at once: side by side, and when one of their times is lost."""

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.tools import Booked, SlotTaken


def test_two_people_side_by_side() -> None:
    chat = Chat.at(salons.lily())

    asked = chat.say("мне педикюр, а мужу мужская стрижка, в субботу в 12")
    chat.say("да")

    assert asked.count("12:00") == 2
    assert chat.visits == [("14.03 12:00", "1", ("10",)), ("14.03 12:00", "4", ("17",))]


@pytest.mark.parametrize(
    "said",
    [
        "я с мужем: мне педикюр, ему мужская стрижка, в субботу в 12",
        "муж и я в субботу в 12: ему мужская стрижка, мне педикюр",
        "мы с мужем хотим в субботу в 12, мне педикюр, его на мужскую стрижку",
        "приду с мужем в субботу в 12, он на мужскую стрижку, я на педикюр",
    ],
)
def test_who_was_named_before_is_meant_by_a_pronoun(said: str) -> None:
    chat = Chat.at(salons.lily())

    chat.say(said)
    chat.say("да")

    assert chat.visits == [("14.03 12:00", "1", ("10",)), ("14.03 12:00", "4", ("17",))]
    assert [r.comment for r in chat.journal.records if r.services == ("10",)] == ["для: муж"]


@pytest.mark.parametrize(
    "said",
    [
        "мама посоветовала, ей у вас понравилось, запишите меня на педикюр к Анне в субботу в 12",
        "запишите меня на педикюр к Анне в субботу в 12, она хороший мастер",
    ],
)
def test_a_pronoun_of_nobody_who_comes_brings_no_guest(said: str) -> None:
    chat = Chat.at(salons.lily())

    chat.say(said)

    assert chat.visits == [("14.03 12:00", "4", ("17",))]
    assert [r.comment for r in chat.journal.records] == [""]


def test_the_second_of_two_visits_fails_and_the_first_is_told_truly() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мне педикюр, а мужу мужская стрижка, в субботу в 12")
    start = chat.moment(14, 12)
    chat.journal.next_book = [Booked("r1", start, "4", ("17",), 2000), SlotTaken()]

    reply = chat.say("да")

    assert reply.count("Записала") == 1
    assert "Мужская стрижка, 12:00 — это время только что заняли" in reply


def test_whose_time_was_lost_is_arranged_alone_and_not_both_anew() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мне педикюр, а мужу мужская стрижка, в субботу в 12")
    start = chat.moment(14, 12)
    chat.journal.next_book = [Booked("r1", start, "4", ("17",), 2000), SlotTaken()]

    reply = chat.say("да")
    chat.say("в 15")
    chat.say("да")

    assert "заняли. Есть 11:30 и 12:30 у Сергея, 12:00 у Тимура. Что удобнее?" in reply
    assert [services for _, _, services in chat.visits] == [("10",)]
    assert chat.visits[0][0] == "14.03 15:00"


def test_a_further_visit_of_the_same_person_is_not_offered_during_the_first() -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр и женская стрижка в субботу в 12")
    start = chat.moment(14, 12)
    chat.journal.next_book = [Booked("r1", start, "4", ("17",), 2000), SlotTaken()]

    reply = chat.say("да")

    assert "заняли. Есть 14:00 и 14:30 у Марии, 13:30 у Александры. Что удобнее?" in reply


def test_a_time_lost_for_one_of_two_is_looked_for_anew_for_both() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мне педикюр, а мужу мужская стрижка, в субботу в 12")
    chat.journal.next_book = [SlotTaken()]

    reply = chat.say("да")

    assert "только что заняли" in reply
    first = reply.split("1) ")[1].split("\n")[0]
    assert "педикюр (Анна)" in first
    assert "мужская стрижка (" in first
    assert chat.visits == []
    chat.say("1")
    chat.say("да")
    assert sorted(services for _, _, services in chat.visits) == [("10",), ("17",)]


def test_a_child_who_waits_is_no_guest() -> None:
    chat = Chat.at(salons.lily())
    chat.say("а если я приду с ребенком, он подождет?")
    assert chat.last.handoff is not None
    assert "ребенок" not in chat.say("ладно. маникюр без покрытия завтра в 12")


@pytest.mark.parametrize(
    "said",
    [
        "нам с подругой маникюр без покрытия в субботу в 12 к одному мастеру",
        "мне и подруге маникюр без покрытия в субботу в 12 у одного и того же мастера",
        "меня с подругой на маникюр без покрытия в субботу в 12, к одной девочке",
    ],
)
def test_two_to_one_master_come_one_after_the_other(said: str) -> None:
    chat = Chat.at(salons.lily())

    chat.say(said)
    assert chat.visits == []
    chat.say("да")

    assert chat.visits == [("14.03 12:00", "4", ("15",)), ("14.03 13:00", "4", ("15",))]


def test_to_one_master_may_be_said_afterwards() -> None:
    chat = Chat.at(salons.lily())

    for text in ("нам с подругой маникюр без покрытия", "к одному мастеру", "в субботу в 12", "да"):
        chat.say(text)

    assert [(start, staff) for start, staff, _ in chat.visits] == [
        ("14.03 12:00", "4"),
        ("14.03 13:00", "4"),
    ]


def test_that_nobody_does_it_all_is_told_once() -> None:
    chat = Chat.at(salons.lily())
    order = "маникюр без покрытия и женская стрижка в субботу к одному мастеру"

    assert "Одного мастера на всё это нет." in chat.say(order)
    assert "Одного мастера" not in chat.say("в 12")
    assert chat.visits == []


def test_one_master_of_one_visit_is_no_hour() -> None:
    """«К одному» is not one o'clock."""
    chat = Chat.at(salons.lily())

    assert "в субботу 14 марта, 12:00" in chat.say("педикюр в субботу в 12 к одному мастеру")


def test_two_who_name_no_master_come_at_once() -> None:
    chat = Chat.at(salons.lily())

    chat.say("нам с подругой маникюр без покрытия в субботу в 12")
    chat.say("да")

    assert [start for start, _, _ in chat.visits] == ["14.03 12:00", "14.03 12:00"]
