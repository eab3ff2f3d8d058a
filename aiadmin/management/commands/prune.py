"""manage.py prune: deletes what is kept no longer, now; beat does the same every hour."""

from typing import Any

from aiadmin.core.commands import ExampleCommand, table
from whatsapp.services import pruning, retention


class Command(ExampleCommand):
    help = (
        "Deletes messages past MESSAGES_KEPT_DAYS, processed webhooks, spent tokens, the bridge's old rows "
        "and what is left of salons that removed the application, in batches."
    )
    examples = ("manage.py prune", "manage.py prune --json")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = self.progress(options)
        bridge = pruning.run()
        deleted = retention.prune(progress.show) | {
            "bridge_plaintexts": bridge.plaintexts,
            "bridge_events": bridge.events,
            "bridge_sent": bridge.sent,
        }
        progress.end()
        self.tell(options, deleted, table(("table", "deleted"), list(deleted.items())))
