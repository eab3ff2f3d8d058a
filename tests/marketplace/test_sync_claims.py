"""The sync's claims: one worker at a time, an end to every failure, nothing lost in between."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from aiadmin.core import leases
from aiadmin.core.models import Alarm
from marketplace.models import Company, IntegrationStatus, SyncRun
from marketplace.services import sync, sync_catalog
from marketplace.services.sync_reading import Reading
from marketplace.yclients.client import YclientsClient
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.journal_proxy import JournalProxy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon(yclients: YclientsSandbox) -> Iterator[SandboxSalon]:
    yield SandboxSalon(yclients)
    yclients.heal()


def _past() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=1)


def _again(run: SyncRun) -> SyncRun:
    """The run tried once more, as when its time has come."""
    SyncRun.objects.filter(pk=run.pk).update(claimed_until=_past())
    sync.run(run.pk)
    run.refresh_from_db()
    return run


def test_a_long_run_keeps_its_claim_and_a_killed_one_ends_within_a_lease(
    salon: SandboxSalon,
) -> None:
    run = sync.request_sync(salon.company.pk)
    now = datetime.now(UTC)
    SyncRun.objects.filter(pk=run.pk).update(status="running", attempts=1, claimed_until=now)

    assert sync.keeper.renew(run.pk, 1)
    run.refresh_from_db()
    assert run.claimed_until is not None
    assert now < run.claimed_until <= leases.until()

    later = now + timedelta(hours=1)
    SyncRun.objects.filter(pk=run.pk).update(claimed_until=later)
    sync.run(run.pk)
    run.refresh_from_db()
    assert run.attempts == 1, "the claim holds"

    for columns in ({"attempts": 2, "claimed_until": now}, {"attempts": 1, "claimed_until": later}):
        SyncRun.objects.filter(pk=run.pk).update(**columns)
        assert sync.keeper.renew(run.pk, 1) == (columns["attempts"] == 1)
        run.refresh_from_db()
        assert run.claimed_until == columns["claimed_until"]


def test_worker_that_lost_its_claim_stops_and_writes_nothing(
    salon: SandboxSalon, settings: Settings
) -> None:
    journal = JournalProxy(target=salon.sandbox.url)
    settings.YCLIENTS_API_URL = journal.url
    run = sync.request_sync(salon.company.pk)
    winners: list[SyncRun] = []

    def overtake(call: str) -> None:
        if not call.endswith("/staff"):
            return
        journal.before = None
        # As if another had claimed it meanwhile and was killed: the loser can renew no more.
        SyncRun.objects.filter(pk=run.pk).update(attempts=2)
        winners.append(_again(SyncRun.objects.get(pk=run.pk)))
        connection.close()

    journal.before = overtake
    sync.run(run.pk)
    journal.close()

    (winner,) = winners
    assert (winner.status, winner.attempts) == ("done", 3)
    run.refresh_from_db()
    assert (run.status, run.attempts, run.finished_at) == ("done", 3, winner.finished_at)
    assert run.claimed_until is None
    assert not Alarm.objects.exists()


def test_error_of_ours_is_tried_again_and_ends_with_an_alarm(salon: SandboxSalon) -> None:
    service = salon.made["services"][0]["id"]
    path = f"/salons/{salon.company.salon_id}/services/{service}"
    # More than the column of a price can hold.
    salon.sandbox.control.patch(path, json={"price_min": 10**12}).raise_for_status()
    run = sync.request_sync(salon.company.pk)

    run = _again(run)
    assert (run.status, run.failures) == ("running", 1)
    assert not Alarm.objects.exists()
    for _ in range(sync.MAX_ATTEMPTS - 1):
        run = _again(run)

    assert run.status == "failed"
    assert Alarm.objects.filter(kind="sync_failed").count() == 1


def test_run_that_kills_its_workers_ends_with_an_alarm(salon: SandboxSalon) -> None:
    run = sync.request_sync(salon.company.pk)
    SyncRun.objects.filter(pk=run.pk).update(status="running", attempts=9, failures=5)

    run = _again(run)

    assert run.status == "failed"
    assert Alarm.objects.filter(kind="sync_failed").count() == 1


def test_waiting_for_the_call_budget_is_no_failure(salon: SandboxSalon) -> None:
    salon.sandbox.fault(f"/company/{salon.company.salon_id}/staff", "status", status=429)
    run = sync.request_sync(salon.company.pk)

    for _ in range(sync.MAX_ATTEMPTS + 1):
        run = _again(run)

    assert (run.status, run.failures) == ("running", 0)


def test_change_during_a_run_is_read_by_another_run(salon: SandboxSalon) -> None:
    run = sync.request_sync(salon.company.pk)
    SyncRun.objects.filter(pk=run.pk).update(status="running", claimed_until=_past(), attempts=1)

    assert sync.request_sync(salon.company.pk) == run
    run = _again(run)

    assert run.status == "done"
    following = SyncRun.objects.exclude(pk=run.pk).get()
    assert following.status == "queued"
    sync.run(following.pk)
    assert SyncRun.objects.filter(status="done").count() == SyncRun.objects.count() == 2


def test_requests_and_closing_at_once_never_miss_each_other(salon: SandboxSalon) -> None:
    first = sync.request_sync(salon.company.pk)

    def ask(_: int) -> int:
        try:
            return sync.request_sync(salon.company.pk).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        asked = pool.map(ask, range(40))
        SyncRun.objects.filter(pk=first.pk).update(status="done")
        found = set(asked)

    assert found <= set(SyncRun.objects.values_list("pk", flat=True))
    assert SyncRun.objects.filter(status="queued").count() <= 1


@pytest.mark.parametrize("status", [IntegrationStatus.UNINSTALLED, IntegrationStatus.FAILED])
def test_salon_that_is_gone_is_not_read_and_nobody_is_alarmed(
    status: str, salon: SandboxSalon
) -> None:
    run = sync.request_sync(salon.company.pk)
    Company.objects.filter(pk=salon.company.pk).update(integration_status=status)

    run = _again(run)

    assert run.finished_at is not None
    assert run.step == ""
    assert not Alarm.objects.exists()
    salon.company.refresh_from_db()
    assert salon.company.catalog_synced_at is None


def test_long_title_is_cut(salon: SandboxSalon) -> None:
    path = f"/salons/{salon.company.salon_id}"
    salon.sandbox.control.patch(path, json={"title": "Ы" * 300}).raise_for_status()

    salon.synced()

    assert salon.company.title == "Ы" * 255


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../etc/passwd", "Europe", "x" * 300])
def test_unknown_zone_keeps_the_old_one_and_is_told(name: str) -> None:
    company = Company.objects.create(external_company_id=5, timezone="Asia/Omsk")
    card = {"success": True, "data": {"id": 5, "title": "Лилия", "timezone_name": name}}
    server = httpx.MockTransport(lambda _: httpx.Response(200, json=card))

    with YclientsClient(
        base_url="https://yclients.example.test", partner_token="t", transport=server
    ) as client:
        reading = Reading(client, company, SyncRun.Scope.CATALOG, beat=lambda: None)
        sync_catalog.company_card(reading)

    assert company.timezone == "Asia/Omsk"
    assert company.title == "Лилия"
    assert Alarm.objects.get(kind="timezone_unknown").company_id == company.pk
