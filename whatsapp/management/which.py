"""How commands name a client: by phone, in whatever form."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core import phones


def add_phone(parser: ArgumentParser) -> None:
    parser.add_argument("--phone", required=True, help="the client's number, in any usual form")


def phone_of(options: Mapping[str, Any]) -> str:
    """E.164. Raises CommandError."""
    try:
        return phones.normalize(options["phone"])
    except ValueError as error:
        raise CommandError("--phone must be a number like +79001234567.") from error
