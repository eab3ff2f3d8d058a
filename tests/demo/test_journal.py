"""The journal's day as minutes: whole hours around it, only masters who have something to show."""

from typing import Any

import pytest

from aiadmin.demo import journal
from aiadmin.demo.schemas import Journal


def read(*staff: dict[str, Any]) -> dict[str, Any]:
    return journal.day(Journal.model_validate({"date": "2026-03-12", "staff": list(staff)}))


def master(name: str, slots: list[tuple[str, str]], *records: dict[str, Any]) -> dict[str, Any]:
    hours = [{"from": start, "to": end} for start, end in slots]
    return {"id": len(name), "name": name, "slots": hours, "records": list(records)}


def visit(start: str, end: str, **extra: Any) -> dict[str, Any]:
    about = {"id": 7, "services": ["Мужская стрижка"], "client": {"name": "Ольга", "phone": "7"}}
    return {**about, "from": start, "to": end, "created_via": "online", **extra}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:30", 570),
        ("00:00", 0),
        ("24:00", 1440),
        ("2026-03-12 09:30:00", 570),
        ("2026-03-12T09:30:00+03:00", 570),
    ],
)
def test_times_of_day_in_minutes(text: str, expected: int) -> None:
    assert journal.minutes(text) == expected


@pytest.mark.parametrize("text", ["", "утром", "9.30"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        journal.minutes(text)


def test_a_day_is_whole_hours_around_hours_and_visits() -> None:
    day = read(master("Сергей", [("10:30", "20:15")], visit("09:45", "10:30")))

    assert (day["date"], day["open"], day["close"]) == ("2026-03-12", 9 * 60, 21 * 60)


def test_a_record_tells_who_when_what_and_by_whom() -> None:
    day = read(master("Сергей", [("10:00", "21:00")], visit("15:00", "15:45")))

    assert day["staff"][0]["records"] == [
        {
            "id": 7,
            "from": 900,
            "to": 945,
            "services": ["Мужская стрижка"],
            "client": "Ольга",
            "by_program": True,
        }
    ]


def test_masters_with_nothing_and_deleted_records_stay_out() -> None:
    day = read(
        master("Сергей", [("10:00", "21:00")], visit("15:00", "15:45", deleted=True)),
        master("Мария", []),
    )

    assert [item["name"] for item in day["staff"]] == ["Сергей"]
    assert day["staff"][0]["records"] == []


def test_blocked_time_has_no_client() -> None:
    day = read(master("Анна", [], visit("13:00", "14:00", client=None, created_via="salon")))

    shown = day["staff"][0]["records"][0]
    assert (shown["client"], shown["by_program"]) == ("Перерыв", False)


def test_a_visit_to_midnight_ends_at_24() -> None:
    day = read(master("Анна", [("22:00", "00:00")]))

    assert (day["staff"][0]["slots"], day["close"]) == ([(1320, 1440)], 1440)


def test_a_day_off_is_an_empty_board() -> None:
    assert read(master("Анна", [])) == {
        "date": "2026-03-12",
        "open": 600,
        "close": 1200,
        "staff": [],
    }
