"""manage.py erase_client: deletes what we hold of one client of one salon."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core import phones
from aiadmin.core.commands import ExampleCommand, table
from marketplace.management.which import add_company, company_of
from whatsapp.management.which import add_phone, phone_of
from whatsapp.services import privacy


class Command(ExampleCommand):
    help = (
        "Deletes a client's card, chats, messages, files and events for good; their visits stay as times "
        "of nobody. Remove the card in YCLIENTS first: else the next sync brings it back."
    )
    examples = (
        "manage.py erase_client 15 --phone +79001234567",
        "manage.py erase_client 15 --phone +79001234567 --yes --json",
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company(parser)
        add_phone(parser)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        company, phone = company_of(options), phone_of(options)
        if options["json"] and not options["yes"]:
            raise CommandError("--json asks nothing: add --yes.")
        if not options["yes"]:
            counts = privacy.find(company, phone).counts
            for line in table(("what", "rows"), list(counts.items())):
                self.stdout.write(line)
            told = input(f"Erase all of {phones.mask(phone)} in {company}? Type yes: ")
            if told.strip().lower() != "yes":
                raise CommandError("Nothing was erased.")
        erased = privacy.erase(company, phone)
        self.tell(options, erased, table(("erased", "rows"), list(erased.items())))
