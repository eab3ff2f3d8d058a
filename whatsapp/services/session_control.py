"""What a person orders of a session: drop the connection and come back, or unlink the phone."""

import structlog

from whatsapp import gateway

log = structlog.get_logger(__name__)


def restart(company_id: int) -> bool:
    """Closes the salon's connection and opens it anew, with its kept credentials. False: no bridge did it.

    The row follows the bridge's events. Whoever is killed in between leaves a stopped session, which
    `watch.session_down` tells of.
    """
    if isinstance(gateway.stop(company_id), gateway.Unreachable):
        return False
    if not isinstance(gateway.start(company_id, mode="resume"), gateway.Done):
        return False
    log.info("whatsapp.session_restarted", company_id=company_id)
    return True


def log_out(company_id: int) -> bool:
    """Unlinks the phone: the credentials are deleted by WhatsApp's word. False: no bridge did it.

    What follows (the state, the owner's letter) comes with the bridge's event.
    """
    done = isinstance(gateway.logout(company_id), gateway.Done | gateway.NotConnected)
    if done:
        log.info("whatsapp.session_logged_out", company_id=company_id)
    return done
