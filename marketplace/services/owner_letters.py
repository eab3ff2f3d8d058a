"""Letters with a link to the desk: owed by the link's row, claimed, tried again while the link lives."""

from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils.translation import gettext

from aiadmin.core import leases
from marketplace.models import OwnerLink
from marketplace.services import owner_access

log = structlog.get_logger(__name__)

_FIRST_PAUSE = timedelta(seconds=15)


def due_ids(limit: int = 50) -> list[int]:
    """Links whose letter is due, for the sweeper."""
    return list(_owing().order_by("mail_due_at").values_list("pk", flat=True)[:limit])


def send(link_id: int) -> None:
    """Sends the letter, if one is owed and nobody else is sending it."""
    link = _owing().select_related("company").filter(pk=link_id).first()
    if link is None:
        return
    attempt = link.mail_tries + 1
    free = OwnerLink.objects.filter(
        pk=link_id, mail_due_at=link.mail_due_at, mail_tries=link.mail_tries
    )
    if not free.update(mail_due_at=leases.until(), mail_tries=attempt):
        return
    due: datetime | None = None
    try:
        # A slow mail server takes its time.
        with keeper.held(link_id, attempt):
            _letter(link)
    except Exception as error:  # whatever the mail server did: the row keeps the letter owed
        log.warning("marketplace.owner_mail_failed", link_id=link_id, error=type(error).__name__)
        due = datetime.now(UTC) + _FIRST_PAUSE * 2**link.mail_tries
    claimed(link_id, attempt).update(mail_due_at=due)


def claimed(link_id: int, attempt: int) -> QuerySet[OwnerLink]:
    """The link while this attempt at its letter is under way."""
    return OwnerLink.objects.filter(pk=link_id, mail_tries=attempt, mail_due_at__isnull=False)


keeper = leases.Keeper(claimed, "mail_due_at")


def _letter(link: OwnerLink) -> None:
    words = {
        "salon": link.company.title or f"№ {link.company.salon_id}",
        "link": settings.PUBLIC_URL + owner_access.link_path(link),
        "desk": f"{settings.PUBLIC_URL}/desk/",
    }
    subject, body = _welcome(words) if link.after_connection else _asked_for(words)
    EmailMessage(subject=subject, body=body, to=[link.email]).send()


def _welcome(words: dict[str, str]) -> tuple[str, str]:
    return (
        gettext("WhatsApp is connected: %(salon)s") % words,
        gettext(
            "The assistant answers the clients of the salon %(salon)s in WhatsApp.\n\n"
            "Your desk shows what it does, and there you choose how it works:\n%(link)s\n\n"
            "The link opens once and works for a day. In the browser you stay for 30 days.\n"
            "Later the page %(desk)s sends a new one.\n"
        )
        % words,
    )


def _asked_for(words: dict[str, str]) -> tuple[str, str]:
    return (
        gettext("Entering the desk of AI Admin: %(salon)s") % words,
        gettext(
            "The desk of the salon %(salon)s:\n%(link)s\n\n"
            "The link opens once and works for an hour. In the browser you stay for 30 days.\n"
            "If you did not ask for this link, do nothing: nobody enters without it.\n"
        )
        % words,
    )


def _owing() -> QuerySet[OwnerLink]:
    """A link that is over needs no letter."""
    now = datetime.now(UTC)
    return OwnerLink.objects.filter(mail_due_at__lte=now, expires_at__gt=now, used_at=None)
