"""Words that must not be taken for a yes, a move or a cancellation, and offers told only as text."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatsapp.assistant.rows import default_salon, predict, salon_of

LILY = salon_of(json.loads(default_salon()))
PROPOSAL = (
    ("client", "маникюр в пятницу в 3"),
    ("bot", "Записать вас на маникюр 13 марта в 15:00 к Анне?"),
)
OFFER = (
    ("client", "маникюр к Анне завтра в 12"),
    ("bot", "На 12:00 Анна уже занята. Есть 13:30 у неё или 12:30 у Екатерины. Что удобнее?"),
)
REMINDER = (("bot", "Напоминаем: завтра, 12 марта, в 12:00 брови у Ольги. Придёте?"),)
BROWS = {"id": "b1", "date": "2026-03-12", "time": "12:00", "services": ["brows"], "staff": "Ольга"}


def said(
    text: str,
    history: tuple[tuple[str, str], ...] = (),
    *visits: dict[str, Any],
    today: str = "2026-03-11",
) -> dict[str, Any]:
    told = [{"role": role, "text": line} for role, line in history]
    row = {"today": today, "text": text, "history": told, "context": {"upcoming": list(visits)}}
    return predict(row, LILY)


@pytest.mark.parametrize(
    "text",
    [
        "это точно?", "можно подумать?", "и подругу запишите", "да, и мужа на стрижку", "нет", "не хочу",
        "да, но к Кате", "лучше в 16", "подождите", "а сколько стоит?", "ни одно", "нет, сейчас не надо",
        "щас у мужа спрошу",
    ],
)  # fmt: skip
def test_nothing_but_a_yes_books_what_was_proposed(text: str) -> None:
    found = said(text, PROPOSAL)

    assert not found.get("confirmed")
    assert found["actions"] == []


@pytest.mark.parametrize("text", ["да", "погнали", "100%", "ок, жду", "Да, всё верно", "супер, да"])
def test_a_yes_books_it(text: str) -> None:
    found = said(text, PROPOSAL)

    assert found["confirmed"]
    assert found["actions"] == ["create_booking"]


@pytest.mark.parametrize(
    "text", ["не помню что записывалась", "не знаю пока", "кто это?", "а во сколько?", "наверное"]
)
def test_a_doubt_confirms_no_visit_and_cancels_none(text: str) -> None:
    found = said(text, REMINDER, BROWS)

    assert found.get("attending") is None
    assert found["actions"] == []


@pytest.mark.parametrize(
    "text",
    ["а если я не приду, штраф будет?", "можно отменить если что?", "за сколько можно отменить?"],
)
def test_a_supposition_cancels_nothing(text: str) -> None:
    found = said(text, (), BROWS)

    assert "cancel_booking" not in found["actions"]


@pytest.mark.parametrize(
    ("text", "staff", "time"),
    [("13:30", "Анна", "13:30"), ("к Кате", "Екатерина", "12:30"), ("первый", "Анна", "13:30")],
)
def test_an_offered_time_keeps_its_master(text: str, staff: str, time: str) -> None:
    found = said(text, OFFER)

    assert (found["staff"], found["date"], found["time"]) == (staff, "2026-03-12", time)


def test_a_weekday_of_a_visit_of_next_week_is_confirmed_before_it_moves() -> None:
    late = {**BROWS, "date": "2026-03-20", "time": "15:00"}

    found = said("перенесите брови на четверг на 16", (), late)

    assert (found["date"], found["time"]) == ("2026-03-19", "16:00")
    assert found["actions"] == []


def test_hours_and_days_that_are_none() -> None:
    found = [
        said(text)
        for text in ("тонирование и укладку в один визит", "маникюр и педикюр в один день")
    ]

    assert [item.get("time") for item in found] == [None, None]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=120), st.sampled_from([(), PROPOSAL, OFFER, REMINDER]))
def test_no_text_at_all_breaks_the_reading(text: str, history: tuple[tuple[str, str], ...]) -> None:
    found = said(text, history, BROWS)

    assert found["intent"]
    json.dumps(found)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.sampled_from("понедельник вторник среду четверг пятницу субботу воскресенье".split()),
    st.integers(0, 40),
    st.integers(10, 20),
)
def test_a_visit_is_never_moved_into_the_past(weekday: str, ahead: int, hour: int) -> None:
    day = date(2026, 3, 11) + timedelta(days=ahead)
    visit = {**BROWS, "date": day.isoformat(), "time": "15:00"}

    found = said(f"перенесите брови на {weekday} на {hour}:00", (), visit)

    assert found["date"] >= "2026-03-11"
