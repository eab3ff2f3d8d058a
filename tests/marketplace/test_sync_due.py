"""When salons are read without anybody asking: hourly, nightly, and an alarm when it does not work."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aiadmin.core import clock
from aiadmin.core.models import Alarm
from aiadmin.core.queue import Job
from marketplace import tasks
from marketplace.models import Company, IntegrationStatus, SyncRun
from marketplace.services import sync_due
from tests.marketplace.conftest import Jobs

Capture = Callable[[], AbstractContextManager[Jobs]]

pytestmark = pytest.mark.django_db

Scope = SyncRun.Scope


def company(**columns: Any) -> Company:
    """Active, read whole and polled a minute ago, with the night behind it."""
    now = datetime.now(UTC)
    defaults: dict[str, Any] = {
        "integration_status": IntegrationStatus.ACTIVE,
        "polled_at": now - timedelta(minutes=1),
        "changes_read_to": now - timedelta(minutes=1),
        "nightly_on": clock.now().astimezone(ZoneInfo("Europe/Moscow")).date(),
    }
    return Company.objects.create(**{**defaults, **columns})


def ago(**time: float) -> datetime:
    return datetime.now(UTC) - timedelta(**time)


def open_runs(scope: str) -> list[int]:
    rows = SyncRun.objects.filter(scope=scope, status__in=("queued", "running"))
    return sorted(rows.values_list("company_id", flat=True))


# --- hourly -----------------------------------------------------------------------------------------
def test_salon_not_polled_for_an_hour_is_polled_once(capture_jobs: Capture) -> None:
    due, _fresh = company(polled_at=ago(minutes=61)), company(polled_at=ago(seconds=0))

    with capture_jobs() as jobs:
        tasks.sweep()
        tasks.sweep()

    run = SyncRun.objects.get()
    assert (run.company_id, run.scope, run.again) == (due.pk, Scope.CHANGES, False)
    assert jobs == [(Job.SYNC_COMPANY, run.pk)]


def test_failed_poll_waits_for_the_next_slot() -> None:
    due = company(polled_at=ago(hours=5))
    assert sync_due.request_polls() == 1
    SyncRun.objects.update(status="failed")

    assert sync_due.request_polls() == 0

    SyncRun.objects.update(created_at=ago(minutes=60))
    assert sync_due.request_polls() == 1
    assert open_runs(Scope.CHANGES) == [due.pk]


def test_nothing_is_asked_beside_a_run_that_reads_the_journal() -> None:
    due = company(polled_at=ago(hours=2))
    SyncRun.objects.create(company=due, scope=Scope.FULL, status="running", created_at=ago(hours=2))

    assert sync_due.request_polls() == 0


def test_salon_that_was_never_read_is_read_whole() -> None:
    never = company(polled_at=None, changes_read_to=None)
    before = company(polled_at=None, changes_read_to=None)
    SyncRun.objects.create(company=before, status="done", created_at=ago(hours=3))

    assert sync_due.request_polls() == 2

    assert open_runs(Scope.FULL) == [never.pk]
    assert open_runs(Scope.CHANGES) == [before.pk]


@pytest.mark.parametrize(
    "columns",
    [
        {"integration_status": IntegrationStatus.FROZEN},
        {"integration_status": IntegrationStatus.UNINSTALLED},
        {"sync_enabled": False},
        {"yclients_trouble": "licence", "yclients_trouble_at": datetime.now(UTC)},
    ],
    ids=str,
)
def test_paused_salons_are_left_alone(columns: dict[str, Any], clock_file: Path) -> None:
    paused = company(polled_at=ago(hours=9), nightly_on=None, **columns)
    SyncRun.objects.create(company=paused, status="failed", created_at=ago(hours=1))
    at_local_hour(3)

    assert sync_due.request_polls() == 0
    assert sync_due.request_nightly() == 0
    assert sync_due.watch_freshness() == 0


def test_trouble_pauses_for_a_day_and_is_tried_again() -> None:
    old = company(
        polled_at=ago(hours=30), yclients_trouble="forbidden", yclients_trouble_at=ago(hours=25)
    )

    assert sync_due.request_polls() == 1
    assert open_runs(Scope.CHANGES) == [old.pk]


def test_a_missing_right_to_the_journal_pauses_polls_and_no_night(clock_file: Path) -> None:
    half = company(
        polled_at=ago(hours=9),
        nightly_on=None,
        yclients_trouble="forbidden:timetable_access",
        yclients_trouble_at=datetime.now(UTC),
    )
    at_local_hour(4, 59)

    assert sync_due.request_polls() == 0
    assert sync_due.request_nightly() == 1
    assert open_runs(Scope.FULL) == [half.pk]


def test_polls_are_spread_over_the_hour() -> None:
    """A hundred salons: no minute has more than a few of them, whatever their ids."""
    now = datetime.now(UTC)
    minutes = Counter(sync_due._slot(number, now).minute for number in range(1, 101))

    assert len(minutes) > 45
    assert max(minutes.values()) <= 4


def test_a_statement_and_its_reader_agree_on_every_salons_slot() -> None:
    Company.objects.bulk_create(
        Company(pk=n, external_company_id=n) for n in (1, 77, 3599, 2**31 - 1)
    )
    for now in (ago(minutes=n, seconds=11 * n) for n in range(0, 60, 7)):
        slots = Company.objects.annotate(slot=sync_due._slots(now)).values_list("pk", "slot")

        assert dict(slots) == {pk: sync_due._slot(pk, now) for pk, _ in slots}


def test_after_an_outage_the_longest_waiting_go_first_a_few_at_a_time() -> None:
    rows = [company(polled_at=ago(hours=3, minutes=number)) for number in range(30)]

    assert sync_due.request_polls() == sync_due.POLLS_A_SWEEP

    longest = sorted(row.pk for row in rows[-sync_due.POLLS_A_SWEEP :])
    assert open_runs(Scope.CHANGES) == longest


# --- nightly ----------------------------------------------------------------------------------------
def at_local_hour(hour: int, minute: int = 0, *, zone: str = "Europe/Moscow") -> date:
    """Moves business time to that hour of the zone's day; returns the day."""
    clock.set_offset(0)
    local = clock.now().astimezone(ZoneInfo(zone))
    wanted = local.replace(hour=hour, minute=minute, second=30)
    clock.set_offset((wanted - local).total_seconds())
    return wanted.date()


