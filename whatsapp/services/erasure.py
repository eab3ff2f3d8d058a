"""The end of an installation: its phone is unlinked and its credentials are erased, bridge or no bridge.

WhatsApp hears of it through the bridge. When no bridge has driven the session for ten minutes, nobody is
left to tell it: then the rows are deleted here, and the phone lists a device that never comes back.
"""

from datetime import UTC, datetime

import structlog

from marketplace.models import Company, IntegrationStatus
from marketplace.services import activation
from whatsapp import gateway
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import bridge_rows, old_chats

log = structlog.get_logger(__name__)

# Real seconds without any bridge after which the session counts as abandoned.
ABANDONED = 600
# Why such a session rests.
ERASED = "erased"

_RESTING = (SessionState.IDLE, SessionState.LOGGED_OUT)


def is_left_over(company: Company, session: Session) -> bool:
    """The session's phone belongs to an installation that is over: the present one has linked none."""
    return bool(session.jid) and (
        company.integration_status == IntegrationStatus.PENDING and company.connected_at is None
    )


def erase(session: Session) -> bool:
    """Unlinks the phone, erases its credentials and its copies of messages. Safe twice.

    False: not yet, ask again.

    Calls the bridge: never inside a transaction.
    """
    company_id = session.pk
    if (
        session.state in _RESTING
        and not session.jid
        and not bridge_rows.has_credentials(company_id)
    ):
        return True
    outcome = gateway.logout(company_id)
    # The bridge's word is checked: a store that failed under it leaves the rows.
    told = isinstance(outcome, gateway.Done | gateway.NotConnected)
    told = told and not bridge_rows.has_credentials(company_id)
    if not told and not bridge_rows.erase_abandoned(company_id, ABANDONED):
        log.warning("whatsapp.erase_failed", company_id=company_id)
        return False
    bridge_rows.delete_content(company_id)
    old_chats.forget(session.company)
    Session.objects.filter(pk=company_id).update(
        state=SessionState.IDLE,
        reason=ERASED,
        phone="",
        jid="",
        lid="",
        pairing_phone="",
        down_since=None,
        updated_at=datetime.now(UTC),
    )
    activation.mark_disconnected(company_id, reason=ERASED)
    log.info("whatsapp.session_erased", company_id=company_id, phone_told=told)
    return True
