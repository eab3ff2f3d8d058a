"""manage.py sync_company: it asks for a sync, and with --wait tells how it went."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.management.commands import sync_company
from marketplace.models import SyncRun
from marketplace.services import sync
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def command(*arguments: str) -> str:
    out = StringIO()
    try:
        call_command("sync_company", *arguments, stdout=out)
    finally:
        connection.close()
    return out.getvalue()


def work(salon: SandboxSalon) -> None:
    """What the worker does once the run is there."""
    run = wait_for("the run", lambda: SyncRun.objects.filter(company=salon.company).first())
    sync.run(run.pk)


def test_run_is_queued_for_the_worker(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients, seed="small")

    said = command("--salon", str(salon.company.salon_id), "--scope", "catalog")

    run = SyncRun.objects.get()
    assert (run.company_id, run.scope, run.status) == (salon.company.pk, "catalog", "queued")
    assert said == f"run {run.pk}: catalog, queued\n"


def test_waiting_follows_the_run_to_its_end(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients, seed="small")
    yclients.fault(f"/company/{salon.company.salon_id}/staff", "delay", seconds=1.5, times=1)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(command, str(salon.company.pk), "--wait")
        work(salon)
        said = waiting.result(timeout=PATIENCE).splitlines()

    assert "staff (1 of 6)" in said
    assert said[-1].startswith("done: ")
    assert {"company 1", "staff 3", "services 5"} <= set(said[-1][6:].split(", "))


def test_failure_is_told_and_the_command_fails(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients, seed="small")
    yclients.fault(f"/company/{salon.company.salon_id}/staff", "status", status=403)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(command, str(salon.company.pk), "--wait")
        work(salon)
        with pytest.raises(CommandError, match="Failed at staff: "):
            waiting.result(timeout=PATIENCE)
    yclients.heal()


def test_run_that_nobody_takes_ends_the_wait() -> None:
    run = SyncRun(scope="full", status="queued")

    assert sync_company.why_hopeless(run, timedelta(seconds=30)) == ""
    assert "worker" in sync_company.why_hopeless(run, timedelta(minutes=3))
    run.attempts = 1
    assert sync_company.why_hopeless(run, timedelta(minutes=3)) == ""
    assert "hour" in sync_company.why_hopeless(run, timedelta(minutes=61))


@pytest.mark.parametrize("arguments", [("999999",), ("--salon", "999999")])
def test_unknown_company_is_told(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="No such company"):
        command(*arguments)
