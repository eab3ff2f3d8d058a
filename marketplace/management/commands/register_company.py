"""manage.py register_company SALON_ID: creates or returns a salon's company, prints key and link."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email

from aiadmin.core import phones
from aiadmin.core.commands import ExampleCommand
from aiadmin.core.errors import AppError
from marketplace.models.company import INT32_MAX
from marketplace.services import registration
from marketplace.services.access import AdminProof


class Command(ExampleCommand):
    help = "Registers a YCLIENTS salon (or returns the known one) and prints its connect link."
    examples = (
        "manage.py register_company 123456 --email owner@salon.ru",
        "manage.py register_company 123456 --rotate-key --json",
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("salon_id", type=int, help="the salon's id in YCLIENTS")
        parser.add_argument("--phone", default="", help="the salon's phone")
        parser.add_argument("--email", default="", help="the owner's e-mail, for alarms")
        parser.add_argument(
            "--rotate-key", action="store_true", help="make a new owner's key, revoke the old one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["salon_id"] <= INT32_MAX:
            raise CommandError("salon_id must be a positive number of at most 10 digits.")
        try:
            done = registration.register(
                salon_id=options["salon_id"],
                phone=phones.normalize(options["phone"]) if options["phone"] else "",
                email=_email(options["email"]),
                proof=AdminProof(),
                rotate_key=options["rotate_key"],
            )
        except (AppError, ValueError) as error:
            raise CommandError(f"Not registered: {error}.") from error
        lines = [
            f"company   {done.company.pk} ({'new' if done.created else 'known'})",
            f"salon     {done.company.salon_id}",
            f"status    {done.company.integration_status}",
            # Shown here once: only its hash is stored.
            f"api key   {done.api_key or done.api_key_prefix + '…'}",
            f"connect   {settings.PUBLIC_URL}{done.connect_url}",
        ]
        self.tell(options, _told(done), lines)


def _told(done: registration.Registration) -> dict[str, object]:
    return {
        "company_id": done.company.pk,
        "salon_id": done.company.salon_id,
        "created": done.created,
        "status": done.company.integration_status,
        "api_key": done.api_key,
        "api_key_prefix": done.api_key_prefix,
        "connect_url": f"{settings.PUBLIC_URL}{done.connect_url}",
    }


def _email(text: str) -> str:
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValueError("not an e-mail address") from error
    return text
