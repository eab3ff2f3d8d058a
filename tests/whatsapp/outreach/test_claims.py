"""Who says what is due: one pass at a time, and another soon after a worker was killed."""

from datetime import UTC, datetime

import pytest

from aiadmin.core import leases
from tests.marketplace.killing import worker_in_call
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.outreach.hands import go_to, texts, visit
from whatsapp.models import Outreach
from whatsapp.services import outreach, outreach_send

pytestmark = pytest.mark.usefixtures("committed", "clock_file")


def planned(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    go_to(small.at(19))
    outreach.beat()


def test_what_a_killed_worker_was_at_is_free_within_a_lease(small: SandboxSalon) -> None:
    planned(small)
    work = f"from whatsapp.services import outreach_send; outreach_send.send({small.company.pk})"
    with worker_in_call(small.sandbox, f"/records/{small.company.salon_id}", work):
        assert outreach_send.send(small.company.pk) == 0

    row = Outreach.objects.get()
    assert row.claimed_until is not None
    assert row.claimed_until <= leases.until()
    assert texts(small) == []
    Outreach.objects.update(claimed_until=datetime.now(UTC))
    assert outreach_send.send(small.company.pk) == 1
    assert len(texts(small)) == 1


def test_a_renewal_that_comes_late_holds_nothing(small: SandboxSalon) -> None:
    planned(small)
    soon = leases.until()
    Outreach.objects.update(claim=7, claimed_until=datetime.now(UTC))
    assert outreach_send.keeper.renew(small.company.pk, 7)
    assert outreach_send.send(small.company.pk) == 0

    for columns in (
        {"claimed_until": None},
        {"claimed_until": soon, "claim": 8},
        {"claim": 7, "status": "queued"},
    ):
        Outreach.objects.update(**columns)
        assert not outreach_send.keeper.renew(small.company.pk, 7)
