"""Who handles a webhook: one worker at a time, and another soon after a worker was killed."""

from datetime import UTC, datetime, timedelta

import pytest

from aiadmin.core import leases
from marketplace.models import Booking, WebhookEvent
from marketplace.services import webhook_claims as claims
from marketplace.services import webhooks
from tests.marketplace.killing import worker_in_call
from tests.marketplace.salons import SandboxSalon
from tests.marketplace.test_webhooks import receive, record_event, typed_by_the_salon
from tests.sandboxes import YclientsSandbox
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

_WORKER = (
    "from marketplace.services import webhooks\n[webhooks.process(pk) for pk in webhooks.due_ids()]"
)


def test_the_event_of_a_killed_worker_is_free_within_a_lease(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients).synced()
    record_id = typed_by_the_salon(salon)
    receive(salon, **record_event(salon, record_id))
    with worker_in_call(yclients, f"/record/{salon.company.salon_id}", _WORKER):
        assert webhooks.due_ids() == []

    event = WebhookEvent.objects.get()
    assert (event.status, event.attempts) == ("new", 1)
    assert event.due_at <= datetime.now(UTC) + timedelta(seconds=leases.LEASE_SECONDS)
    WebhookEvent.objects.update(due_at=datetime.now(UTC))
    webhooks.process(event.pk)
    event.refresh_from_db()
    assert (event.status, event.attempts) == ("done", 2)
    assert Booking.objects.filter(record_id=record_id).count() == 1


def test_a_long_handling_keeps_its_event(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients)
    receive(salon, **record_event(salon, 5))
    event = WebhookEvent.objects.select_related("company").get()
    assert claims.claim(event)
    patient = leases.Keeper(claims.claimed, "due_at", every=0.02)

    def left() -> float:
        return (WebhookEvent.objects.get().due_at - datetime.now(UTC)).total_seconds()

    with patient.held(event.pk, event.attempts):
        WebhookEvent.objects.update(due_at=datetime.now(UTC))
        wait_for("the renewal", lambda: left() > leases.LEASE_SECONDS / 2)
        webhooks.process(event.pk)
        assert WebhookEvent.objects.get().attempts == event.attempts
    patient.join()


def test_a_renewal_that_comes_late_changes_nothing(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients)
    receive(salon, **record_event(salon, 5))
    event = WebhookEvent.objects.select_related("company").get()
    assert claims.claim(event)
    later = datetime.now(UTC) + timedelta(minutes=15)

    for columns in ({"due_at": later}, {"attempts": 9, "due_at": datetime.now(UTC)}):
        WebhookEvent.objects.update(**columns)
        assert claims.keeper.renew(event.pk, event.attempts) == ("attempts" not in columns)
        assert WebhookEvent.objects.get().due_at == columns["due_at"]
