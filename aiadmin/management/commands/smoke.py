"""manage.py smoke: walks a salon's way through the running system; --bridge: the bridge by itself."""

import time
from argparse import ArgumentParser
from typing import Any

import httpx
from django.core.management.base import CommandError

from aiadmin import smoke
from aiadmin.core import redis as store
from aiadmin.core.commands import ExampleCommand


class Command(ExampleCommand):
    help = (
        "Walks a salon's way through the running system: page, registration, code, and with the sandboxes "
        "scan and answer. Exit code 1 at the first step that fails."
    )
    examples = ("manage.py smoke", "manage.py smoke --salon 123456", "manage.py smoke --bridge")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bridge", action="store_true", help="the bridge by itself")
        parser.add_argument(
            "--salon", type=int, help="a salon of yours to register: against the real services"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        walk = smoke.Walk(salon_id=options["salon"])
        steps = smoke.bridge(walk) if options["bridge"] else smoke.integration(walk)
        done: list[dict[str, object]] = []
        for what, step in steps:
            began = time.monotonic()
            try:
                told = step(walk)
            except (smoke.SmokeError, httpx.HTTPError, *store.ERRORS) as error:
                raise CommandError(f"❌ {what}: {error}") from error
            took = time.monotonic() - began
            done.append({"step": what, "found": told, "seconds": round(took, 3)})
            if not options["json"]:
                # As it goes: some steps take seconds.
                self.stdout.write(f"✅ {what}: {told} ({took:.1f} s)")
        further = walk.salon_id is None and not options["bridge"]
        self.tell(
            options, done, ["Further with a salon of yours: --salon NUMBER"] if further else []
        )
