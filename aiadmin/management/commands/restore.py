"""manage.py restore FILE: a copy takes the database's place; sessions come back without a QR code."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError

from aiadmin import backup
from aiadmin.core.commands import ExampleCommand
from marketplace import selectors
from whatsapp.models import Message
from whatsapp.services import restoring


class Command(ExampleCommand):
    help = (
        "Puts a copy in the database's place, in one transaction, and settles what it cannot know. Stop web, "
        "worker, beat and bridges first; AUTH_STATE_KEY and SECRET_KEY must be those of the copy's time."
    )
    examples = (
        "manage.py restore /var/backups/aiadmin/aiadmin-20261128T013000Z.dump",
        "manage.py restore copy.dump --replace --json",
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="also over a database that holds salons"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = self.progress(options)
        try:
            backup.restore(options["file"], replace=options["replace"], heard=progress.show)
        except backup.BackupError as error:
            raise CommandError(error.message) from error
        finally:
            progress.end()
        # The copy may be of an older version.
        call_command("migrate", interactive=False, verbosity=0)
        settled = restoring.settle()
        found = {
            "companies": selectors.stats()["total"],
            "messages": Message.objects.count(),
            "not_sent_again": settled.messages,
            "chats_for_a_person": settled.chats,
            "syncs": settled.syncs,
        }
        counts = ", ".join(f"{name} {count}" for name, count in found.items())
        self.tell(options, found, [counts, "Start the programs now, then: manage.py doctor"])
