"""manage.py sync_company COMPANY: requests a sync; with --wait it follows the run to its end."""

import json
import time
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core.commands import ExampleCommand, Progress
from marketplace.management.which import add_company, company_of
from marketplace.models import SyncRun
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
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company(parser)
        parser.add_argument(
            "--scope",
            choices=SyncRun.Scope.values,
            default=SyncRun.Scope.FULL,
            help="full (default), catalog, or changes of the journal since the last reading",
        )
        parser.add_argument("--wait", action="store_true", help="follow the run to its end")
        parser.add_argument("--json", action="store_true", help="the run at the end, for scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        company = company_of(options)
        run = sync.request_sync(company.pk, scope=options["scope"])
        quiet = options["json"]
        if not quiet:
            self.stdout.write(f"run {run.pk}: {run.scope}, {run.status}")
        if options["wait"]:
            self._follow(run, None if quiet else Progress(self.stdout))
        if quiet:
            told = {"run": run.pk, "scope": run.scope, "status": run.status, "counts": run.counts}
            self.stdout.write(json.dumps(told))
        elif options["wait"]:
            counts = ", ".join(f"{name} {count}" for name, count in run.counts.items())
            self.stdout.write(f"done: {counts}{_because(run)}")

    def _follow(self, run: SyncRun, progress: Progress | None) -> None:
        """Shows every step once. Raises CommandError when the run fails or does not end."""
        asked = datetime.now(UTC)
        while run.status in (SyncRun.Status.QUEUED, SyncRun.Status.RUNNING):
            hopeless = why_hopeless(run, datetime.now(UTC) - asked)
            if hopeless:
                raise CommandError(hopeless)
            if progress and run.step:
                progress.show(run.done, run.total, f"{run.step}{_because(run)}")
            time.sleep(_LOOK_EVERY)
            run.refresh_from_db()
        if progress:
            progress.end()
        if run.status == SyncRun.Status.FAILED:
            raise CommandError(f"Failed at {run.step or 'the start'}: {run.error}")


def why_hopeless(run: SyncRun, waited: timedelta) -> str:
    """Why an open run is not waited for any longer; "" while it is."""
    if run.attempts == 0 and waited > _CLAIM_WITHIN:
        return "No worker took the run. Is one working? It stays queued."
    return "The run has not ended in an hour: see it in the admin." if waited > _LONGEST else ""


def _because(run: SyncRun) -> str:
    return f": {run.error}" if run.error else ""
