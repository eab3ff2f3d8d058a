"""manage.py prune: deletes what is kept no longer; for a nightly cron job."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.services import retention


class Command(BaseCommand):
    help = "Deletes processed webhooks, spent tokens and old attempts past their time, in batches."

    def handle(self, *args: Any, **options: Any) -> None:
        for table, count in retention.prune().items():
            self.stdout.write(f"{table:<20} {count:>8} deleted")
