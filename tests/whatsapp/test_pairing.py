"""Pairing: started by a page, told to it, repeated a few times, and never begun in vain."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from aiadmin.core.errors import AppError
from aiadmin.core.queue import Job
from marketplace import qr
from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import SALON_PHONE as PHONE
from tests.whatsapp.hands import code, make_company, make_unconnected, run_jobs, tell
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import sessions


@pytest.fixture
def company(db: None, fast: None) -> Company:
    """Registered, not connected yet."""
    return make_unconnected(catalog_synced_at=None)


@pytest.mark.usefixtures("committed")
def test_page_starts_a_pairing_and_its_code_is_kept_for_twenty_seconds(
    company: Company, bridge: BridgeServer
) -> None:
    sessions.page_opened(company)
    run_jobs()
    assert bridge.of("start")[0].body == {"mode": "qr"}
    assert sessions.get(company.pk).state == SessionState.STARTING

    assert tell(company, code()).state == SessionState.QR
    kept = qr.current(company.pk)
    assert kept is not None
    assert kept.text == "2@ref,noise,identity,adv"
    assert 15 <= kept.expires_in <= 20
    frame = sessions.qr_frame(company.pk)
    assert frame is not None
    assert frame["qr"].startswith("data:image/png;base64,")


@pytest.mark.usefixtures("committed")
def test_spent_codes_begin_again_five_times_and_then_wait_for_a_person(
    company: Company, bridge: BridgeServer
) -> None:
    sessions.page_opened(company)
    rounds = 0
    while rounds < 10:
        rounds += 1
        run_jobs()
        tell(company, code(), ("qr_ended", {"reason": "expired"}))
        if not sessions.continue_pairing(company.pk):
            break

    assert rounds == sessions.MAX_PAIRINGS
    assert len(bridge.of("start")) == sessions.MAX_PAIRINGS
    sessions.request_pairing(company)
    run_jobs()
    assert len(bridge.of("start")) == sessions.MAX_PAIRINGS + 1


@pytest.mark.usefixtures("committed")
def test_several_open_pages_begin_one_round(company: Company, bridge: BridgeServer) -> None:
    sessions.page_opened(company)
    run_jobs()
    tell(company, code(), ("qr_ended", {"reason": "expired"}))

    assert all(sessions.continue_pairing(company.pk) for _ in range(3))
    run_jobs()

    assert len(bridge.of("start")) == 2


@pytest.mark.usefixtures("committed")
def test_pairing_by_code_names_the_phone(company: Company, bridge: BridgeServer) -> None:
    sessions.request_pairing(company, phone="8 (900) 555-00-01")
    run_jobs()

    assert bridge.of("start")[0].body == {"mode": "code", "phone": PHONE}
    shown = tell(company, ("pairing_code", {"code": "ABCD1234", "phone": PHONE, "expires_in": 60}))
    assert shown.state == SessionState.PAIRING_CODE


@pytest.mark.parametrize("why", ["refused", "rate_limited"])
@pytest.mark.usefixtures("committed")
def test_refused_number_goes_back_to_the_qr(
    why: str, company: Company, bridge: BridgeServer
) -> None:
    sessions.request_pairing(company, phone=f"+{PHONE}")
    run_jobs()
    tell(company, ("pairing_failed", {"code": why, "message": "bad-request"}))
    run_jobs()

    assert [item.body["mode"] for item in bridge.of("start")] == ["code", "qr"]


@pytest.mark.parametrize("phone", ["12", "не номер"])
@pytest.mark.usefixtures("committed")
def test_bad_number_is_refused_before_anybody_is_asked(
    company: Company, bridge: BridgeServer, phone: str
) -> None:
    with pytest.raises(AppError) as refusal:
        sessions.request_pairing(company, phone=phone)

    assert refusal.value.code == "bad_phone"
    run_jobs()
    assert not bridge.asked


@pytest.mark.usefixtures("committed")
def test_bridge_that_was_away_is_asked_again_by_the_sweep(
    company: Company, bridge: BridgeServer
) -> None:
    bridge.answer("start", (503, {"code": "busy"}), (202, {"state": "starting"}))
    sessions.page_opened(company)
    run_jobs()
    assert len(bridge.of("start")) == 1

    Session.objects.update(updated_at=datetime.now(UTC) - timedelta(seconds=9))
    sessions.reconcile()
    sessions.reconcile()
    assert run_jobs() == [Job.PAIRING_START.task]

    assert len(bridge.of("start")) == 2


def test_pairing_of_a_bridge_that_died_ends_by_itself(company: Company) -> None:
    tell(company, code())
    Session.objects.update(updated_at=datetime.now(UTC) - timedelta(seconds=50))

    sessions.reconcile()

    assert sessions.get(company.pk).state == SessionState.IDLE


def test_second_salon_of_a_single_tenant_installation_is_refused(
    company: Company, settings: Settings
) -> None:
    settings.WHATSAPP_MULTI_TENANT = False
    make_company()

    with pytest.raises(AppError) as refusal:
        sessions.page_opened(company)

    assert refusal.value.code == "single_tenant"
