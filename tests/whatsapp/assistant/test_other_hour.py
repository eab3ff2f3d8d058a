"""Another hour of a visit that exists, told by its own hour."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

STAYS = [("12.03 15:00", "4", ("17",))]


def booked() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "17")
    return chat


@pytest.mark.parametrize(
    "said",
    ["можно завтра подойти не к 15 а к 16?", "приду завтра не в 3, а в 4, можно?",
     "получится не в 15:00, а в 16:00?"],
)  # fmt: skip
def test_not_then_but_an_hour_later(said: str) -> None:
    chat = booked()
    assert "Перенести: вместо 15:00 — завтра, в четверг 12 марта, 16:00" in chat.say(said)
    assert chat.visits == STAYS


def test_an_hour_that_no_visit_has_moves_nothing() -> None:
    chat = booked()
    assert "Перенести" not in chat.say("запишите на женскую стрижку завтра не в 12, а в 16")
    assert chat.visits == STAYS


@pytest.mark.parametrize("said", ["я завтра не успеваю к 15", "не успеваю завтра"])
def test_not_in_time_on_another_day_is_not_late(said: str) -> None:
    chat = booked()
    assert "Отменить запись на завтра, 15:00, или перенести" in chat.say(said)
    assert chat.last.handoff is None
    assert "завтра, в четверг 12 марта, 17:00" in chat.say("а в 17 можно?")
    assert chat.visits == STAYS


def test_not_in_time_today_is_late() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(11, 15, "4", "17")
    chat.say("не успеваю к 15")
    assert chat.last.handoff is not None
    assert "задерж" in chat.turns[-1].replies[0].text


def test_whether_another_master_is_free_moves_the_same_visit() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия к Анне завтра в 10")
    chat.say("с покрытием")
    assert "Изменить запись" in chat.say("а Катя на это время свободна?")
    chat.say("да")
    assert chat.visits == [("12.03 10:00", "7", ("16",))]


def soon() -> Chat:
    """Half an hour before the visit."""
    chat = Chat.at(salons.lily(), 2026, 3, 12, 14, 30)
    chat.booked(12, 15, "4", "17")
    return chat


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("я только к 15:15 доберусь", 15),
        ("успею только к 15:15", 15),
        ("доберусь не раньше 15:15", 15),
        ("я только через 40 минут доберусь", 10),
        ("доберусь только через час", 30),
        ("опоздаю около часа", 60),
        ("буду около часа позже", 60),
        ("опоздаю часа на два", 120),
    ],
)
def test_how_late_is_told_by_the_hour_or_the_way(said: str, minutes: int) -> None:
    chat = soon()
    assert f"вы задержитесь на {minutes} минут" in chat.say(said)
    assert chat.visits == STAYS


@pytest.mark.parametrize("said", ["смогу только к 17", "сегодня успею только к 17"])
def test_only_at_a_much_later_hour_is_a_move_that_is_proposed(said: str) -> None:
    chat = soon()
    assert "Перенести: вместо 15:00 — сегодня, в четверг 12 марта, 17:00" in chat.say(said)
    assert chat.visits == STAYS


@pytest.mark.parametrize(
    "said", ["буду около часа", "запишите на женскую стрижку завтра около часа"]
)
def test_about_one_o_clock_is_an_hour_of_the_day(said: str) -> None:
    chat = Chat.at(salons.lily(), 2026, 3, 12, 11, 0)
    chat.booked(12, 13, "4", "17")
    assert "задержитесь" not in chat.say(said)
    assert chat.last.handoff is None


def test_only_then_of_a_new_visit_moves_none() -> None:
    chat = booked()
    chat.say("запишите на женскую стрижку в субботу, смогу только в 16")
    assert STAYS[0] in chat.visits
    assert "Перен" not in chat.last.replies[-1].text
