"""Whom a salon's assistant answers: the salon's own wish, and the numbers that have a role in it."""

from marketplace.models import Client, Company
from whatsapp.models import Conversation
from whatsapp.models.preferences import Answers, PhoneRole
from whatsapp.services import preferences

_SALONS_OWN = frozenset({PhoneRole.STAFF, PhoneRole.ADMINISTRATOR, PhoneRole.NEVER})


def silence_reason(company: Company, conversation: Conversation) -> str | None:
    """Why this client is not answered here, None when they are. Under shadow everyone gets a draft.

    A chat of which only the LID is known is nobody's by number: not on the pilot's list, and under
    "known" answered only when it began after the connection. Staff silence such a chat by its own mark.
    """
    if conversation.muted_at is not None:
        return "muted"
    roles = preferences.roles(company, conversation.phone)
    if roles & _SALONS_OWN:
        return "salon_phone"
    match Answers(preferences.of(company).answers):
        case Answers.LISTED if PhoneRole.PILOT not in roles:
            return "not_listed"
        case Answers.KNOWN if conversation.begun_before and not _has_card(company, conversation):
            return "not_a_client"
    return None


def is_shadow(company: Company) -> bool:
    """Only drafts for the salon's people: nothing is sent, nothing is written to YCLIENTS."""
    return preferences.of(company).answers == Answers.SHADOW


def may_write_first(conversation: Conversation) -> bool:
    """Whether this client may get what they did not ask for just now."""
    company = conversation.company
    if conversation.muted_at is not None or is_shadow(company):
        return False
    roles = preferences.roles(company, conversation.phone)
    listed = preferences.of(company).answers == Answers.LISTED
    return PhoneRole.NEVER not in roles and (PhoneRole.PILOT in roles or not listed)


def _has_card(company: Company, conversation: Conversation) -> bool:
    cards = Client.objects.filter(company=company, phone=conversation.phone, deleted_at=None)
    return bool(conversation.phone) and cards.exists()
