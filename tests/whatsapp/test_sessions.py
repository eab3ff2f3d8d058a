"""Pairing and connection: the session follows the bridge's events, the company and the page follow it."""

from datetime import UTC, datetime, timedelta

import pytest

from aiadmin.core.models import Alarm
from marketplace import qr
from marketplace.models import Company, IntegrationStatus
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import SALON_PHONE as PHONE
from tests.whatsapp.hands import (
    code,
    connected,
    gone,
    make_company,
    make_unconnected,
    run_jobs,
    tell,
)
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import sessions, watch
from whatsapp.services.connection import DISABLED


@pytest.fixture
def company(db: None, fast: None) -> Company:
    """Registered, not connected yet."""
    return make_unconnected(catalog_synced_at=None)


def test_scan_makes_the_company_active_and_its_code_disappears(
    company: Company, bridge: BridgeServer
) -> None:
    session = tell(company, code(), connected())

    company.refresh_from_db()
    assert session.state == SessionState.CONNECTED
    assert session.phone == f"+{PHONE}"
    assert company.integration_status == IntegrationStatus.ACTIVE
    assert company.whatsapp_connected is True
    assert company.whatsapp_phone == f"+{PHONE}"
    assert qr.current(company.pk) is None


@pytest.mark.usefixtures("committed")
def test_number_of_another_salon_is_refused_logged_out_and_told(
    company: Company, bridge: BridgeServer
) -> None:
    make_company(whatsapp_phone=f"+{PHONE}")

    tell(company, code(), connected())
    run_jobs()
    session = tell(company, ("logged_out", {"code": 0, "reason": "logout_requested"}))

    company.refresh_from_db()
    assert company.integration_status == IntegrationStatus.PENDING
    assert company.whatsapp_connected is False
    assert len(bridge.of("logout")) == 1
    assert session.state == SessionState.LOGGED_OUT
    assert Alarm.objects.filter(kind="number_taken", company_id=company.pk).count() == 1


@pytest.mark.usefixtures("committed")
def test_old_session_whose_number_now_answers_elsewhere_is_stopped_with_its_credentials(
    company: Company, bridge: BridgeServer
) -> None:
    make_company(whatsapp_phone=f"+{PHONE}")

    tell(company, connected(fresh=False))
    run_jobs()

    assert [item.path.rsplit("/", 1)[-1] for item in bridge.asked] == ["stop"]
    assert sessions.get(company.pk).state == SessionState.IDLE


def test_older_event_never_moves_the_session(company: Company) -> None:
    tell(company, connected())
    Session.objects.update(last_event_id=10**12)

    session = tell(company, ("logged_out", {"code": 401, "reason": "logged_out"}))

    company.refresh_from_db()
    assert session.state == SessionState.CONNECTED
    assert company.whatsapp_connected is True


def test_short_break_leaves_the_company_connected(company: Company) -> None:
    session = tell(company, connected(), gone(will_reconnect=True))

    company.refresh_from_db()
    assert session.state == SessionState.RECONNECTING
    assert session.down_since is not None
    assert company.whatsapp_connected is True

    back = tell(company, connected(fresh=False))
    assert back.state == SessionState.CONNECTED
    assert back.down_since is None


def test_ten_minutes_without_whatsapp_are_an_alarm(company: Company) -> None:
    tell(company, connected(), gone(will_reconnect=True))
    watch.session_down()
    assert not Alarm.objects.filter(kind="session_down").exists()

    Session.objects.update(down_since=datetime.now(UTC) - timedelta(minutes=11))
    watch.session_down()
    watch.session_down()

    company.refresh_from_db()
    assert Alarm.objects.filter(kind="session_down", company_id=company.pk).count() == 1
    assert company.whatsapp_connected is False


def test_end_without_return_disconnects_the_company(company: Company) -> None:
    session = tell(company, connected(), gone(will_reconnect=False))

    company.refresh_from_db()
    assert session.state == SessionState.IDLE
    assert company.whatsapp_connected is False
    assert company.integration_status == IntegrationStatus.ACTIVE
    assert Alarm.objects.filter(kind="session_ended", company_id=company.pk).count() == 1


def test_end_that_we_asked_for_is_no_alarm(company: Company) -> None:
    stopped = {"code": 0, "reason": "stopped", "will_reconnect": False}
    tell(company, connected(), ("disconnected", stopped))

    assert not Alarm.objects.exists()


@pytest.mark.usefixtures("committed")
def test_phone_that_logs_out_is_told_to_the_owner_and_can_be_linked_again(
    company: Company, bridge: BridgeServer
) -> None:
    session = tell(company, connected(), ("logged_out", {"code": 401, "reason": "logged_out"}))

    company.refresh_from_db()
    assert session.state == SessionState.LOGGED_OUT
    assert company.whatsapp_connected is False
    assert company.integration_status == IntegrationStatus.ACTIVE
    assert Alarm.objects.filter(kind="whatsapp_logged_out", company_id=company.pk).exists()

    sessions.page_opened(company)
    run_jobs()
    assert len(bridge.of("start")) == 1
    assert tell(company, code(), connected()).state == SessionState.CONNECTED


@pytest.mark.usefixtures("committed")
def test_close_that_was_lost_is_repeated_and_a_flag_set_again_resumes(
    company: Company, bridge: BridgeServer
) -> None:
    tell(company, connected())
    run_jobs()
    Company.objects.update(whatsapp_enabled=False)
    Session.objects.update(updated_at=datetime.now(UTC) - timedelta(seconds=9))
    sessions.reconcile()
    run_jobs()
    assert len(bridge.of("stop")) == 1
    assert sessions.get(company.pk).reason == DISABLED

    Company.objects.update(whatsapp_enabled=True)
    Session.objects.update(updated_at=datetime.now(UTC) - timedelta(seconds=9))
    sessions.reconcile()
    run_jobs()

    assert [item.body for item in bridge.of("start")] == [{"mode": "resume"}]
    assert sessions.get(company.pk).state == SessionState.RECONNECTING


@pytest.mark.usefixtures("committed")
def test_working_session_is_left_alone(company: Company, bridge: BridgeServer) -> None:
    tell(company, connected())
    run_jobs()

    sessions.close(company.pk)
    sessions.start_pairing(company.pk)
    Session.objects.update(updated_at=datetime.now(UTC) - timedelta(hours=1))
    sessions.reconcile()
    run_jobs()

    assert not bridge.asked
