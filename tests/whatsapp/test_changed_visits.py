"""Another service for a visit that exists, on the YCLIENTS stand-in: one write, the new time in hand."""

from typing import Any

import pytest

from marketplace.models import Booking, BookingAttempt, Service
from marketplace.services import booking
from marketplace.yclients.deadline import Deadline
from tests.marketplace.salons import SandboxSalon
from whatsapp.assistant import tools as asked
from whatsapp.services.dry_run import DryRunTools
from whatsapp.services.tools import JournalTools

PHONE = "+79001234567"


@pytest.fixture
def beard(salon: SandboxSalon) -> str:
    return str(salon.service("Моделирование бороды"))


@pytest.fixture
def tools(salon: SandboxSalon) -> JournalTools:
    return JournalTools(salon.company, PHONE, "1:0", deadline=Deadline(60))


@pytest.fixture
def visit(tools: JournalTools, salon: SandboxSalon, cut: str, sergey: str) -> asked.Booked:
    """A haircut of 45 minutes at three."""
    booked = tools.book(asked.BookRequest((cut,), sergey, salon.at(15), "Ольга"), step="book:1")
    assert isinstance(booked, asked.Booked)
    return booked


def _record(salon: SandboxSalon) -> dict[str, Any]:
    (record,) = salon.records(phone="79001234567")
    return record


def _stranger(salon: SandboxSalon, cut: str, sergey: str, start: str) -> None:
    salon.sandbox.post(
        f"/salons/{salon.company.salon_id}/records",
        staff_id=int(sergey),
        service_ids=[int(cut)],
        start=f"{salon.at(12):%Y-%m-%d} {start}",
        phone="79000000009",
    )


def _starts(
    tools: JournalTools, salon: SandboxSalon, services: tuple[str, ...], staff: str, of: str
) -> set[str]:
    day = salon.at(12).date()
    found = tools.free_slots(services, staff, day, day, instead_of=of)
    assert isinstance(found, asked.SlotsFound)
    return {f"{slot.start:%H:%M}" for slot in found.slots}


def test_service_is_added_in_one_write_with_its_length_and_price(
    tools: JournalTools,
    salon: SandboxSalon,
    visit: asked.Booked,
    cut: str,
    beard: str,
    sergey: str,
) -> None:
    before = _record(salon)

    moved = tools.move(visit.record_id, salon.at(15), sergey, step="move:1", services=(cut, beard))

    assert moved == asked.Moved(
        visit.record_id, salon.at(15), sergey, (cut, beard), salon.at(15), 2400
    )
    record = _record(salon)
    assert record["id"] == before["id"], "changed, not booked anew"
    assert [item["id"] for item in record["services"]] == [int(cut), int(beard)]
    assert record["length"] == (45 + 30) * 60
    assert record["api_id"] == before["api_id"]
    row = Booking.objects.get(company=salon.company, record_id=int(visit.record_id))
    assert [item["id"] for item in row.services] == [int(cut), int(beard)]


def test_price_agreed_on_stays_with_what_stays(
    tools: JournalTools,
    salon: SandboxSalon,
    visit: asked.Booked,
    cut: str,
    beard: str,
    sergey: str,
) -> None:
    Service.objects.filter(company=salon.company, yclients_id=int(cut)).update(price_min=1800)

    moved = tools.move(visit.record_id, salon.at(15), sergey, step="move:1", services=(cut, beard))

    assert isinstance(moved, asked.Moved)
    assert moved.price == 1500 + 900


def test_visits_own_time_is_free_for_what_takes_longer_when_nobody_comes_after(
    tools: JournalTools,
    salon: SandboxSalon,
    visit: asked.Booked,
    cut: str,
    beard: str,
    sergey: str,
) -> None:
    assert "15:00" in _starts(tools, salon, (cut, beard), sergey, visit.record_id)
    assert "15:00" not in _starts(tools, salon, (cut,), sergey, visit.record_id), "no move at all"

    _stranger(salon, cut, sergey, "16:00")

    assert "15:00" not in _starts(tools, salon, (cut, beard), sergey, visit.record_id)
    assert "14:30" in _starts(tools, salon, (cut, beard), sergey, visit.record_id)
    assert "15:00" in _starts(tools, salon, (beard,), sergey, visit.record_id), "shorter fits"


