"""Pairing, closing and resuming a salon's session: what Django asks of the bridge, and when.

The session's state itself follows the bridge's events (`connection`); here it only becomes STARTING
before a request and IDLE after one that failed.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy

from aiadmin.core import phones
from aiadmin.core.errors import AppError
from aiadmin.core.queue import Job, enqueue
from marketplace import qr
from marketplace.models import Company, IntegrationStatus
from marketplace.selectors import snapshot as company_snapshot
from marketplace.services import activation, funnel
from whatsapp import gateway, notify
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import erasure, session_rows
from whatsapp.services.connection import DISABLED, KEPT, REFUSED
from whatsapp.services.session_rows import ONLINE

log = structlog.get_logger(__name__)

# Pairings that follow each other by themselves while a page stays open.
MAX_PAIRINGS = 5
# A request that the bridge did not take is repeated for this long (real seconds)…
START_PATIENCE = 120
# …every so many seconds…
REPEAT_AFTER = 8
# …and a code that nothing followed is over: the bridge tells something every 20 s while it shows QRs.
QUIET = {SessionState.QR: 45, SessionState.PAIRING_CODE: 240}

_RESTING = (SessionState.IDLE, SessionState.LOGGED_OUT)

_BRIDGE_DOWN = gettext_lazy("The WhatsApp service is away. We try again for up to two minutes")


def get(company_id: int) -> Session:
    session, _ = Session.objects.get_or_create(company_id=company_id)
    return session


def page_opened(company: Company) -> None:
    """A page of the company was opened: a salon without WhatsApp gets a code without asking.

    Raises ConflictError (`activation.ensure_may_connect`).
    """
    funnel.reached(company, funnel.Step.PAGE)
    session = get(company.pk)
    if session.state in ONLINE and not erasure.is_left_over(company, session):
        return
    Session.objects.filter(pk=company.pk).update(pairings=0)
    request_pairing(company)


def request_pairing(company: Company, *, phone: str = "") -> None:
    """A person asks for a code: by QR, or by digits for `phone` (any form a person types).

    Raises ConflictError when the salon may not connect, AppError `bad_phone`.
    """
    activation.ensure_may_connect(company)
    if phone:
        try:
            phone = phones.normalize(phone)
        except ValueError as error:
            raise AppError(gettext("Bad number: +7 900 123-45-67"), code="bad_phone") from error
    get(company.pk)
    # A page asks by itself when a code is late; only a request after the last round begins anew.
    spent = Q(state=SessionState.IDLE, pairings__gte=MAX_PAIRINGS - 1)
    rows = Session.objects.filter(pk=company.pk)
    rows.filter(spent).update(pairings=0)
    rows.update(pairing_phone=phone, pairing_requested_at=datetime.now(UTC))
    enqueue(Job.PAIRING_START, company.pk)


def continue_pairing(company_id: int) -> bool:
    """The codes ran out while a page is open: one more round, MAX_PAIRINGS at most.

    True when a round runs or begins; several open pages begin one. False: a person has to ask.
    """
    begun = Session.objects.filter(
        pk=company_id, state=SessionState.IDLE, pairings__lt=MAX_PAIRINGS - 1
    ).update(
        pairings=F("pairings") + 1,
        state=SessionState.STARTING,
        pairing_requested_at=datetime.now(UTC),
    )
    if begun:
        enqueue(Job.PAIRING_START, company_id)
        return True
    return get(company_id).state != SessionState.IDLE


def start_asked(company_id: int) -> None:
    """Job PAIRING_START: by code when the row names a phone, else by QR; a disabled one resumes."""
    company = Company.objects.filter(pk=company_id).first()
    # The job may come late: the salon was removed or switched off meanwhile.
    if company is None or not _may_connect(company):
        return
    session = get(company_id)
    if erasure.is_left_over(company, session):
        if not erasure.erase(session):
            notify.error(company_id, code="bridge_unavailable", message=str(_BRIDGE_DOWN))
            return
        session.refresh_from_db()
    if session.reason == DISABLED and company.integration_status != IntegrationStatus.PENDING:
        _resume(company_id)
        return
    phone = session.pairing_phone
    start_pairing(company_id, mode="code" if phone else "qr", phone=phone)


def start_pairing(company_id: int, *, mode: str = "qr", phone: str = "") -> None:
    """Asks the bridge for a pairing (`mode` qr or code, `phone` E.164). Safe twice.

    What goes wrong is told to the page; a bridge that does not answer is asked again by the sweep.
    """
    company = Company.objects.filter(pk=company_id).first()
    if company is None:
        return
    session = get(company_id)
    if session.state == SessionState.CONNECTED:
        notify.to_page(company_id, {"type": "connected", "phone": session.phone})
        return
    if not _may_connect(company):
        return
    rows = Session.objects.filter(pk=company_id)
    # The request's own moment stays: it says how long we go on trying.
    rows.filter(pairing_requested_at=None).update(pairing_requested_at=datetime.now(UTC))
    rows.filter(state__in=_RESTING).update(
        state=SessionState.STARTING, reason="", updated_at=datetime.now(UTC)
    )
    match gateway.start(company_id, mode=mode, phone=phones.digits(phone)):
        case gateway.Done(state):
            log.info("whatsapp.pairing_started", company_id=company_id, mode=mode, state=state)
        case gateway.Refused(detail):
            _rest(company_id, detail)
            notify.error(
                company_id,
                code="pairing_failed",
                message=gettext("WhatsApp did not begin to connect. Try again"),
            )
        case gateway.NotConnected() | gateway.Unreachable():
            notify.error(company_id, code="bridge_unavailable", message=str(_BRIDGE_DOWN))


def close(company_id: int) -> None:
    """Job SESSION_CLOSE: stops a session that must not run, credentials kept; a phone that was linked a
    moment ago and refused is unlinked; that of an ended installation is erased. Safe twice."""
    company = Company.objects.filter(pk=company_id).first()
    session = Session.objects.filter(pk=company_id).first()
    if company is None or session is None or not _must_close(company, session):
        return
    if _is_over(company, session):
        erasure.erase(session)
        return
    refused = session.reason.startswith(REFUSED)
    unlink = refused and not session.reason.endswith(KEPT)
    outcome = gateway.logout(company_id) if unlink else gateway.stop(company_id)
    if not isinstance(outcome, gateway.Done | gateway.NotConnected):
        # The row still says so: the sweep asks again.
        log.warning("whatsapp.close_failed", company_id=company_id)
        return
    Session.objects.filter(pk=company_id).update(
        state=SessionState.IDLE,
        reason=session.reason if refused else DISABLED,
        down_since=None,
        updated_at=datetime.now(UTC),
    )
    activation.mark_disconnected(company_id, reason=session.reason if refused else DISABLED)
    log.info("whatsapp.session_closed", company_id=company_id, logged_out=unlink)


def reconcile() -> None:
    """Sweep: repeats lost or failed requests, ends silent pairings, follows the company's flags.

    Only rows and jobs here: a bridge that hangs must not hold the sweep.
    """
    unsettled = session_rows.unsettled()
    now = datetime.now(UTC)
    before = now - timedelta(seconds=REPEAT_AFTER)
    if unsettled.pairing:
        _end_silent_pairings(now)
        impatient = now - timedelta(seconds=START_PATIENCE)
        for pk in _taken(now, session_rows.given_up(before=before, asked=impatient)):
            _rest(pk, "bridge_unavailable")
        for pk in _taken(now, session_rows.to_start(before=before)):
            enqueue(Job.PAIRING_START, pk)
    if unsettled.off or unsettled.with_reason:
        for pk in _taken(now, session_rows.to_close(before=before)):
            enqueue(Job.SESSION_CLOSE, pk)
    if unsettled.with_reason:
        for pk in _taken(now, session_rows.to_open(before=before)):
            enqueue(Job.PAIRING_START, pk)


def snapshot(company: Company) -> dict[str, Any]:
    """The page's first frame: the company's status, the sync, and the session's state."""
    return {**company_snapshot(company), "session": get(company.pk).state}


