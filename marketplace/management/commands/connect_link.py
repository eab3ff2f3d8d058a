"""manage.py connect_link COMPANY: a link to the connect page, valid for 24 hours."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace import selectors
from marketplace.models import IntegrationStatus
from marketplace.services import registration


class Command(BaseCommand):
    help = "Prints a fresh link to a company's connect page (24 hours)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("company_id", type=int, nargs="?", help="our id of the company")
        which.add_argument("--salon", type=int, help="the salon's id in YCLIENTS")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["salon"] is not None:
            company = selectors.by_salon(options["salon"])
        else:
            company = selectors.by_id(options["company_id"])
        if company is None:
            raise CommandError("No such company. List them: manage.py companies.")
        if company.integration_status == IntegrationStatus.UNINSTALLED:
            raise CommandError(
                "Uninstalled in YCLIENTS. Register it again: "
                f"manage.py register_company {company.external_company_id}."
            )
        self.stdout.write(registration.connect_link(company))
