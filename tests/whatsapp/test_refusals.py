"""A phone that connects where it may not: credentials go only when it was linked a moment ago."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from marketplace.models import Company, IntegrationStatus
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import connected, event, run_jobs, tell, waiting_events
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import inbox, sessions
from whatsapp.services.connection import DISABLED, TryAgain

SWITCHED_OFF = [
    pytest.param({"whatsapp_enabled": False}, id="whatsapp_disabled"),
    pytest.param({"integration_status": IntegrationStatus.UNINSTALLED}, id="uninstalled"),
]


def commands(bridge: BridgeServer) -> list[str]:
    return [item.path.rsplit("/", 1)[-1] for item in bridge.asked]


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("fresh", [True, False])
def test_phone_of_a_salon_that_is_switched_off_is_stopped_and_stays_linked(
    company: Company, bridge: BridgeServer, fresh: bool
) -> None:
    Company.objects.update(whatsapp_enabled=False)

    tell(company, connected(fresh=fresh))
    run_jobs()

    assert commands(bridge) == ["stop"]
    session = sessions.get(company.pk)
    assert (session.state, session.reason) == (SessionState.IDLE, DISABLED)


@pytest.mark.usefixtures("committed")
def test_salon_switched_on_before_its_session_was_closed_comes_back_without_a_code(
    company: Company, bridge: BridgeServer
) -> None:
    Company.objects.update(whatsapp_enabled=False)
    tell(company, connected(fresh=False))
    Company.objects.update(whatsapp_enabled=True)
    run_jobs()

    Session.objects.update(updated_at=datetime.now(UTC) - timedelta(seconds=9))
    sessions.reconcile()
    run_jobs()

    assert commands(bridge) == ["stop", "start"]
    assert bridge.of("start")[0].body == {"mode": "resume"}


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(("fresh", "command"), [(True, "logout"), (False, "stop")])
def test_second_salon_of_a_single_tenant_installation_is_unlinked_only_when_new(
    company: Company, bridge: BridgeServer, settings: Any, fresh: bool, command: str
) -> None:
    settings.WHATSAPP_MULTI_TENANT = False
    Company.objects.create(
        title="Другой",
        external_company_id=1,
        yclients_id=1,
        whatsapp_connected=True,
        whatsapp_phone="+79990000001",
    )

    tell(company, connected(fresh=fresh))
    run_jobs()

    assert commands(bridge) == [command]


def test_connection_to_a_salon_whose_row_is_contended_is_tried_again_and_never_buried(
    company: Company, bridge: BridgeServer
) -> None:
    with connection.cursor() as cursor:
        # Every compare-and-set loses, as if somebody else had just written.
        cursor.execute(
            "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NULL; END $$;"
            "CREATE TRIGGER lose BEFORE UPDATE ON companies FOR EACH ROW EXECUTE FUNCTION lose()"
        )
        event(company, connected()[0], **connected(fresh=False)[1])
        for _ in range(4):
            with pytest.raises(TryAgain):
                inbox.drain(company.pk)
        assert waiting_events(company) == 1
        cursor.execute("DROP TRIGGER lose ON companies")

    inbox.drain(company.pk)

    company.refresh_from_db()
    assert waiting_events(company) == 0
    assert company.whatsapp_phone == sessions.get(company.pk).phone
    assert not bridge.asked


@pytest.mark.parametrize("columns", SWITCHED_OFF)
def test_late_request_does_not_resume_a_salon_that_was_removed_meanwhile(
    company: Company, bridge: BridgeServer, columns: dict[str, Any]
) -> None:
    Session.objects.update(state=SessionState.IDLE, reason=DISABLED)
    Company.objects.update(**columns)

    sessions.start_asked(company.pk)
    sessions.start_asked(0)

    assert not bridge.asked
    assert sessions.get(company.pk).state == SessionState.IDLE
