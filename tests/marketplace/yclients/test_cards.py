"""Attendance, client cards, and what a salon tells about its licence and settings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from marketplace.yclients import errors
from marketplace.yclients.client import ClientDraft, YclientsClient
from marketplace.yclients.schemas import Attendance, Licence, OnlineSettings, Visit
from tests.marketplace.yclients.conftest import Salon, client_of
from tests.sandboxes import YclientsSandbox


def test_confirming_a_visit_changes_nothing_else(client: YclientsClient, salon: Salon) -> None:
    made = salon.book(client, salon.at(15), comment="у окна", api_id="turn-7")
    before = client.record(salon.id, made.record_id)

    after = client.set_attendance(salon.id, before, Attendance.CONFIRMED)

    assert after.attendance == 2
    kept = {"attendance", "changed_at", "confirmed"}
    assert after.model_dump(exclude=kept) == before.model_dump(exclude=kept)
    visit = client.visit(after.visit_id)
    assert [one.id for one in visit.records] == [after.id]
    assert visit.attendance == 2


def test_a_visit_outside_the_hours_can_still_be_marked(
    client: YclientsClient, salon: Salon
) -> None:
    made = salon.post(
        "/records",
        staff_id=salon.sergey,
        service_ids=[salon.men],
        start=f"{salon.day(-1)} 22:00",
        phone="79000001122",
        force=True,
    )

    record = client.record(salon.id, made["id"])

    assert client.set_attendance(salon.id, record, Attendance.CAME).attendance == 1


def test_marking_needs_its_own_right(client: YclientsClient, salon: Salon) -> None:
    made = salon.book(client, salon.at(15))
    record = client.record(salon.id, made.record_id)
    salon.set(denied=["edit_records_attendance_access"])

    with pytest.raises(errors.Forbidden) as caught:
        client.set_attendance(salon.id, record, Attendance.CAME)

    assert caught.value.right == "edit_records_attendance_access"
    assert salon.records()[0]["attendance"] == 0


def test_a_card_is_made_changed_and_never_made_twice(client: YclientsClient, salon: Salon) -> None:
    made = client.create_client(salon.id, ClientDraft(name="Пётр", phone="+79000001122"))
    changed = client.change_client(
        salon.id, made.id, ClientDraft(name="Пётр", phone=made.phone, comment="любит тишину")
    )

    assert (changed.id, changed.phone, changed.comment) == (
        made.id,
        "+79000001122",
        "любит тишину",
    )
    with pytest.raises(errors.InvalidRequest) as caught:
        client.create_client(salon.id, ClientDraft(name="Пётр", phone="79000001122"))
    assert "уже существует" in caught.value.message


def test_my_companies_are_those_the_user_manages(
    client: YclientsClient, sandbox: YclientsSandbox, salon: Salon
) -> None:
    assert salon.id in {one.id for one in client.my_companies()}
    salon.set(user_known=False)

    assert salon.id not in {one.id for one in client.my_companies()}
    with pytest.raises(errors.Forbidden):
        client.services(salon.id)
    with client_of(sandbox, user_token=None) as partner:
        with pytest.raises(errors.Unauthorized):
            partner.my_companies()
        assert partner.book_services(salon.id)  # what needs no user goes on


def test_licence_and_settings(client: YclientsClient, salon: Salon) -> None:
    salon.set(step_minutes=15, delay_minutes=60, phone_confirmation=True)

    licence = client.licence(salon.id)
    online = client.online_settings(salon.id)
    grid = client.timeslot_settings(salon.id)

    assert licence.active
    assert licence.deactivation_date is not None
    assert licence.deactivation_date > datetime.now(UTC).date() + timedelta(days=28)
    assert (online.confirm_number, online.seance_delay_step) == (True, 60)
    assert (grid.grid_display_step, grid.grid_nearest_timeslot_delay) == (900, 3600)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("05.03.2026", date(2026, 3, 5)), ("2026-03-05 10:00:00", date(2026, 3, 5)), ("", None)],
)
def test_a_licence_ends_on_a_day_of_any_form(given: str, expected: date | None) -> None:
    assert Licence.model_validate({"deactivation_date": given}).deactivation_date == expected


@pytest.mark.parametrize(
    ("kind", "given", "field", "value"),
    [
        (Visit, {"attendance": "-1", "records": []}, "attendance", -1),
        (Visit, [{"attendance": 2, "records": {}}], "records", []),
        (
            OnlineSettings,
            {"confirm_number": "1", "seance_delay_step": "30"},
            "confirm_number",
            True,
        ),
        (Licence, [{"active": "0", "staff_limit": "50"}], "active", False),
    ],
)
def test_settings_are_read_in_every_shape(kind: Any, given: Any, field: str, value: Any) -> None:
    assert getattr(kind.model_validate(given), field) == value
