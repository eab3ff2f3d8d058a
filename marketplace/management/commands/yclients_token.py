"""manage.py yclients_token --salon ID: gives a salon its own YCLIENTS user token, proven and encrypted."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core.commands import ExampleCommand
from aiadmin.core.errors import AppError
from marketplace import selectors
from marketplace.services import user_tokens
from marketplace.yclients import access, errors


class Command(ExampleCommand):
    help = (
        "Stores a salon's YCLIENTS user token. Reads it from stdin, or asks for it (or for a login and "
        "a password) at the terminal: it is never an argument and never shown."
    )

    examples = (
        "manage.py yclients_token --salon 123456",
        "manage.py yclients_token --salon 123456 < token.txt",
        "manage.py yclients_token --salon 123456 --clear",
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--salon", type=int, required=True, help="the salon's id in YCLIENTS")
        parser.add_argument("--clear", action="store_true", help="forget the salon's own token")

    def handle(self, *args: Any, **options: Any) -> None:
        company = selectors.by_salon(options["salon"])
        if company is None:
            raise CommandError("No such salon. List them: manage.py companies.")
        if options["clear"]:
            user_tokens.clear_user_token(company)
            text = f"salon {company.salon_id}: its own token is forgotten"
            self.tell(options, {"salon_id": company.salon_id, "stored": False}, [text])
            return
        try:
            stored = user_tokens.set_user_token(company, _token())
        except (errors.Forbidden, errors.NotFound) as error:
            raise CommandError(
                f"Not stored: that user does not work in salon {company.salon_id} ({error.message})."
            ) from error
        except AppError as error:
            raise CommandError(f"Not stored: {error.message}.") from error
        missing = [
            f"  нет права «{access.RIGHTS[row.right]}» ({row.right}): {row.why}"
            for row in stored.missing
        ]
        text = f"salon {company.salon_id}: accepted by YCLIENTS and stored encrypted"
        rights = [row.right for row in stored.missing]
        told = {"salon_id": company.salon_id, "stored": True, "missing_rights": rights}
        self.tell(options, told, [text, *missing])


def _token() -> str:
    """From a pipe, or asked for; a login and a password are exchanged for one."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    token = getpass("User token (Enter: log in instead): ").strip()
    if token:
        return token
    login = input("YCLIENTS login: ").strip()
    return user_tokens.log_in(login, getpass("Password: "))
