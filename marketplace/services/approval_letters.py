"""Letters about requests for access: owed by the row, claimed, tried again, ended.

While a request waits the salon's owner is asked; when it is decided the asker hears of it.
"""

import secrets
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from aiadmin.core import leases
from marketplace.models import AccessRequest
from marketplace.services import approvals

log = structlog.get_logger(__name__)

MOST_TRIES = 12
_FIRST_PAUSE = 30.0
_LONGEST_PAUSE = 3600.0


def due_ids(limit: int = 50) -> list[int]:
    """Requests that owe a letter now, for the sweeper."""
    return list(_owing().order_by("mail_due_at").values_list("pk", flat=True)[:limit])


def send(request_id: int) -> None:
    """Sends the letter that the request owes now, if it owes one and nobody else is sending it."""
    row = _owing().filter(pk=request_id).first()
    if row is None:
        return
    free = AccessRequest.objects.filter(
        pk=request_id, mail_due_at=row.mail_due_at, status=row.status
    )
    claim = secrets.randbits(62)
    if not free.update(mail_due_at=leases.until(), mail_claim=claim, mail_tries=row.mail_tries + 1):
        return
    due: datetime | None = None
    try:
        # A slow mail server takes its time.
        with keeper.held(request_id, claim):
            _deliver(approvals.about(row))
    except Exception as error:  # whatever the mail server did: the row keeps the letter owed
        log.warning("marketplace.access_mail_failed", request_id=row.pk, error=type(error).__name__)
        due = _next_try(row.mail_tries + 1)
    claimed(request_id, claim).update(mail_due_at=due)


def claimed(request_id: int, claim: int) -> QuerySet[AccessRequest]:
    """The request while nobody has claimed its letter since, and no decision owes another one."""
    return AccessRequest.objects.filter(pk=request_id, mail_claim=claim, mail_due_at__isnull=False)


keeper = leases.Keeper(claimed, "mail_due_at")


def _deliver(item: approvals.Question) -> None:
    if item.request.status == AccessRequest.Status.WAITING:
        if item.company is not None and item.company.email:
            _letter(item.company.email, *_to_owner(item))
    elif item.request.user_email:
        _letter(item.request.user_email, *_to_asker(item))


def _to_owner(item: approvals.Question) -> tuple[str, str]:
    return (
        gettext("Allow access to the salon %(salon)s?") % {"salon": item.salon},
        ngettext(
            "%(who)s asks to connect WhatsApp of the salon %(salon)s in AI Admin.\n\n"
            "If they work for you, allow it. If you do not know them, refuse:\n%(link)s\n\n"
            "The link works for %(days)d day. Nothing changes until you decide.\n",
            "%(who)s asks to connect WhatsApp of the salon %(salon)s in AI Admin.\n\n"
            "If they work for you, allow it. If you do not know them, refuse:\n%(link)s\n\n"
            "The link works for %(days)d days. Nothing changes until you decide.\n",
            approvals.LINK_DAYS,
        )
        % {
            "who": item.who,
            "salon": item.salon,
            "link": settings.PUBLIC_URL + item.decision_path,
            "days": approvals.LINK_DAYS,
        },
    )


def _to_asker(item: approvals.Question) -> tuple[str, str]:
    if item.request.status == AccessRequest.Status.APPROVED:
        return (
            gettext("Access to the salon %s is allowed") % item.salon,
            gettext("Open AI Admin in YCLIENTS again: now the salon can be connected.\n"),
        )
    return (
        gettext("Access to the salon %s is refused") % item.salon,
        gettext(
            "The salon's owner or our employee did not confirm your request. If this is a mistake, "
            "write to us: %s\n"
        )
        % settings.SUPPORT_EMAIL,
    )


def _letter(to: str, subject: str, body: str) -> None:
    EmailMessage(subject=subject, body=body, to=[to]).send()


def _next_try(tries: int) -> datetime | None:
    if tries >= MOST_TRIES:
        return None
    pause = min(_FIRST_PAUSE * 2 ** (tries - 1), _LONGEST_PAUSE)
    return datetime.now(UTC) + timedelta(seconds=pause)


def _owing() -> QuerySet[AccessRequest]:
    return AccessRequest.objects.filter(mail_due_at__lte=datetime.now(UTC))
