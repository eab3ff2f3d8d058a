"""manage.py yclients_sandbox: the YCLIENTS stand-in by itself, as `make demo` starts it. Ends with Ctrl-C."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from aiadmin.core.commands import ExampleCommand


class Command(ExampleCommand):
    help = (
        "Runs the YCLIENTS stand-in on loopback (refused in production); docs/sandbox-yclients.md."
    )
    examples = ("manage.py yclients_sandbox --port 4010 --seed demo",)
    requires_system_checks: list[str] = []
    # A server: it tells its address and runs on.
    has_json = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=0, help="0: any free one, told at the start"
        )
        parser.add_argument("--seed", default="demo", help="the salon to begin with")
        parser.add_argument("--state", type=Path, help="a directory that keeps its salons")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The stand-in does not belong in production.")
        command = [sys.executable, "-m", "marketplace.yclients.sandbox"]
        command += ["--port", str(options["port"]), "--seed", options["seed"]]
        if options["state"]:
            command += ["--state", str(options["state"])]
        # In our place: nothing of the product imports the stand-in.
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, command)  # noqa: S606
