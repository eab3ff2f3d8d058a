"""«На 18» of a visit that is moved: a day or an hour, asked about where it may be either."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

BOTH = "на 18 марта или на 18:00?"
AT_SIX = "завтра, в четверг 12 марта, 18:00"
ON_18 = "в среду 18 марта, 15:00"
AS_IT_WAS = [("12.03 15:00", "4", ("16",))]


def one_visit() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    return chat


@pytest.mark.parametrize(
    ("talk", "asked"),
    [
        (["перенесите маникюр", "на 18"], BOTH),
        (["перенесите маникюр", "18"], BOTH),
        (["перенесите маникюр на 18"], AT_SIX),
        (["не смогу прийти", "на 18"], BOTH),
        (["перенесите маникюр", "на 3"], "на 3 апреля или на 15:00?"),
        # only one of the two can be meant
        (["перенесите маникюр", "18-го"], ON_18),
        (["перенесите маникюр", "18 числа"], ON_18),
        (["перенесите маникюр", "на 25"], "в среду 25 марта, 15:00"),
        (["перенесите маникюр", "на 9"], "в четверг 9 апреля, 15:00"),
        (["перенесите маникюр", "в 18"], AT_SIX),
        (["перенесите маникюр", "к 18"], AT_SIX),
        (["перенесите маникюр", "12"], "завтра, в четверг 12 марта, 12:00"),
        # and the other one is answered
        (["перенесите маникюр", "на 18", "первое"], ON_18),
        (["перенесите маникюр", "на 18", "число"], ON_18),
        (["перенесите маникюр", "на 18", "18 марта"], ON_18),
        (["перенесите маникюр", "на 18", "на 18"], BOTH),
        (["перенесите маникюр", "на 18", "да"], "На какой день и время перенести?"),
        (["перенесите маникюр", "на 18", "нет"], "оставляю всё как есть"),
    ],
)
def test_nothing_is_moved_on_half_a_reading(talk: list[str], asked: str) -> None:
    chat = one_visit()

    replies = [chat.say(text) for text in talk]

    assert asked in replies[-1]
    assert chat.visits == AS_IT_WAS


@pytest.mark.parametrize("answer", ["второе", "время", "в 18", "на 18:00", "в шесть вечера"])
def test_the_hour_that_was_asked_about_is_meant(answer: str) -> None:
    chat = one_visit()
    chat.say("перенесите маникюр")
    chat.say("на 18")

    assert f"Перенесла: вместо 15:00 — {AT_SIX}" in chat.say(answer)


def test_a_number_after_a_day_that_was_named_is_its_hour() -> None:
    chat = one_visit()
    chat.say("перенесите на субботу")

    chat.say("на 18")

    assert chat.visits == [("14.03 18:00", "4", ("16",))]


def test_of_several_visits_the_number_moves_none_before_it_is_clear() -> None:
    chat = one_visit()
    chat.booked(13, 12, "3", "11")
    chat.say("перенесите запись на 18")
    before = chat.visits

    chat.say("маникюр")

    assert chat.visits == before
    assert chat.last.replies[-1].text.endswith("?")


def test_a_closed_day_is_no_reading() -> None:
    """The salon rests on Mondays: the 16th is one."""
    chat = Chat.at(salons.beauty())
    chat.booked(12, 15, "103", "4")

    chat.say("перенесите запись")

    assert "завтра, в четверг 12 марта, 16:00" in chat.say("на 16")


def test_the_number_of_the_very_day_named_beside_it_takes_nothing_from_that_day() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(13, 12, "1", "10")

    answer = chat.say("перенесите стрижку на четверг на 12")  # Thursday is the 12th

    assert "завтра, в четверг 12 марта, 12:00" in answer