def test_night_of_the_salons_own_zone_decides(clock_file: Path) -> None:
    moscow = company(nightly_on=None)
    vladivostok = company(nightly_on=None, timezone="Asia/Vladivostok")
    day = at_local_hour(4, 59)

    assert sync_due.request_nightly() == 1
    assert sync_due.request_nightly() == 0, "once a night"

    assert open_runs(Scope.FULL) == [moscow.pk]
    moscow.refresh_from_db()
    assert moscow.nightly_on == day
    at_local_hour(4, 59, zone="Asia/Vladivostok")
    assert sync_due.request_nightly() == 1
    assert open_runs(Scope.FULL) == [moscow.pk, vladivostok.pk]


def test_missed_night_is_made_up_in_the_window_or_the_next_night_not_at_noon(
    clock_file: Path,
) -> None:
    missed = company(nightly_on=None)
    for hour, minute in ((5, 0), (12, 0), (1, 59), (23, 30)):
        at_local_hour(hour, minute)
        assert sync_due.request_nightly() == 0, (hour, minute)

    at_local_hour(4, 59)

    assert sync_due.request_nightly() == 1
    assert open_runs(Scope.FULL) == [missed.pk]


def test_nightly_syncs_are_spread_over_the_window(clock_file: Path) -> None:
    total = 60
    Company.objects.bulk_create(
        Company(
            external_company_id=number,
            integration_status=IntegrationStatus.ACTIVE,
            polled_at=datetime.now(UTC),
        )
        for number in range(1, total + 1)
    )
    begun = []
    for minute in range(0, 180, 20):
        at_local_hour(2 + minute // 60, minute % 60 + 19)
        begun.append(sync_due.request_nightly(limit=total))

    assert sum(begun) == total
    assert max(begun) <= 2 * total / len(begun)


# --- freshness --------------------------------------------------------------------------------------
def test_two_hours_without_a_reading_are_an_alarm_in_words() -> None:
    stale = company(title="Лилия", polled_at=ago(hours=2, minutes=5))
    SyncRun.objects.create(
        company=stale, scope=Scope.CHANGES, status="failed", created_at=ago(hours=1, minutes=5)
    )

    assert sync_due.watch_freshness() == 1
    assert sync_due.watch_freshness() == 0, "once an hour"

    alarm = Alarm.objects.get(kind="sync_stale")
    assert alarm.company_id == stale.pk
    assert "Лилия" in alarm.text
    assert "Перенести данные из YCLIENTS сейчас" in alarm.text


def test_run_that_no_worker_takes_is_an_alarm_too() -> None:
    stale = company(polled_at=None)
    SyncRun.objects.create(company=stale, status="queued", created_at=ago(hours=2))

    assert sync_due.watch_freshness() == 1


def test_salon_that_comes_back_after_a_pause_is_no_alarm() -> None:
    """Its data is old, and its first poll is on its way."""
    back = company(polled_at=ago(days=7))
    SyncRun.objects.create(
        company=back, scope=Scope.CHANGES, status="failed", created_at=ago(days=7)
    )
    assert sync_due.request_polls() == 1

    assert sync_due.watch_freshness() == 0