def test_longer_visit_that_meets_another_changes_nothing(
    tools: JournalTools,
    salon: SandboxSalon,
    visit: asked.Booked,
    cut: str,
    beard: str,
    sergey: str,
) -> None:
    _stranger(salon, cut, sergey, "16:00")

    outcome = tools.move(
        visit.record_id, salon.at(15), sergey, step="move:1", services=(cut, beard)
    )

    assert outcome == asked.SlotTaken()
    assert [item["id"] for item in _record(salon)["services"]] == [int(cut)]


def test_set_is_written_by_its_parts_and_its_own_length(
    tools: JournalTools, salon: SandboxSalon, visit: asked.Booked, sergey: str
) -> None:
    whole = Service.objects.exclude(parts=[]).get(company=salon.company)

    moved = tools.move(
        visit.record_id, salon.at(15), sergey, step="move:1", services=(str(whole.yclients_id),)
    )

    assert isinstance(moved, asked.Moved)
    assert [item["id"] for item in _record(salon)["services"]] == whole.parts
    offer = whole.offers.get(staff__yclients_id=int(sergey))
    assert _record(salon)["length"] == offer.duration_seconds


@pytest.mark.parametrize("lost", ["drop_before", "drop_after"])
def test_answer_lost_on_the_way_changes_the_visit_once(
    tools: JournalTools,
    salon: SandboxSalon,
    visit: asked.Booked,
    beard: str,
    sergey: str,
    lost: str,
) -> None:
    salon.sandbox.fault(
        f"/record/{salon.company.salon_id}/{visit.record_id}", lost, times=1, method="PUT"
    )

    moved = tools.move(visit.record_id, salon.at(15), sergey, step="move:1", services=(beard,))

    assert isinstance(moved, asked.Moved)
    assert moved.service_ids == (beard,)
    assert [item["id"] for item in _record(salon)["services"]] == [int(beard)]
    assert tools.earlier_writes()[-1].outcome == moved
    told = tools.earlier_writes()[-1].request
    assert isinstance(told, asked.MoveRequest)
    assert told.changed


def test_worker_killed_before_the_call_leaves_a_change_that_is_carried_out_once(
    tools: JournalTools, salon: SandboxSalon, visit: asked.Booked, beard: str, sergey: str
) -> None:
    """The time and the master are those of the visit already: its services tell that nothing was done."""
    BookingAttempt.objects.create(
        company=salon.company,
        key="1:1:move:1/1",
        kind=BookingAttempt.Kind.MOVE,
        api_id="aiadmin-test-9",
        record_id=int(visit.record_id),
        request={
            "record_id": int(visit.record_id),
            "start": salon.at(15).isoformat(),
            "staff_id": int(sergey),
            "old_start": salon.at(15).isoformat(),
            "service_ids": [int(beard)],
        },
    )

    booking.earlier(salon.company, "1:1")

    assert [item["id"] for item in _record(salon)["services"]] == [int(beard)]


def test_prepaid_service_is_not_put_into_a_visit_and_a_dry_run_changes_nothing(
    tools: JournalTools, salon: SandboxSalon, visit: asked.Booked, beard: str, sergey: str
) -> None:
    before = _record(salon)
    dry = DryRunTools(salon.company, PHONE, "2:0")
    said = dry.move(visit.record_id, salon.at(15), sergey, step="move:1", services=(beard,))
    Service.objects.filter(company=salon.company, yclients_id=int(beard)).update(prepaid=True)

    outcome = tools.move(visit.record_id, salon.at(15), sergey, step="move:1", services=(beard,))

    assert outcome == asked.Refused(asked.RefusedReason.PREPAID)
    assert isinstance(said, asked.Moved)
    assert said.service_ids == (beard,)
    assert _record(salon) == before
