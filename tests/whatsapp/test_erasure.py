"""The end of an installation: the phone is unlinked, no credentials stay, and a new one begins clean."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from marketplace.models import Company, IntegrationStatus
from marketplace.services import activation, registration
from marketplace.services.access import AdminProof
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import SALON_PHONE, code, connected, make_unconnected, run_jobs, tell
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import bridge_rows, erasure, sessions


@pytest.fixture
def company(db: None, fast: None) -> Company:
    """Connected by a scan."""
    made = make_unconnected()
    tell(made, connected())
    made.refresh_from_db()
    return made


def _credentials(company: Company, *, lease_age: int) -> None:
    """What a bridge leaves in its schema; its lease ended `lease_age` seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bridge.leases (session_id, owner, epoch, expires_at)"
            " VALUES (%s, 'gone', 7, now() - make_interval(secs => %s))",
            [company.pk, lease_age],
        )
        cursor.execute(
            "INSERT INTO bridge.auth (session_id, type, id, value) VALUES (%s, 'creds', 'paired', '')",
            [company.pk],
        )
        cursor.execute(
            "INSERT INTO bridge.sent (session_id, message_id, content) VALUES (%s, 'A', '')",
            [company.pk],
        )


def _copies(company: Company) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bridge.sent WHERE session_id = %s", [company.pk])
        return int(cursor.fetchone()[0])


def _lease(company: Company) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wanted, owner, epoch FROM bridge.leases WHERE session_id = %s", [company.pk]
        )
        found: tuple[object, ...] = cursor.fetchone()
    return found


def _no_bridge(settings: Settings) -> None:
    settings.BRIDGE_URL = "http://127.0.0.1:9"


def _commands(bridge: BridgeServer) -> list[str]:
    return [item.path.rsplit("/", 1)[-1] for item in bridge.asked]


def test_uninstall_unlinks_the_phone_and_asks_once(company: Company, bridge: BridgeServer) -> None:
    for _ in range(3):
        activation.mark_uninstalled(company.pk)
        sessions.close(company.pk)

    session = Session.objects.get(pk=company.pk)
    assert _commands(bridge) == ["logout"]
    assert (session.state, session.reason) == (SessionState.IDLE, erasure.ERASED)
    assert (session.phone, session.jid, session.lid) == ("", "", "")


def test_word_of_the_bridge_is_not_enough_while_the_rows_are_there(
    company: Company, bridge: BridgeServer
) -> None:
    _credentials(company, lease_age=5)
    activation.mark_uninstalled(company.pk)

    sessions.close(company.pk)

    assert _commands(bridge) == ["logout"]
    assert bridge_rows.has_credentials(company.pk)
    assert Session.objects.get(pk=company.pk).jid != "", "asked again by the sweep"


@pytest.mark.parametrize(("lease_age", "erased"), [(-30, False), (60, False), (601, True)])
def test_without_a_bridge_the_credentials_are_erased_after_ten_minutes(
    company: Company, settings: Settings, lease_age: int, erased: bool
) -> None:
    _no_bridge(settings)
    _credentials(company, lease_age=lease_age)
    activation.mark_uninstalled(company.pk)

    sessions.close(company.pk)

    assert bridge_rows.has_credentials(company.pk) is not erased
    assert bool(_copies(company)) is not erased
    # A bridge that comes back late finds nothing to resume, and its old epoch writes nothing.
    assert _lease(company) == ((False, None, 8) if erased else (True, "gone", 7))


@pytest.mark.usefixtures("committed")
def test_erasure_that_failed_is_asked_again_until_it_succeeds(
    company: Company, bridge: BridgeServer
) -> None:
    run_jobs()
    bridge.answer("logout", (503, {"code": "busy"}), (200, {"state": "logged_out"}))
    with connection.cursor() as cursor:
        # A bridge drives the session: nobody but it may erase.
        cursor.execute(
            "INSERT INTO bridge.leases (session_id, owner, epoch, expires_at)"
            " VALUES (%s, 'busy', 1, now() + interval '1 minute')",
            [company.pk],
        )
    activation.mark_uninstalled(company.pk)
    run_jobs()
    assert Session.objects.get(pk=company.pk).jid

    for _ in range(2):
        Session.objects.update(updated_at=datetime.now(UTC) - timedelta(seconds=9))
        sessions.reconcile()
        run_jobs()

    assert _commands(bridge) == ["logout", "logout"]
    assert Session.objects.get(pk=company.pk).jid == ""


def _reinstalled(company: Company) -> Company:
    activation.mark_uninstalled(company.pk)
    again = registration.register(salon_id=company.salon_id, proof=AdminProof())
    assert again.created
    return again.company


def test_phone_of_the_former_installation_does_not_answer_for_the_new_one(
    company: Company, bridge: BridgeServer
) -> None:
    # Nobody closed the session in between: the bridge was away all the time, now it resumes.
    again = _reinstalled(company)

    tell(again, connected(fresh=False))

    again.refresh_from_db()
    assert again.integration_status == IntegrationStatus.PENDING
    assert again.whatsapp_connected is False
    sessions.close(company.pk)
    assert _commands(bridge) == ["logout"]


@pytest.mark.usefixtures("committed")
def test_new_installation_shows_a_code_after_the_old_phone_was_unlinked(
    company: Company, bridge: BridgeServer
) -> None:
    run_jobs()
    again = _reinstalled(company)

    sessions.page_opened(again)
    run_jobs()
    session = tell(again, code(), connected(SALON_PHONE))

    again.refresh_from_db()
    assert _commands(bridge)[:2] == ["logout", "start"]
    assert session.state == SessionState.CONNECTED
    assert again.integration_status == IntegrationStatus.ACTIVE
    assert again.whatsapp_phone == f"+{SALON_PHONE}"
