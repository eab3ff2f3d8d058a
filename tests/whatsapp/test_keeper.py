"""The thread that keeps running turns claimed."""

from datetime import UTC, datetime

import pytest

from aiadmin.core import leases
from marketplace.models import Company
from tests.waiting import wait_for
from tests.whatsapp.hands import arrive, chat
from whatsapp.models import Conversation
from whatsapp.services import keeper


@pytest.mark.usefixtures("committed")
def test_renewal_that_fails_in_any_way_ends_neither_the_others_nor_the_next(
    company: Company,
) -> None:
    conversation = arrive(company)
    patient = leases.Keeper(keeper.mine, "turn_until", every=0.02)

    with patient.held("nonsense", 1), patient.held(conversation.pk, 7):  # type: ignore[arg-type]
        for _ in range(3):
            Conversation.objects.update(turn_epoch=7, turn_until=datetime.now(UTC))
            wait_for_renewal(company)
    patient.join()


def wait_for_renewal(company: Company) -> None:
    def renewed() -> bool:
        until = chat(company).turn_until
        assert until is not None
        return (until - datetime.now(UTC)).total_seconds() > leases.LEASE_SECONDS / 2

    wait_for("the renewal", renewed)
