"""How commands name a company: our id, or the salon's in YCLIENTS."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from marketplace import selectors
from marketplace.models import Company


def add_company(parser: ArgumentParser, *, every: str = "") -> None:
    """`every`: what --all means, for a command that takes all of them."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("company_id", type=int, nargs="?", help="our id of the company")
    which.add_argument("--salon", type=int, help="the salon's id in YCLIENTS")
    if every:
        which.add_argument("--all", action="store_true", help=every)


def company_of(options: Mapping[str, Any]) -> Company:
    """Raises CommandError when there is none."""
    if options["salon"] is not None:
        company = selectors.by_salon(options["salon"])
    else:
        company = selectors.by_id(options["company_id"])
    if company is None:
        raise CommandError("No such company. List them: manage.py companies.")
    return company
