"""Schemas take every form the fact sheet says was seen, and give one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from marketplace.yclients import schemas, wire

RECORD: dict[str, Any] = {
    "id": 900123,
    "company_id": 4001,
    "staff_id": 31,
    "services": [{"id": 701, "title": "Стрижка", "cost": 1500, "amount": 1}],
    "client": {"id": 60001, "name": "Пётр", "phone": "+79000000001"},
    "date": "2026-03-05 14:30:00",
    "datetime": "2026-03-05T14:30:00+03:00",
    "create_date": "2026-03-01T10:00:00+0300",
    "seance_length": 3600,
    "attendance": 0,
    "deleted": False,
    "api_id": "",
    "custom_fields": [],
}


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (wire.Int, "79067", 79067),
        (wire.Int, 5.0, 5),
        (wire.Int, None, 0),
        (wire.Int, "", 0),
        (wire.Int, [], 0),
        (wire.Int, True, 1),
        (wire.OptionalInt, [], None),
        (wire.OptionalInt, "7", 7),
        (wire.Money, "1000.00", Decimal("1000.00")),
        (wire.Money, 1500.1, Decimal("1500.1")),
        (wire.Money, "1 500,50", Decimal("1500.50")),
        (wire.OptionalMoney, None, None),
        (wire.Flag, "0", False),
        (wire.Flag, "1", True),
        (wire.Flag, 0, False),
        (wire.Flag, [], False),
        (wire.Flag, "false", False),
        (wire.Text, None, ""),
        (wire.Text, 42, "42"),
        (wire.Text, [], ""),
        (wire.Phone, 79000000001, "+79000000001"),
        (wire.Phone, "+7 900 000-00-01", "+79000000001"),
        (wire.Phone, "89000000001", "+79000000001"),
        (wire.Phone, "", ""),
        (wire.Phone, "скрыт", ""),
        (wire.TimeOfDay, "9:00", "09:00"),
        (wire.TimeOfDay, "09:00:00", "09:00"),
        (wire.TimeOfDay, "24:00", "24:00"),
        (wire.OptionalDay, "2026-03-05 10:00:00", date(2026, 3, 5)),
        (wire.OptionalDay, 0, None),
        (wire.Obj, [], {}),
        (wire.Obj, {"a": 1}, {"a": 1}),
    ],
)
def test_scalars_come_in_many_forms(kind: Any, given: object, expected: object) -> None:
    assert TypeAdapter(kind).validate_python(given) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05T14:30:00+03:00",
        "2026-03-05T14:30:00+0300",
        "2026-03-05T14:30:00.000+03:00",
        "2026-03-05T11:30:00Z",
        1772710200,
    ],
)
def test_moments_with_any_offset_are_one_moment(text: object) -> None:
    moment: datetime = TypeAdapter(wire.Moment).validate_python(text)

    assert moment == datetime(2026, 3, 5, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-05T14:30:00", "", None, "завтра", True])
def test_a_moment_without_an_offset_is_refused(text: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(wire.Moment).validate_python(text)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"id": "900123", "company_id": "4001", "staff_id": "31", "seance_length": "3600"},
        {"date": 1772710200},
        {"date": "", "datetime": "2026-03-05T14:30:00+0300"},
        {"deleted": 0, "attendance": "0", "api_id": None, "custom_fields": {}},
        {"seance_length": None, "length": 3600},
        {"client": {"id": "60001", "name": "Пётр", "phone": 79000000001}},
        {"services": {"0": {"id": "701", "title": "Стрижка", "cost": "1500.00", "amount": "1"}}},
        {"services": {"id": 701, "title": "Стрижка", "cost": 1500, "amount": 1}},
        {"staff": []},
        {"staff": {"id": 31, "name": "Иван", "position": []}},
        {"visit_id": "800456", "record_labels": [{"id": 7}], "technical_break_duration": None},
    ],
)
def test_a_record_reads_the_same_in_every_shape(changes: dict[str, Any]) -> None:
    given = {key: value for key, value in {**RECORD, **changes}.items() if value is not None}

    record = schemas.Record.model_validate(given)

    assert (record.id, record.staff_id) == (900123, 31)
    assert record.service_ids == (701,)
    assert record.services[0].cost == 1500
    assert record.phone == "+79000000001"
    assert record.wall == datetime(2026, 3, 5, 14, 30)  # noqa: DTZ001  the salon's wall clock
    assert record.length_seconds == 3600
    assert not record.deleted
    assert record.attendance == 0


@pytest.mark.parametrize("nobody", [None, [], {}, ""])
def test_blocked_time_has_no_client(nobody: object) -> None:
    record = schemas.Record.model_validate({**RECORD, "client": nobody})

    assert record.client is None
    assert record.phone == ""


def test_the_wall_clock_wins_over_a_wrong_offset() -> None:
    """A salon that works in UTC+4 while its account says UTC+3."""
    record = schemas.Record.model_validate(RECORD)

    assert record.starts_at(ZoneInfo("Europe/Samara")).isoformat() == "2026-03-05T14:30:00+04:00"
    assert record.ends_at(ZoneInfo("Europe/Samara")).isoformat() == "2026-03-05T15:30:00+04:00"


def test_composite_parts_come_in_their_order() -> None:
    links = [
        {"service_id": 702, "position": 2, "title": "Борода"},
        {"service_id": "701", "position": "1", "title": "Стрижка"},
    ]
    row = {"id": 7, "is_composite": True, "composite_details": {"links": links}}

    assert schemas.BookService.model_validate(row).parts == (701, 702)


def test_an_ordinary_service_has_no_parts() -> None:
    row = {"id": 7, "is_composite": False, "composite_details": []}

    assert schemas.BookService.model_validate(row).parts == ()


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({}, True),
        ({"fired": 1}, False),
        ({"is_fired": True, "fired": 0}, False),
        ({"hidden": 1}, False),
        ({"status": 1}, False),
        ({"is_bookable": False}, False),
        ({"bookable": False}, False),
        ({"is_online": False}, False),
    ],
)
def test_only_working_visible_masters_are_offered(changes: dict[str, Any], offered: bool) -> None:
    staff = schemas.Staff.model_validate({"id": "31", "name": "Иван", "position": [], **changes})

    assert staff.offered is offered


@pytest.mark.parametrize(
    "given",
    [
        {"urls": ["https://a.example.test/"], "active": 1, "record": 1, "client": 0},
        {"url": "https://a.example.test/", "active": "1", "record": "1", "client": "0"},
    ],
)
def test_hooks_settings_of_both_forms(given: dict[str, Any]) -> None:
    settings = schemas.HooksSettings.model_validate(given)

    assert settings.urls == ["https://a.example.test/"]
    assert settings.active
    assert settings.flags == {"record": True, "client": False}


def test_the_raw_company_holds_no_phones() -> None:
    answer = {"id": 1, "title": "Лилия", "phone": "+7 495 000-00-05", "phones": ["1"], "zip": 1}

    company = schemas.Company.parse(answer)

    assert company.phone == "+74950000005"
    assert company.raw == {"id": 1, "title": "Лилия", "zip": 1}


def test_status_log_tells_since_when() -> None:
    status = schemas.ApplicationStatus.model_validate(
        {
            "logs": [
                {"changed_at": "2026-03-01 12:00:00", "status_to": "pending"},
                {"changed_at": "2026-03-01 12:02:00", "status_to": "active"},
            ],
            "payments": [],
            "connection_status": {"status": "active"},
        }
    )

    assert status.status == "active"
    assert status.since("pending") == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert status.since("frozen") is None
