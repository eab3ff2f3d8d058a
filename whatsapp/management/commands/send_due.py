"""`manage.py send_due`: says what is due, as the beat does; `--dry-run` shows what would go out and why."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core import clock
from aiadmin.core.commands import ExampleCommand
from whatsapp.services import outreach, outreach_preview


class Command(ExampleCommand):
    help = "Sends reminders and whatever else is due to be said unasked."
    examples = (
        "manage.py send_due",
        "manage.py send_due --dry-run --salon 123456 --at 2026-12-01T19:00+03:00",
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="show, write and send nothing")
        parser.add_argument(
            "--at",
            metavar="TIME",
            help="with --dry-run: another moment, ISO 8601; UTC if no offset",
        )
        parser.add_argument("--salon", type=int, help="one salon, its id in YCLIENTS")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dry_run"]:
            if options["at"] or options["salon"]:
                raise CommandError("--at and --salon only show: add --dry-run")
            progress = self.progress(options)
            settled = outreach.send_all(progress.show)
            progress.end()
            self.tell(options, {"settled": settled}, [f"{settled} said or settled"])
            return
        now = _moment(options["at"]) if options["at"] else clock.now()
        lines = list(outreach_preview.lines(now, salon_id=options["salon"]))
        sums = f"{len(lines)} in all at {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        self.tell(options, {"at": now, "due": lines}, [*lines, sums])


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"not a time: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
