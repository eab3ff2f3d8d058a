"""manage.py prune: deletes what is kept no longer, now; beat does the same every hour."""

import json
from argparse import ArgumentParser
from typing import Any

from aiadmin.core.commands import ExampleCommand, table
from whatsapp.services import pruning, retention


class Command(ExampleCommand):
    help = (
        "Deletes messages past MESSAGES_KEPT_DAYS, processed webhooks, spent tokens, the bridge's old rows "
        "and what is left of salons that removed the application, in batches."
    )
    examples = ("manage.py prune", "manage.py prune --json")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        bridge = pruning.run()
        deleted = retention.prune() | {
            "bridge_plaintexts": bridge.plaintexts,
            "bridge_events": bridge.events,
            "bridge_sent": bridge.sent,
        }
        if options["json"]:
            self.stdout.write(json.dumps(deleted))
            return
        for line in table(("table", "deleted"), list(deleted.items())):
            self.stdout.write(line)
