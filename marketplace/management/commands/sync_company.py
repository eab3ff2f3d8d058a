"""manage.py sync_company COMPANY: requests a sync; with --wait it follows the run to its end."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core.commands import ExampleCommand, Progress
from marketplace.management.which import add_company, company_of
from marketplace.models import Company, IntegrationStatus, SyncRun
from marketplace.services import sync

_LOOK_EVERY = 0.5
# A run that nobody claims: no worker works on the queue "sync".
_CLAIM_WITHIN = timedelta(minutes=2)
# A worker renews its claim at every call; retries wait minutes, a large salon takes some.
_LONGEST = timedelta(hours=1)


class Command(ExampleCommand):
    help = "Requests a sync of a company's data from YCLIENTS; the worker carries it out."
    examples = (
        "manage.py sync_company 15 --wait",
        "manage.py sync_company --salon 123456 --scope changes",
        "manage.py sync_company --all --scope catalog --wait",
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company(parser, every="every salon that works, one run each")
        parser.add_argument(
            "--scope",
            choices=SyncRun.Scope.values,
            default=SyncRun.Scope.FULL,
            help="full (default), catalog, or changes of the journal since the last reading",
        )
        parser.add_argument("--wait", action="store_true", help="follow the run to its end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            self._all(options)
            return
        company = company_of(options)
        run = sync.request_sync(company.pk, scope=options["scope"])
        if not options["json"]:
            self.stdout.write(f"run {run.pk}: {run.scope}, {run.status}")
        if options["wait"]:
            self._follow(run, self.progress(options))
        counts = ", ".join(f"{name} {count}" for name, count in run.counts.items())
        lines = [f"done: {counts}{_because(run)}"] if options["wait"] else []
        self.tell(options, _told(run), lines)

    def _all(self, options: dict[str, Any]) -> None:
        companies = Company.objects.filter(
            integration_status=IntegrationStatus.ACTIVE, sync_enabled=True
        ).order_by("pk")
        runs = [
            sync.request_sync(pk, scope=options["scope"])
            for pk in companies.values_list("pk", flat=True)
        ]
        lines = [f"{len(runs)} runs queued"]
        if options["wait"]:
            failed = self._follow_all(runs, self.progress(options))
            if failed:
                told = ", ".join(f"{run.company_id} ({run.error})" for run in failed)
                raise CommandError(f"Failed: companies {told}")
            lines = [f"{len(runs)} done"]
        self.tell(options, [_told(run) for run in runs], lines)

    def _follow_all(self, runs: list[SyncRun], progress: Progress) -> list[SyncRun]:
        """To the end of the last one; those that failed."""
        try:
            for place, run in enumerate(runs):
                progress.show(place, len(runs), f"company {run.company_id}")
                self._until_over(run, lambda: None)
            progress.show(len(runs), len(runs), "all read")
        finally:
            progress.end()
        return [run for run in runs if run.status == SyncRun.Status.FAILED]

    def _follow(self, run: SyncRun, progress: Progress) -> None:
        """Shows every step once. Raises CommandError when the run fails or does not end."""

        def show() -> None:
            if run.step:
                progress.show(run.done, run.total, f"{run.step}{_because(run)}")

        try:
            self._until_over(run, show)
        finally:
            progress.end()
        if run.status == SyncRun.Status.FAILED:
            raise CommandError(f"Failed at {run.step or 'the start'}: {run.error}")

    def _until_over(self, run: SyncRun, show: Callable[[], None]) -> None:
        asked = datetime.now(UTC)
        while run.status in (SyncRun.Status.QUEUED, SyncRun.Status.RUNNING):
            hopeless = why_hopeless(run, datetime.now(UTC) - asked)
            if hopeless:
                raise CommandError(hopeless)
            show()
            time.sleep(_LOOK_EVERY)
            run.refresh_from_db()


def _told(run: SyncRun) -> dict[str, object]:
    return {
        "run": run.pk,
        "company_id": run.company_id,
        "scope": run.scope,
        "status": run.status,
        "counts": run.counts,
    }


def why_hopeless(run: SyncRun, waited: timedelta) -> str:
    """Why an open run is not waited for any longer; "" while it is."""
    if run.attempts == 0 and waited > _CLAIM_WITHIN:
        return "No worker took the run. Is one working? It stays queued."
    return "The run has not ended in an hour: see it in the admin." if waited > _LONGEST else ""


def _because(run: SyncRun) -> str:
    return f": {run.error}" if run.error else ""
