"""What a salon lets its clients do by themselves, as its card in YCLIENTS says.

The journal's own calls ignore these rules, so whoever writes for a client must keep them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.models import Company
from marketplace.services.booking_outcomes import Refused
from marketplace.yclients.schemas import Company as Card


@dataclass(frozen=True)
class ChangeRule:
    """`before`: how long before the visit the change is allowed at the latest."""

    allowed: bool = True
    before: timedelta = timedelta()

    def refusal(self, start: datetime, now: datetime) -> Refused | None:
        """Why a visit at `start` may not be changed at business time `now`; both aware."""
        if not self.allowed:
            return Refused("not_allowed", "Салон не разрешает клиентам менять записи")
        if start - now < self.before:
            return Refused("too_late", "До визита слишком мало времени")
        return None


@dataclass(frozen=True)
class Rules:
    """`booking_link` is YCLIENTS's own page of the salon, "" when it names none."""

    moving: ChangeRule = ChangeRule()
    cancelling: ChangeRule = ChangeRule()
    phone_confirmation: bool = False
    email_required: bool = False
    comment_required: bool = False
    booking_link: str = ""


def of(company: Company) -> Rules:
    """The rules of the card as last read; a salon whose card was never read has none."""
    card = Card.model_validate({"id": company.salon_id, **(company.raw_data or {})})
    return Rules(
        moving=ChangeRule(
            card.allow_change_record, timedelta(seconds=card.allow_change_record_delay_step)
        ),
        cancelling=ChangeRule(
            card.allow_delete_record, timedelta(seconds=card.allow_delete_record_delay_step)
        ),
        phone_confirmation=card.phone_confirmation,
        email_required=card.booking_email_required,
        comment_required=card.booking_comment_required,
        booking_link=card.booking_link,
    )
