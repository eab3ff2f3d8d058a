"""Chats that were on the phone before the salon connected: the owner's friends and family among them.

WhatsApp brings its history in parts, for minutes after a phone was linked, while people are writing. The end
is the same in any order: whoever the history names is old, also when they wrote before their part came, or
when one of their addresses is learnt later. A chat that began under an earlier link of the phone stays what
it is: a second history names it only because of us.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from marketplace.models import Company
from whatsapp.models import Conversation, OldChat, Session
from whatsapp.schemas import to_e164
from whatsapp.services.texts import digest

_PN = "@s.whatsapp.net"


def remember(company: Company, jids: Iterable[str]) -> None:
    """Safe twice. In a transaction with the event that brought them."""
    known = tuple(dict.fromkeys(jids))
    rows = [OldChat(company=company, digest=digest(jid)) for jid in known]
    OldChat.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    numbers = [to_e164(jid.removesuffix(_PN)) for jid in known if jid.endswith(_PN)]
    named = Q(chat__in=known) | Q(lid__in=known) | Q(phone__in=[n for n in numbers if n])
    _since_the_link(company).filter(named, begun_before=False).update(begun_before=True)


def are_known(company: Company, jids: Iterable[str]) -> bool:
    """Whether one of these addresses of a person was in the phone's history."""
    known = OldChat.objects.filter(company=company, digest__in=[digest(jid) for jid in jids])
    return known.exists()


def is_old_after_all(conversation: Conversation, jids: Iterable[str]) -> bool:
    """An address was learnt of a chat that seemed new: whether the history knows the person by it."""
    mine = _since_the_link(conversation.company).filter(pk=conversation.pk)
    return are_known(conversation.company, jids) and mine.exists()


def linked(session: Session, *, another: bool) -> None:
    """A phone was linked just now. `another`: not the one whose history is known; what has come of its
    own since the pairing was asked for stays. The caller saves the session. Safe twice."""
    if another:
        rows = OldChat.objects.filter(company=session.company)
        if session.pairing_requested_at is not None:
            rows = rows.filter(created_at__lt=session.pairing_requested_at)
        rows.delete()
    session.linked_at = datetime.now(UTC)


def forget(company: Company) -> None:
    """No phone is linked any more."""
    OldChat.objects.filter(company=company).delete()


def _since_the_link(company: Company) -> QuerySet[Conversation]:
    """Chats that began after this phone was linked; none when that moment is not known."""
    linked_at = Session.objects.filter(company=company).values_list("linked_at").first()
    if linked_at is None or linked_at[0] is None:
        return Conversation.objects.none()
    return Conversation.objects.filter(company=company, created_at__gte=linked_at[0])
