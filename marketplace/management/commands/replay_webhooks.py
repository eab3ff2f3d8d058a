"""manage.py replay_webhooks: failed or ignored events of YCLIENTS are processed again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core.commands import ExampleCommand
from marketplace import selectors
from marketplace.models import WebhookEvent
from marketplace.services import webhooks


class Command(ExampleCommand):
    help = "Queues failed and ignored webhook events again; the worker's sweep processes them."
    examples = (
        "manage.py replay_webhooks --company 15 --failed",
        "manage.py replay_webhooks --ids 7 8",
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", type=int, help="only this company's (our id)")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--failed", action="store_true", help="only those that failed")
        which.add_argument("--ids", type=int, nargs="+", help="only these, processed ones too")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["company"] is not None and selectors.by_id(options["company"]) is None:
            raise CommandError("No such company. List them: manage.py companies.")
        statuses = {WebhookEvent.Status.FAILED}
        if not options["failed"]:
            statuses.add(WebhookEvent.Status.IGNORED)
        if options["ids"]:
            statuses.add(WebhookEvent.Status.DONE)
        count = webhooks.replay(
            statuses=statuses, company_id=options["company"], ids=options["ids"]
        )
        text = f"{count} events queued; the sweep takes them within a minute."
        self.tell(options, {"queued": count}, [text])
