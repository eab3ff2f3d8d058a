"""Words to the salon itself: WhatsApp to its administrators' numbers, and a mail where it has none."""

from aiadmin.core.alarms import raise_alarm
from marketplace.models import Company
from whatsapp.services import handover


def tell(company: Company, kind: str, text: str) -> None:
    """In a transaction with the caller's own row, which makes it once.

    `kind` names the cause of a mail: one an hour and salon.
    """
    if not handover.to_administrators(company, text):
        raise_alarm(kind, f"{company}: {text}", company_id=company.pk, email=company.email or "")
