"""A salon's own YCLIENTS user token: proven against YCLIENTS before it is kept, stored encrypted."""

import re
from dataclasses import dataclass

import structlog

from aiadmin.core import clock, crypto
from aiadmin.core.errors import AppError
from marketplace.models import Company
from marketplace.services import trouble
from marketplace.services.yclients_access import client_with, partner_client
from marketplace.yclients import access

log = structlog.get_logger(__name__)

_LOOKS_RIGHT = re.compile(r"[A-Za-z0-9_-]{16,200}")


@dataclass(frozen=True)
class Stored:
    """`missing`: rows of `yclients.access` whose right this token's user was not given."""

    missing: tuple[access.Access, ...]


def log_in(login: str, password: str) -> str:
    """The user token behind a YCLIENTS login. Raises YclientsError: Unauthorized for a wrong password
    and for a login with a second factor."""
    with partner_client() as client:
        return client.auth(login, password)


def set_user_token(company: Company, token: str) -> Stored:
    """Keeps the token for this salon if YCLIENTS accepts it there; else raises and changes nothing.

    AppError for what is no token, YclientsError for YCLIENTS's refusal (Unauthorized: a wrong token,
    Forbidden or NotFound: its user may not open this salon's journal).
    """
    token = token.strip()
    if not _LOOKS_RIGHT.fullmatch(token):
        raise AppError("Это не похоже на токен YCLIENTS", code="invalid_token")
    today = clock.now().date()
    with client_with(token) as client:
        rights = client.permissions(company.salon_id)
        # What the list of rights says is not proof: the journal itself must open.
        next(client.records(company.salon_id, start_date=today, end_date=today), None)
    Company.objects.filter(pk=company.pk).update(user_token_encrypted=crypto.encrypt(token))
    # A refused token was the trouble, perhaps: the polls begin again, and say so if it was not.
    trouble.clear(company.pk)
    company.refresh_from_db(fields=["user_token_encrypted", "yclients_trouble"])
    log.info("yclients.user_token_set", company_id=company.pk)
    return Stored(tuple(row for row in access.TABLE if rights.get(row.right) is False))


def clear_user_token(company: Company) -> None:
    """Forgets the salon's own token; the default one, if any, serves again."""
    Company.objects.filter(pk=company.pk).update(user_token_encrypted="")
    company.refresh_from_db(fields=["user_token_encrypted"])
    log.info("yclients.user_token_cleared", company_id=company.pk)