def qr_frame(company_id: int) -> dict[str, Any] | None:
    """The code that can be scanned now, as a frame."""
    current = qr.current(company_id)
    if current is None:
        return None
    return {
        "type": "qr",
        "qr": qr.png_data_uri(current.text),
        "expires_in": current.expires_in,
    }


def _is_over(company: Company, session: Session) -> bool:
    """A number that was refused is another matter: what was linked before stays (`KEPT`)."""
    if company.integration_status == IntegrationStatus.UNINSTALLED:
        return True
    return erasure.is_left_over(company, session) and not session.reason.startswith(REFUSED)


def _must_close(company: Company, session: Session) -> bool:
    return (
        _is_over(company, session)
        or not company.whatsapp_enabled
        or session.reason.startswith(REFUSED)
        or (session.reason == DISABLED and session.state in ONLINE)
    )


def _may_connect(company: Company) -> bool:
    """False, and the page is told, when this salon may not have a session."""
    try:
        activation.ensure_may_connect(company)
    except AppError as error:
        _rest(company.pk, error.code)
        notify.error(company.pk, code=error.code, message=error.message)
        return False
    return True


def _rest(company_id: int, reason: str) -> None:
    Session.objects.filter(pk=company_id, state=SessionState.STARTING).update(
        state=SessionState.IDLE, reason=reason[:200], pairing_phone=""
    )


def _taken(now: datetime, quiet: list[tuple[int, datetime]]) -> list[int]:
    """Each to one sweep only."""
    return [
        pk
        for pk, updated_at in quiet
        if Session.objects.filter(pk=pk, updated_at=updated_at).update(updated_at=now)
    ]


def _end_silent_pairings(now: datetime) -> None:
    """A bridge that died in the middle of a pairing says nothing: the page gets its next round."""
    for state, seconds in QUIET.items():
        before = now - timedelta(seconds=seconds)
        for pk in session_rows.silent(state=state, before=before):
            silent = Session.objects.filter(pk=pk, state=state, updated_at__lt=before)
            if silent.update(state=SessionState.IDLE, reason="silent", pairing_phone=""):
                notify.pairing_ended(pk)


def _resume(company_id: int) -> None:
    """The salon's flag is set again: its kept credentials connect without a code."""
    rows = Session.objects.filter(pk=company_id, state=SessionState.IDLE, reason=DISABLED)
    match gateway.start(company_id, mode="resume"):
        case gateway.Done():
            rows.update(state=SessionState.RECONNECTING, reason="", down_since=datetime.now(UTC))
        case gateway.NotConnected() | gateway.Refused():
            # No phone is paired any more: the next page shows a code.
            rows.update(reason="not_paired")
        case gateway.Unreachable():
            log.warning("whatsapp.resume_failed", company_id=company_id)
