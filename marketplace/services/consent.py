"""What a salon agrees to before its first pairing: the words, their version, and who agreed when.

The page asks; nothing is paired from it before. A salon that removes the application and comes back, or
meets other words before it has connected, is asked again.
"""

from dataclasses import dataclass

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, gettext_lazy

from aiadmin.core.errors import AppError
from marketplace.models import Company, Consent

log = structlog.get_logger(__name__)

# Other words are another version: a test keeps the two together.
VERSION = "2026-11-28"
WORDS = (
    gettext_lazy(
        "AI Admin connects as a linked device of WhatsApp, not through the official WhatsApp Business "
        "API. WhatsApp may restrict or block the number. Better connect a separate number of the "
        "salon, not a private one."
    ),
    gettext_lazy(
        "I understand this, connect the salon's number and instruct AI Admin to process the data of "
        "the salon's clients for bookings and reminders."
    ),
)


@dataclass(frozen=True)
class Signer:
    """Who agrees: the user YCLIENTS has signed, else the connect token that opened the page."""

    user_id: int | None = None
    jti: str = ""


def wanted(company: Company) -> bool:
    """Whether the salon has to be asked: it never connected, and nobody agreed to these words."""
    if company.connected_at is not None:
        return False
    rows = Consent.objects.filter(company=company, install_generation=company.install_generation)
    return not rows.filter(text_version=VERSION).exists()


def give(company: Company, *, version: str, by: Signer) -> None:
    """Keeps the agreement; a second one changes nothing.

    Raises AppError `consent_changed` when the page showed other words.
    """
    if version != VERSION:
        raise AppError(gettext("The terms have changed. Read them again"), code="consent_changed")
    try:
        with transaction.atomic():
            Consent.objects.create(
                company=company,
                install_generation=company.install_generation,
                text_version=VERSION,
                user_id=by.user_id,
                jti=by.jti,
            )
    except IntegrityError:
        return
    log.info("marketplace.consent_given", company_id=company.pk, version=VERSION)
