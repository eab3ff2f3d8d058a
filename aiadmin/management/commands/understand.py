"""manage.py understand: JSONL of client messages in, JSONL of what they mean out. No database."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core.commands import ExampleCommand
from whatsapp.assistant.rows import understand_rows


class Command(ExampleCommand):
    help = (
        "Reads rows {id, today, now?, context?, history?, text} from stdin and prints "
        '{"id", "result"} for each, JSON a line.'
    )
    examples = (
        "manage.py understand < dev.jsonl > predictions.jsonl",
        "manage.py understand --salon salon.json < dev.jsonl",
    )
    requires_system_checks: list[str] = []
    # JSON in, JSON out.
    has_json = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--salon", type=Path, help="salon's JSON; default: the one we ship")

    def handle(self, *_: Any, **options: Any) -> None:
        path: Path | None = options["salon"]
        try:
            salon = path.read_text(encoding="utf-8") if path else None
        except OSError as error:
            raise CommandError(f"Cannot read {path}: {error.strerror}") from error
        for line in understand_rows(sys.stdin, salon):
            self.stdout.write(line)
