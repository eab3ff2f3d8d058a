"""Who makes an attempt at the callback: one worker at a time, and another soon after a worker was killed."""

from datetime import UTC, datetime

import pytest

from aiadmin.core import leases
from marketplace.models import CallbackDelivery
from marketplace.services import callback
from tests.marketplace.deliveries import queued
from tests.marketplace.killing import worker_in_call
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(yclients: YclientsSandbox) -> CallbackDelivery:
    return queued(yclients)


@pytest.mark.django_db(transaction=True)
def test_the_attempt_of_a_killed_worker_is_free_within_a_lease(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    work = "from marketplace.services import callback; callback.deliver(callback.due_ids()[0])"
    with worker_in_call(yclients, "/marketplace/partner/callback", work):
        assert callback.due_ids() == []

    delivery.refresh_from_db()
    assert delivery.claimed_until is not None
    assert delivery.claimed_until <= leases.until()
    CallbackDelivery.objects.update(claimed_until=datetime.now(UTC))
    assert callback.due_ids() == [delivery.pk]
    callback.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == (CallbackDelivery.Status.DONE, 2)
    assert len(yclients.get(f"/salons/{delivery.company.salon_id}/callbacks")) == 1


def test_a_renewal_that_comes_late_holds_nothing(delivery: CallbackDelivery) -> None:
    CallbackDelivery.objects.update(attempts=1, claimed_until=leases.until())
    assert callback.keeper.renew(delivery.pk, 1)

    for columns in ({"claimed_until": None}, {"attempts": 2, "claimed_until": leases.until()}):
        CallbackDelivery.objects.update(**columns)
        assert not callback.keeper.renew(delivery.pk, 1)
