"""manage.py export_client: everything we hold of one client of one salon, as JSON."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from aiadmin.core.commands import ExampleCommand
from marketplace.management.which import add_company, company_of
from whatsapp.management.which import add_phone, phone_of
from whatsapp.services import privacy


class Command(ExampleCommand):
    help = "Writes everything we hold of one client: card, visits, chats, messages, calls, events."
    examples = (
        "manage.py export_client 15 --phone +79001234567 --out client.json",
        "manage.py export_client --salon 123456 --phone 89001234567",
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company(parser)
        add_phone(parser)
        parser.add_argument(
            "--out", type=Path, help="a file that only its owner reads; else stdout"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = privacy.export(company_of(options), phone_of(options))
        text = json.dumps(found, ensure_ascii=False, indent=2, default=str)
        path: Path | None = options["out"]
        if path is None:
            self.stdout.write(text)
            return
        path.touch(mode=0o600)
        path.write_text(text + "\n", "utf-8")
        counts = {name: len(rows) for name, rows in found.items() if isinstance(rows, list)}
        text = f"{path}: " + ", ".join(f"{name} {n}" for name, n in counts.items())
        self.tell(options, {"path": path, **counts}, [text])
