"""manage.py backup DIR: a copy of the whole database, read back before it counts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from aiadmin import backup
from aiadmin.core.commands import ExampleCommand


class Command(ExampleCommand):
    help = (
        "Writes a copy of the database into a directory and reads it back. AUTH_STATE_KEY and SECRET_KEY are "
        "not in it: keep them elsewhere, without them it opens nothing."
    )
    examples = ("manage.py backup /var/backups/aiadmin --keep 14",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="made when missing, for its owner alone")
        parser.add_argument("--keep", type=int, help="remove all but the newest so many copies")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = self.progress(options)
        try:
            made = backup.make(options["directory"], keep=options["keep"], heard=progress.show)
        except backup.BackupError as error:
            raise CommandError(error.message) from error
        finally:
            progress.end()
        told = {"path": made.path, "bytes": made.size, "tables": made.tables}
        text = f"{made.path}: {made.size} bytes, {made.tables} tables, read back"
        self.tell(options, told, [text])
