"""Chats that were on the phone before the salon connected: the owner's friends and family among them.

WhatsApp brings its history once, after a phone was linked. A chat that has begun with us meanwhile is a row
already and stays what it is.
"""

from collections.abc import Iterable

from marketplace.models import Company
from whatsapp.models import OldChat
from whatsapp.services.texts import digest


def remember(company: Company, jids: Iterable[str]) -> None:
    """Safe twice. In a transaction."""
    rows = [OldChat(company=company, digest=digest(jid)) for jid in dict.fromkeys(jids)]
    OldChat.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def are_known(company: Company, jids: Iterable[str]) -> bool:
    """Whether one of these addresses of a person was in the phone's history."""
    known = OldChat.objects.filter(company=company, digest__in=[digest(jid) for jid in jids])
    return known.exists()


def forget(company: Company) -> None:
    """Another phone is linked, or none."""
    OldChat.objects.filter(company=company).delete()
