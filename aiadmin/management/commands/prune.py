"""manage.py prune: deletes what is kept no longer; for a nightly cron job."""

from typing import Any

from aiadmin.core.commands import ExampleCommand
from marketplace.services import retention


class Command(ExampleCommand):
    help = "Deletes processed webhooks, spent tokens and old attempts past their time, in batches."

    examples = ("manage.py prune",)

    def handle(self, *args: Any, **options: Any) -> None:
        for table, count in retention.prune().items():
            self.stdout.write(f"{table:<20} {count:>8} deleted")
