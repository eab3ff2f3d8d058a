"""The owner's way to the desk: a one-time link becomes a session of thirty days, listed and revocable.

A link is proof of the mailbox, or of the connect page it was opened from. Neither a link's key nor a
session's secret stands in a table; both end with the installation.
"""

import secrets
from datetime import UTC, datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from aiadmin.core import crypto
from aiadmin.core.errors import NotFoundError, UnauthorizedError
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company, IntegrationStatus, OwnerLink, OwnerSession

log = structlog.get_logger(__name__)

LINK_LIFE = timedelta(hours=1)
# Nobody waits for the letter that comes by itself.
WELCOME_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(days=30)
# A chain of salons under one address.
MOST_SALONS = 20
# `seen_at` is written this often at most.
_SEEN_EVERY = timedelta(minutes=10)


def send_links(email: str) -> int:
    """Owes a letter with a link for every salon of this address; returns how many.

    The caller tells nobody the number: it would say whose address is known.
    """
    companies = Company.objects.filter(email__iexact=email.strip()).exclude(
        integration_status=IntegrationStatus.UNINSTALLED
    )
    found = list(companies.order_by("pk")[:MOST_SALONS]) if email.strip() else []
    for company in found:
        with transaction.atomic():
            link = _new_link(company, email=company.email or "")
            enqueue(Job.OWNER_MAIL, link.pk)
    return len(found)


def welcome(company: Company) -> None:
    """Owes the owner the letter with the way to the desk, once an installation; without an address
    there is none to send. In the transaction of the connection."""
    if not company.email:
        return
    now = datetime.now(UTC)
    try:
        with transaction.atomic():
            link = OwnerLink.objects.create(
                company=company,
                install_generation=company.install_generation,
                email=company.email,
                after_connection=True,
                expires_at=now + WELCOME_LIFE,
                mail_due_at=now,
            )
    except IntegrityError:
        return
    enqueue(Job.OWNER_MAIL, link.pk)


def path_for(company: Company) -> str:
    """A link for somebody whose right was just proven otherwise (the connect page's token)."""
    return link_path(_new_link(company))


def link_path(link: OwnerLink) -> str:
    return f"/desk/enter/{link.pk}?key={crypto.derived_secret(_purpose(link))}"


def link_of(link_id: int, key: str) -> OwnerLink:
    """The link if it can still be exchanged. Raises NotFoundError `desk_link_expired`."""
    now = datetime.now(UTC)
    link = (
        OwnerLink.objects.select_related("company")
        .filter(pk=link_id, used_at=None, expires_at__gt=now)
        .first()
    )
    if (
        link is None
        or not crypto.matches_derived(_purpose(link), key)
        or not _current(link.company, link.install_generation)
    ):
        raise NotFoundError(
            gettext("The link is too old or was opened already"), code="desk_link_expired"
        )
    return link


def enter(link_id: int, key: str, *, device: str) -> tuple[Company, str]:
    """Spends the link; returns the salon and the new session's secret. Raises as `link_of`."""
    link = link_of(link_id, key)
    secret = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    with transaction.atomic():
        # The row count says whether it was this press.
        if not OwnerLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
            raise NotFoundError(gettext("The link was opened already"), code="desk_link_expired")
        OwnerSession.objects.create(
            company=link.company,
            install_generation=link.install_generation,
            sha256=crypto.sha256_hex(secret),
            device=device[:120],
            expires_at=now + SESSION_LIFE,
        )
    log.info("marketplace.owner_entered", company_id=link.company_id)
    return link.company, secret


def session_of(company_id: int, secret: str) -> OwnerSession:
    """The one guarded door from a cookie to its salon. Raises UnauthorizedError `desk_session_over`."""
    row = (
        OwnerSession.objects.select_related("company")
        .filter(sha256=crypto.sha256_hex(secret), company_id=company_id)
        .first()
        if secret
        else None
    )
    now = datetime.now(UTC)
    if (
        row is None
        or row.revoked_at is not None
        or row.expires_at <= now
        or not _current(row.company, row.install_generation)
    ):
        raise UnauthorizedError(gettext("Enter the desk again"), code="desk_session_over")
    if row.seen_at < now - _SEEN_EVERY:
        OwnerSession.objects.filter(pk=row.pk).update(seen_at=now)
    return row


def sessions(company: Company) -> QuerySet[OwnerSession]:
    """Browsers that are in, the last seen first."""
    return OwnerSession.objects.filter(
        company=company,
        install_generation=company.install_generation,
        revoked_at=None,
        expires_at__gt=datetime.now(UTC),
    ).order_by("-seen_at", "-pk")


def revoke(company: Company, session_id: int) -> bool:
    """Ends one of this salon's sessions; False when there is none such."""
    return bool(sessions(company).filter(pk=session_id).update(revoked_at=datetime.now(UTC)))


def _new_link(company: Company, *, email: str = "") -> OwnerLink:
    now = datetime.now(UTC)
    return OwnerLink.objects.create(
        company=company,
        install_generation=company.install_generation,
        email=email,
        expires_at=now + LINK_LIFE,
        mail_due_at=now if email else None,
    )


def _current(company: Company, generation: int) -> bool:
    gone = company.integration_status == IntegrationStatus.UNINSTALLED
    return company.install_generation == generation and not gone


def _purpose(link: OwnerLink) -> str:
    return f"owner-link:{link.pk}:{link.company_id}:{link.install_generation}"
