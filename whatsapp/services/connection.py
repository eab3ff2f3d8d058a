"""Connection events of the bridge: the session's state, the company's, and what the page is told.

Runs inside the drainer's transaction, events in order. Network happens after commit, through jobs.
"""

from datetime import UTC, datetime
from functools import partial

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy

from aiadmin.core import clock
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.errors import ConflictError
from aiadmin.core.queue import Job, enqueue
from marketplace import qr
from marketplace.models import Company
from marketplace.services import activation, funnel
from whatsapp import notify, schemas
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import erasure, old_chats, outbox, pacing
from whatsapp.services.bridge_rows import EventRow

log = structlog.get_logger(__name__)

# The session was refused after it connected and is to be closed: "refused:<code>"…
REFUSED = "refused:"
# …and when the phone was not linked just now, its credentials stay: nobody asked to delete them.
KEPT = ":kept"
# Closed because the salon may have no session now, credentials kept; comes back with its flag.
DISABLED = "disabled"
# Why a salon may not keep the phone that has connected…
_REFUSALS = {"number_taken", "single_tenant"}
# …and why it may have no session at all: its phone is none the worse for it.
_FORBIDDEN = {"uninstalled", "whatsapp_disabled"}

# The reason of an end that we asked for ourselves.
_STOPPED = "stopped"
# The bridge's word when WhatsApp wants a newer protocol: no salon can connect until the bridge is updated.
VERSION_REFUSED = "version_refused"

_PAIRING = (SessionState.STARTING, SessionState.QR, SessionState.PAIRING_CODE)
_ONLINE = (SessionState.CONNECTED, SessionState.RECONNECTING)


class TryAgain(Exception):
    """The company's row keeps changing: the event is no worse for it and stays for the next sweep."""


def apply(session: Session, row: EventRow, event: schemas.Event) -> None:
    """Moves the session. The caller holds its row lock; an event older than the last is dropped."""
    if row.id <= session.last_event_id:
        return
    session.last_event_id = row.id
    session.updated_at = datetime.now(UTC)
    match event:
        case schemas.QrEvent():
            _qr(session, row, event)
        case schemas.PairingCodeEvent():
            _pairing_code(session, row, event)
        case schemas.QrEndedEvent():
            _qr_ended(session, event)
        case schemas.PairingFailedEvent():
            _pairing_failed(session, event)
        case schemas.ConnectedEvent():
            _connected(session, event)
        case schemas.DisconnectedEvent():
            _disconnected(session, event)
        case schemas.LoggedOutEvent():
            _logged_out(session, event)
        case _:
            raise TypeError(f"not a connection event: {type(event).__name__}")
    session.save()


_VERSION_REFUSED = gettext_lazy(
    "WhatsApp was updated, and no number can be connected for now. We know and mend it soon"
)
# By the bridge's code: the page's, and what the owner reads.
_NO_CODE = {
    "refused": (
        "pairing_refused",
        gettext_lazy("WhatsApp did not accept this number. Check it or scan the QR code"),
    ),
    "rate_limited": (
        "pairing_wait",
        gettext_lazy(
            "WhatsApp asks to wait: too many codes were asked for. Scan the QR code or try again in an hour"
        ),
    ),
}
_CANNOT_CONNECT = {
    "number_taken": gettext_lazy(
        "This number is connected to another salon already. If that salon is yours, too, "
        "disconnect the number there or write to us."
    ),
}


def _qr(session: Session, row: EventRow, event: schemas.QrEvent) -> None:
    if session.state in _ONLINE:
        return
    session.state, session.reason = SessionState.QR, ""
    funnel.reached(session.company, funnel.Step.CODE)
    left = min(event.expires_in, 20) - _age(row)
    if left < 1:
        # Handled late: the next code is on its way.
        return
    transaction.on_commit(partial(qr.remember, session.pk, event.qr, ttl=left))
    frame = {"type": "qr", "qr": qr.png_data_uri(event.qr), "expires_in": int(left)}
    notify.to_page(session.pk, frame)


def _pairing_code(session: Session, row: EventRow, event: schemas.PairingCodeEvent) -> None:
    if session.state in _ONLINE:
        return
    session.state, session.reason = SessionState.PAIRING_CODE, ""
    funnel.reached(session.company, funnel.Step.CODE)
    left = int(event.expires_in - _age(row))
    if left > 0:
        notify.to_page(session.pk, {"type": "pairing_code", "code": event.code, "expires_in": left})


def _pairing_failed(session: Session, event: schemas.PairingFailedEvent) -> None:
    """No code for this number: the pairing itself goes on, by QR. The other codes come with `qr_ended`."""
    session.pairing_phone = ""
    if event.code in _NO_CODE and session.state in _PAIRING:
        session.state = SessionState.STARTING
        code, text = _NO_CODE[event.code]
        notify.error(session.pk, code=code, message=str(text))
        enqueue(Job.PAIRING_START, session.pk)


def _qr_ended(session: Session, event: schemas.QrEndedEvent) -> None:
    _pairing_over(session, event.reason or "qr_ended")
    if event.reason == VERSION_REFUSED:
        # Another round would end the same way: the page is told instead of asking for one.
        _tell_of_the_version(event.version)
        notify.error(session.pk, code=VERSION_REFUSED, message=str(_VERSION_REFUSED))
    else:
        notify.pairing_ended(session.pk)


