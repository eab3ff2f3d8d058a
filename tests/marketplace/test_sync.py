"""The sync: whole, repeatable, and honest about what it could not read."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from aiadmin.core.models import Alarm
from marketplace.models import Booking, ScheduleDay, Service, ServiceStaff, Staff, SyncRun
from marketplace.services import booking, free_slots, sync
from marketplace.services import salon as salon_facts
from marketplace.services.booking_outcomes import Done
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon(yclients: YclientsSandbox) -> SandboxSalon:
    return SandboxSalon(yclients)


def test_everything_the_assistant_needs_is_read(salon: SandboxSalon) -> None:
    salon.synced()

    assert salon.company.title == salon.made["title"]
    assert salon.company.catalog_synced_at is not None
    facts = salon_facts.facts(salon.company)
    titles = {service.title for service in facts.services}
    assert "Мужская стрижка" in titles
    sergey = salon.master("Сергей")
    haircut = next(item for item in facts.services if item.title == "Мужская стрижка")
    assert sergey in {offer.staff_id for offer in haircut.offers}
    today = ScheduleDay.objects.get(staff__yclients_id=sergey, day=salon.at(0).date())
    assert today.slots
    assert not re.search(r"\d{10}", str(salon.company.raw_data)), "phones are left out"
    run = SyncRun.objects.get(company=salon.company)
    assert (run.status, run.done, run.total) == ("done", 6, 6)


def test_second_sync_changes_nothing_and_keeps_local_columns(salon: SandboxSalon) -> None:
    salon.synced()
    Service.objects.filter(company=salon.company).update(aliases=["стрижечка"])
    before = _counts(salon)

    salon.synced()

    assert _counts(salon) == before
    assert Service.objects.filter(company=salon.company, aliases=["стрижечка"]).count() == before[0]


def test_what_is_gone_in_yclients_is_deleted_softly(salon: SandboxSalon) -> None:
    salon.synced()
    Service.objects.create(company=salon.company, yclients_id=999_999, title="Старая услуга")

    salon.synced()

    assert Service.objects.get(yclients_id=999_999).deleted_at is not None


def test_second_request_joins_the_open_run(salon: SandboxSalon) -> None:
    first = sync.request_sync(salon.company.pk)

    assert sync.request_sync(salon.company.pk) == first


def test_two_workers_carry_a_run_out_once(salon: SandboxSalon) -> None:
    run = sync.request_sync(salon.company.pk)

    def work(_: int) -> None:
        try:
            sync.run(run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))

    run.refresh_from_db()
    assert (run.status, run.attempts) == ("done", 1)


def test_run_of_a_killed_worker_is_taken_over(salon: SandboxSalon) -> None:
    run = sync.request_sync(salon.company.pk)
    past = datetime.now(UTC) - timedelta(seconds=1)
    SyncRun.objects.filter(pk=run.pk).update(status="running", claimed_until=past, attempts=1)

    assert sync.due_ids() == [run.pk]
    sync.run(run.pk)

    run.refresh_from_db()
    assert run.status == "done"


def test_missing_right_fails_with_an_alarm_in_words(salon: SandboxSalon) -> None:
    salon.sandbox.fault(f"/company/{salon.company.salon_id}/services", "status", status=403)
    run = sync.request_sync(salon.company.pk)

    sync.run(run.pk)

    run.refresh_from_db()
    assert run.status == "failed"
    assert run.error
    assert "Настройки → услуги" in Alarm.objects.get().text, "told once, by the right's name"
    salon.company.refresh_from_db()
    assert salon.company.catalog_synced_at is None


def test_outage_is_retried_and_ends_well(salon: SandboxSalon) -> None:
    salon.sandbox.fault(f"/company/{salon.company.salon_id}/staff", "status", status=503)
    run = sync.request_sync(salon.company.pk)
    sync.run(run.pk)
    run.refresh_from_db()
    assert run.status == "running"

    salon.sandbox.heal()
    SyncRun.objects.filter(pk=run.pk).update(claimed_until=datetime.now(UTC))
    sync.run(run.pk)

    run.refresh_from_db()
    assert run.status == "done"


def _counts(salon: SandboxSalon) -> tuple[int, ...]:
    company = salon.company
    return (
        Service.objects.filter(company=company).count(),
        Staff.objects.filter(company=company).count(),
        ServiceStaff.objects.filter(service__company=company).count(),
        ScheduleDay.objects.filter(company=company).count(),
        Booking.objects.filter(company=company).count(),
    )


def test_parts_of_a_composite_are_known_and_booked(salon: SandboxSalon) -> None:
    salon.synced()
    composite = Service.objects.exclude(parts=[]).filter(company=salon.company).get()
    assert len(composite.parts) > 1
    offer = ServiceStaff.objects.filter(service=composite).select_related("staff").first()
    assert offer is not None
    day = salon.at(0).date()
    slots = free_slots.free_slots(
        salon.company,
        service_ids=(composite.yclients_id,),
        staff_id=offer.staff.yclients_id,
        day_from=day,
        day_to=day + timedelta(days=7),
    )

    outcome = booking.book(
        salon.company,
        key="1:1:a",
        phone="+79000000005",
        name="Яна",
        service_ids=(composite.yclients_id,),
        staff_id=slots[0].staff_id,
        start=slots[0].start,
    )

    assert isinstance(outcome, Done)
    (record,) = salon.records(phone="79000000005")
    assert [item["id"] for item in record["services"]] == composite.parts
