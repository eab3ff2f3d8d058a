"""Whether the sweep has to look at sessions at all."""

from collections.abc import Callable

import pytest

from marketplace.models import Company, IntegrationStatus
from tests.whatsapp.hands import SALON_PHONE
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import session_rows
from whatsapp.services.connection import DISABLED, REFUSED


def _change(company: Company, salon: dict[str, object] | None = None, **columns: object) -> None:
    Session.objects.filter(pk=company.pk).update(**columns)
    Company.objects.filter(pk=company.pk).update(**{"whatsapp_enabled": True, **(salon or {})})


UNSETTLED: dict[str, Callable[[Company], None]] = {
    **{
        f"a pairing at {state}": lambda company, at=state: _change(company, state=at)  # type: ignore[misc]  # bound now
        for state in (SessionState.STARTING, SessionState.QR, SessionState.PAIRING_CODE)
    },
    "one of a salon switched off": lambda company: _change(company, {"whatsapp_enabled": False}),
    "a refused number": lambda company: _change(company, reason=f"{REFUSED}taken"),
    "one closed on paper": lambda company: _change(company, reason=DISABLED),
    "a phone of an installation that is over": lambda company: _change(
        company,
        {"integration_status": IntegrationStatus.UNINSTALLED},
        state=SessionState.IDLE,
        jid=f"{SALON_PHONE}@s.whatsapp.net",
    ),
    "a flag set again": lambda company: _change(company, state=SessionState.IDLE, reason=DISABLED),
}


@pytest.mark.parametrize("what", UNSETTLED)
def test_session_that_wants_something_done_is_seen(company: Company, what: str) -> None:
    UNSETTLED[what](company)

    assert any(session_rows.unsettled())


@pytest.mark.parametrize("state", [SessionState.CONNECTED, SessionState.LOGGED_OUT])
def test_session_that_wants_nothing_is_not(company: Company, state: SessionState) -> None:
    _change(company, state=state)

    assert not any(session_rows.unsettled())