def _pairing_over(session: Session, reason: str) -> None:
    if session.state in _PAIRING:
        session.state, session.reason = SessionState.IDLE, reason[:200]
        session.pairing_phone = ""
    transaction.on_commit(partial(qr.forget, session.pk))


def _connected(session: Session, event: schemas.ConnectedEvent) -> None:
    session.state, session.reason = SessionState.CONNECTED, ""
    if not event.fresh and erasure.is_left_over(session.company, session):
        # A bridge was away while the salon removed the application and installed it anew.
        enqueue(Job.SESSION_CLOSE, session.pk)
        return
    if event.fresh:
        old_chats.linked(session, another=event.e164 != session.phone)
    session.phone, session.jid, session.lid = event.e164, event.jid[:100], (event.lid or "")[:100]
    session.pairings, session.pairing_phone, session.down_since = 0, "", None
    transaction.on_commit(partial(qr.forget, session.pk))
    try:
        with transaction.atomic():
            activation.mark_connected(session.pk, phone=event.e164, at=clock.now())
    except ConflictError as error:
        if error.code in _REFUSALS:
            _refuse(session, error, fresh=event.fresh)
        elif error.code in _FORBIDDEN:
            _close(session, error)
        else:
            raise TryAgain(error.code) from error
        return
    notify.to_page(session.pk, {"type": "connected", "phone": event.e164})
    log.info("whatsapp.session_connected", company_id=session.pk, fresh=event.fresh)
    outbox.wake(session.pk)


def _refuse(session: Session, error: ConflictError, *, fresh: bool) -> None:
    """This salon may not have that phone: one linked a moment ago is unlinked, another only stopped."""
    session.reason = f"{REFUSED}{error.code}{'' if fresh else KEPT}"
    text = _CANNOT_CONNECT.get(error.code, error.message)
    company = Company.objects.get(pk=session.pk)
    raise_alarm(error.code, f"{company}: {text}", company_id=session.pk, email=company.email or "")
    notify.error(session.pk, code=error.code, message=str(text))
    enqueue(Job.SESSION_CLOSE, session.pk)


def _close(session: Session, error: ConflictError) -> None:
    """A person switched this salon off while its phone was on the way back."""
    session.reason = DISABLED
    notify.error(session.pk, code=error.code, message=error.message)
    enqueue(Job.SESSION_CLOSE, session.pk)


def _disconnected(session: Session, event: schemas.DisconnectedEvent) -> None:
    reason = event.reason or str(event.code or "disconnected")
    if str(event.code) == pacing.TOO_MANY:
        pacing.refused(session.pk, pacing.TOO_MANY)
    if session.state in _PAIRING:
        # A restart in the middle of pairing (515) is part of it; anything else ends the attempt.
        if event.will_reconnect:
            session.state = SessionState.STARTING
            funnel.reached(session.company, funnel.Step.SCANNED)
            return
        _pairing_over(session, reason)
        notify.pairing_ended(session.pk)
        return
    if session.state not in _ONLINE:
        return
    session.down_since = session.down_since or datetime.now(UTC)
    session.reason = reason[:200]
    if reason == VERSION_REFUSED:
        _tell_of_the_version(event.version)
    if event.will_reconnect:
        # A short break is nobody's business; ten minutes are (`watch.session_down`).
        session.state = SessionState.RECONNECTING
        return
    session.state = SessionState.IDLE
    activation.mark_disconnected(session.pk, reason=reason)
    notify.to_page(session.pk, {"type": "disconnected", "reason": reason})
    if reason != _STOPPED:
        _tell_of_the_end(session, reason)


def _logged_out(session: Session, event: schemas.LoggedOutEvent) -> None:
    reason = event.reason or "logged_out"
    was_ours = not session.reason.startswith(REFUSED)
    session.state, session.reason = SessionState.LOGGED_OUT, reason[:200]
    session.down_since = session.down_since or datetime.now(UTC)
    session.pairing_phone, session.jid, session.lid = "", "", ""
    transaction.on_commit(partial(qr.forget, session.pk))
    if was_ours:
        activation.mark_logged_out(session.pk, reason=reason)
    notify.to_page(session.pk, {"type": "disconnected", "reason": "logged_out"})


def _tell_of_the_end(session: Session, reason: str) -> None:
    """WhatsApp closed the door (403: the number is blocked): trying again would make it worse."""
    company = Company.objects.get(pk=session.pk)
    raise_alarm(
        "session_ended",
        f"{company}: WhatsApp прекратил подключение ({reason}), клиентам никто не отвечает. "
        "Проверьте WhatsApp на телефоне салона и напишите нам, прежде чем подключать снова.",
        company_id=session.pk,
        email=company.email or "",
    )


def _tell_of_the_version(version: str) -> None:
    """One alarm for all salons: the cure is the operator's."""
    raise_alarm(
        "whatsapp_version_refused",
        f"WhatsApp больше не принимает версию {version or 'протокола'}, с которой работает мост: "
        "салоны не могут подключиться. Обновите мост до версии со свежим baileys; "
        "ключи салонов целы, новый QR-код не понадобится.",
    )


def _age(row: EventRow) -> float:
    """Real seconds since the bridge wrote the event."""
    return max(0.0, (datetime.now(UTC) - row.created_at).total_seconds())
