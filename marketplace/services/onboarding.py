"""One visit from YCLIENTS: which salons it opens, and the one-time sessions of the page's buttons.

The visit may be repeated any number of times; what it gives is a button a salon whose secret stands in
the page and works once. Pressing it is what issues a connect token: a page that is only looked at (a
preview, a prefetch, a scanner of links) gives nobody anything.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.utils.translation import gettext

from aiadmin.core import crypto, phones
from aiadmin.core.errors import ForbiddenError, UnauthorizedError
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company, IntegrationStatus, OnboardingSession
from marketplace.services import approvals, consent, funnel, registration, tokens
from marketplace.services.access import Proof, SignedUser

log = structlog.get_logger(__name__)

# Salons of one install that are looked up at YCLIENTS while the browser waits.
MAX_SALONS = 20
# A page left open over lunch still works.
SESSION_LIFE = timedelta(hours=2)


@dataclass(frozen=True)
class Door:
    """A salon that this visit may connect, and the secret of its button."""

    company: Company
    session: str = field(repr=False)

    @property
    def asks_consent(self) -> bool:
        return consent.wanted(self.company)

    @property
    def broken(self) -> bool:
        """It worked once, or was tried, and clients get no answer."""
        active = self.company.integration_status == IntegrationStatus.ACTIVE
        failed = self.company.integration_status == IntegrationStatus.FAILED
        return failed or (active and not self.company.whatsapp_connected)

    @property
    def state(self) -> str:
        """In Russian: how the salon fares with us."""
        company = self.company
        match company.integration_status:
            case IntegrationStatus.FROZEN:
                return gettext("suspended in YCLIENTS")
            case IntegrationStatus.FAILED:
                return gettext("could not be connected")
            case IntegrationStatus.ACTIVE if not company.whatsapp_connected:
                return gettext("WhatsApp is disconnected, nobody answers the clients")
            case IntegrationStatus.ACTIVE:
                return (
                    gettext("connected: %s") % phones.pretty(company.whatsapp_phone or "")
                ).strip()
            case _:
                return gettext("not connected yet")


@dataclass(frozen=True)
class Visit:
    """`awaiting`: salons that a person must approve first; `left_out`: past MAX_SALONS;
    `questions`: other people's requests that wait for this owner's word."""

    doors: list[Door]
    awaiting: list[int]
    left_out: int
    questions: list[approvals.Question]

    @property
    def shown(self) -> int:
        return len(self.doors) + len(self.awaiting)


def visit(*, salon_ids: Sequence[int], proof: Proof | None) -> Visit:
    """A company and a button for each salon that the proof is good for; the rest awaits approval.

    `proof` None: YCLIENTS signed nothing. Raises UnavailableError (YCLIENTS is needed for the proof and
    does not answer), ConflictError `already_connected` (open mode).
    """
    looked, left_out = salon_ids[:MAX_SALONS], max(0, len(salon_ids) - MAX_SALONS)
    user = proof if isinstance(proof, SignedUser) else None
    titles = dict.fromkeys(looked, "") if proof else {}
    if user:
        titles = registration.allowed(looked, user)
    doors: list[Door] = []
    awaiting: list[int] = []
    for salon_id in looked:
        try:
            if proof is None or salon_id not in titles:
                awaiting.append(salon_id)
                continue
            done = registration.admit(salon_id=salon_id, proof=proof, title=titles[salon_id])
        except ForbiddenError:
            awaiting.append(salon_id)
            continue
        doors.append(Door(company=done.company, session=_open(done.company, user)))
    if awaiting:
        approvals.ask(awaiting, user)
    owner_id = user.user_id if user else None
    questions = (
        approvals.open_questions(owner_id, [door.company for door in doors]) if owner_id else []
    )
    return Visit(doors=doors, awaiting=awaiting, left_out=left_out, questions=questions)


def start(session: str, *, agreed_to: str = "") -> str:
    """Spends the session of a pressed button; returns the path of the connect page with a new token.

    `agreed_to`: the version of the words whose box was ticked; without it the connect page asks.

    Raises UnauthorizedError: `session_invalid`, `session_expired`, `session_spent`; ForbiddenError
    `approval_required` when the salon got another owner since.
    """
    rows = OnboardingSession.objects.filter(sha256=crypto.sha256_hex(session))
    row = rows.first()
    if row is None:
        raise UnauthorizedError(gettext("The page does not fit"), code="session_invalid")
    now = datetime.now(UTC)
    if row.expires_at <= now:
        raise UnauthorizedError(gettext("The page is too old"), code="session_expired")
    company = Company.objects.filter(external_company_id=row.salon_id).first()
    if company is None or company.integration_status == IntegrationStatus.UNINSTALLED:
        raise UnauthorizedError(gettext("The page is too old"), code="session_expired")
    if not _still_theirs(row, company):
        raise ForbiddenError(gettext("The request is being looked at"), code="approval_required")
    # The row count says whether it was this press: two at once open one page.
    if not rows.filter(used_at=None).update(used_at=now):
        raise UnauthorizedError(gettext("The button has worked already"), code="session_spent")
    if agreed_to:
        consent.give(company, version=agreed_to, by=consent.Signer(user_id=row.user_id))
    funnel.reached(company, funnel.Step.REDIRECTED, at=row.created_at)
    log.info("marketplace.onboarding_started", company_id=company.pk)
    return opened(company, tokens.issue(company))


def agree(token: str, *, agreed_to: str) -> str:
    """The words are agreed to on the connect page itself; returns the path that opens it anew.

    Raises UnauthorizedError, AppError `consent_changed`.
    """
    company = tokens.company_for_token(token)
    consent.give(company, version=agreed_to, by=consent.Signer(jti=tokens.jti(token)))
    return opened(company, token)


def opened(company: Company, token: str) -> str:
    """The path of the connect page that a person's press opens. Its code is begun while the page is on
    its way: only for a press, for a page that is merely fetched belongs to nobody."""
    if not company.whatsapp_connected and not consent.wanted(company):
        enqueue(Job.PAIRING_START, company.pk)
    return registration.connect_path(company, token)


def _open(company: Company, user: SignedUser | None) -> str:
    secret = secrets.token_urlsafe(32)
    OnboardingSession.objects.create(
        sha256=crypto.sha256_hex(secret),
        salon_id=company.salon_id,
        user_id=user.user_id if user else None,
        expires_at=datetime.now(UTC) + SESSION_LIFE,
    )
    return secret


def _still_theirs(row: OnboardingSession, company: Company) -> bool:
    if row.user_id is None:
        return settings.MARKETPLACE_OPEN_REGISTRATION
    if company.owner_user_id == row.user_id:
        return True
    return bool(approvals.granted([row.salon_id], row.user_id))
