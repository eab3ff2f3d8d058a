"""The hourly poll: what webhooks lost is found, told and counted; our own writes are no drift."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
import structlog
from django.conf import settings
from django.db.models import F

from aiadmin.core import clock
from aiadmin.core.queue import Job
from marketplace import selectors
from marketplace.models import Booking, Company, ScheduleDay, SyncRun
from marketplace.services import booking, sync
from marketplace.services.booking_outcomes import Done
from marketplace.services.sync_steps import STEPS
from tests.marketplace.conftest import Jobs
from tests.marketplace.salons import SandboxSalon
from tests.marketplace.test_sync_journal import typed
from tests.sandboxes import YclientsSandbox

Capture = Callable[[], AbstractContextManager[Jobs]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon(yclients: YclientsSandbox) -> Iterator[SandboxSalon]:
    yield SandboxSalon(yclients, seed="small").synced()
    yclients.heal()


def poll(salon: SandboxSalon) -> SyncRun:
    run = sync.request_sync(salon.company.pk, scope=SyncRun.Scope.CHANGES)
    sync.run(run.pk)
    run.refresh_from_db()
    salon.company.refresh_from_db()
    return run


def drift(run: SyncRun) -> tuple[int, int]:
    return run.counts["drift_bookings"], run.counts["drift_schedule"]


def test_what_no_webhook_told_is_found_and_counted_once(salon: SandboxSalon) -> None:
    moved, deleted = typed(salon, 10), typed(salon, 12)
    # All of these are new to us: three visits, of which one is moved and one deleted meanwhile.
    assert drift(poll(salon)) == (2, 0)
    path = f"/salons/{salon.company.salon_id}/records"
    start = f"{salon.at(18):%Y-%m-%d %H:%M}"
    salon.sandbox.control.patch(f"{path}/{moved}", json={"start": start}).raise_for_status()
    salon.sandbox.control.delete(f"{path}/{deleted}").raise_for_status()
    new = typed(salon, 14)

    with structlog.testing.capture_logs() as logs:
        run = poll(salon)

    assert drift(run) == (3, 0)
    told = next(line for line in logs if line["event"] == "sync.drift")
    assert (told["bookings"], told["schedule"], told["company_id"]) == (3, 0, salon.company.pk)
    rows = {row.record_id: row for row in Booking.objects.filter(company=salon.company)}
    assert rows[moved].start == salon.at(18)
    assert rows[deleted].is_deleted
    assert not rows[new].is_deleted
    assert all(row.changed_at is not None for row in rows.values()), "each is told upwards"
    assert drift(poll(salon)) == (0, 0)


def test_our_own_writes_are_no_drift_until_the_salon_touches_them(salon: SandboxSalon) -> None:
    outcome = booking.book(
        salon.company,
        key="1:1:a",
        phone="+79000000007",
        name="Яна",
        service_ids=(salon.service("Мужская стрижка"),),
        staff_id=salon.master("Сергей"),
        start=salon.at(12, days=3),
    )
    assert isinstance(outcome, Done)
    moved = booking.move(
        salon.company, key="1:2:a", record_id=outcome.record_id, start=salon.at(14, days=3)
    )
    assert isinstance(moved, Done)

    assert drift(poll(salon)) == (0, 0)
    row = Booking.objects.get(company=salon.company, record_id=outcome.record_id)
    assert row.length_seconds > 0
    assert row.last_change
    assert isinstance(
        booking.move(
            salon.company, key="1:3:a", record_id=outcome.record_id, start=salon.at(16, days=3)
        ),
        Done,
    )
    assert drift(poll(salon)) == (0, 0)

    salon.sandbox.control.patch(
        f"/salons/{salon.company.salon_id}/records/{outcome.record_id}",
        json={"start": f"{salon.at(18, days=3):%Y-%m-%d %H:%M}"},
    ).raise_for_status()
    assert drift(poll(salon)) == (1, 0)


def test_schedule_changed_in_yclients_is_read_and_counted(salon: SandboxSalon) -> None:
    sergey, day = salon.master("Сергей"), salon.at(0, days=2).date()
    salon.sandbox.control.patch(
        f"/salons/{salon.company.salon_id}/staff/{sergey}", json={"day_off": day.isoformat()}
    ).raise_for_status()

    run = poll(salon)

    assert drift(run) == (0, 1)
    assert ScheduleDay.objects.get(staff__yclients_id=sergey, day=day).slots == []
    assert drift(poll(salon)) == (0, 0)


def test_day_that_only_now_comes_into_sight_is_no_drift(salon: SandboxSalon) -> None:
    last = ScheduleDay.objects.filter(company=salon.company).latest("day").day
    ScheduleDay.objects.filter(company=salon.company, day=last).delete()

    assert drift(poll(salon)) == (0, 0)
    assert ScheduleDay.objects.filter(company=salon.company, day=last).exists()


def test_watermark_moves_only_when_the_poll_ended_well(salon: SandboxSalon) -> None:
    before = salon.company.changes_read_to
    assert before is not None
    typed(salon)
    salon.sandbox.fault("/staff/schedule", "status", status=503)

    run = poll(salon)

    assert run.status == "running"
    assert salon.company.changes_read_to == before
    salon.sandbox.heal()
    SyncRun.objects.filter(pk=run.pk).update(claimed_until=datetime.now(UTC))
    sync.run(run.pk)
    run.refresh_from_db()
    salon.company.refresh_from_db()
    assert run.status == "done"
    assert salon.company.changes_read_to is not None
    assert salon.company.changes_read_to > before
    assert drift(run) == (1, 0), "found by the first try, not lost by its end"


def test_without_a_watermark_the_last_whole_sync_is_the_beginning(salon: SandboxSalon) -> None:
    # Long ago for YCLIENTS's filter: the poll must not read what lies before the whole sync.
    Company.objects.filter(pk=salon.company.pk).update(changes_read_to=None)
    record_id = typed(salon)
    SyncRun.objects.update(created_at=F("created_at") - timedelta(minutes=30))
    salon.company.refresh_from_db()

    assert poll(salon).counts["changes"] == 1

    assert Booking.objects.filter(record_id=record_id).exists()
    assert salon.company.changes_read_to is not None
    assert clock.now() - salon.company.changes_read_to < timedelta(minutes=1)


def test_an_older_answer_never_overwrites_our_own_write(salon: SandboxSalon) -> None:
    record_id = typed(salon)
    poll(salon)
    row = Booking.objects.get(company=salon.company, record_id=record_id)
    # Moved by us while a page with the old version was on its way.
    Booking.objects.filter(pk=row.pk).update(
        start=salon.at(19), updated_at=datetime.now(UTC) + timedelta(minutes=1)
    )

    poll(salon)

    row.refresh_from_db()
    assert row.start == salon.at(19)


def test_owner_page_sees_whole_syncs_only(salon: SandboxSalon, capture_jobs: Capture) -> None:
    shown = selectors.sync_progress(salon.company)
    assert shown is not None
    for scope in (SyncRun.Scope.CHANGES, SyncRun.Scope.CATALOG):
        run = sync.request_sync(salon.company.pk, scope=scope)
        with capture_jobs() as jobs:
            sync.run(run.pk)
        run.refresh_from_db()
        assert run.status == "done"
        assert Job.SYNC_PROGRESS not in {job for job, _ in jobs}
    assert selectors.sync_progress(salon.company) == shown

    run = sync.request_sync(salon.company.pk)
    with capture_jobs() as jobs:
        sync.run(run.pk)
    assert (Job.SYNC_PROGRESS, run.pk) in jobs


def test_page_names_every_step_of_a_whole_sync() -> None:
    page = (settings.BASE_DIR / "templates/marketplace/connect.html").read_text(encoding="utf-8")

    places = [page.index(f'data-step="{step.name}"') for step in STEPS[SyncRun.Scope.FULL]]
    assert places == sorted(places)


def test_zone_of_the_salon_decides_its_days(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients, seed="small", timezone="Asia/Kamchatka").synced()

    today: date = clock.now().astimezone(salon.company.zone).date()
    days = ScheduleDay.objects.filter(company=salon.company).values_list("day", flat=True)
    assert str(salon.company.zone) == "Asia/Kamchatka"
    assert min(days) >= today
