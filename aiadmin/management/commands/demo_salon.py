"""Registers the demo salon, as the runner of `make demo` does. Safe to repeat."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from aiadmin.core.commands import ExampleCommand
from aiadmin.demo import cast
from marketplace.services import registration
from marketplace.services.access import AdminProof


class Command(ExampleCommand):
    help = "Registers the salon of the demo (refused in production)."
    examples = ("manage.py demo_salon",)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo salon does not belong in production.")
        # Working at the server's own command line is proof enough, as for register_company.
        known = registration.register(salon_id=cast.SALON_ID, proof=AdminProof())
        how = "registered" if known.created else "known"
        told = {"salon_id": cast.SALON_ID, "company_id": known.company.pk, "created": known.created}
        self.tell(options, told, [f"demo salon {cast.SALON_ID}: {how}, company {known.company.pk}"])
