"""The sweep: it queues what was left behind and carries nothing out itself."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from aiadmin.core import clock
from aiadmin.core.queue import Job
from marketplace import tasks
from marketplace.models import (
    Booking,
    CallbackDelivery,
    Company,
    IntegrationStatus,
    SyncRun,
    WebhookEvent,
)
from marketplace.services import activation, registration
from marketplace.services.access import AdminProof
from marketplace.services.registration import Registration
from tests.marketplace.test_activation import Capture
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db


def test_everything_due_is_queued_and_nothing_is_done(
    registered: Registration, capture_jobs: Capture
) -> None:
    company = registered.company
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    activation.mark_connected(company.pk, phone="+79001234567", at=clock.now())
    SyncRun.objects.update(created_at=long_ago)
    event = WebhookEvent.objects.create(company=company, key="k", resource="record", body={})
    booking = Booking.objects.create(
        company=company, record_id=1, start=datetime.now(UTC), changed_at=long_ago
    )

    looked_after = CallbackDelivery.objects.create(
        company=company, install_generation=0, status="done", hooks_due_at=long_ago
    )

    with capture_jobs() as jobs:
        tasks.sweep()

    assert set(jobs) == {
        (Job.HOOKS_CHECK, looked_after.pk),
        (Job.WEBHOOK_PROCESS, event.pk),
        (Job.CALLBACK_SEND, CallbackDelivery.objects.get(status="queued").pk),
        (Job.SYNC_COMPANY, SyncRun.objects.get().pk),
        (Job.BOOKING_CHANGED, booking.pk),
    }
    event.refresh_from_db()
    assert (event.status, event.attempts) == ("new", 0)
    assert SyncRun.objects.get().attempts == 0
    assert set(CallbackDelivery.objects.values_list("attempts", "hooks_tries")) == {(0, 0)}


# --- Frozen salons -----------------------------------------------------------------------------------
@pytest.fixture
def frozen(yclients: YclientsSandbox) -> Company:
    """A salon that YCLIENTS froze, with WhatsApp connected."""
    salon_id: int = yclients.new_salon(seed="small")["salon_id"]
    company = registration.register(salon_id=salon_id, proof=AdminProof()).company
    activation.mark_connected(company.pk, phone=f"+7900{salon_id:07d}", at=clock.now())
    yclients.post(f"/salons/{salon_id}/status", status="frozen")
    assert activation.mark_frozen(company.pk)
    return company


def _hour_later(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(
        status_polled_at=datetime.now(UTC) - timedelta(minutes=61)
    )


def _status(company: Company) -> str | None:
    return Company.objects.get(pk=company.pk).integration_status


def test_frozen_salon_returns_when_yclients_says_so(
    frozen: Company, yclients: YclientsSandbox
) -> None:
    assert activation.frozen_due() == [], "not sooner than an hour after the freeze"
    _hour_later(frozen)
    assert activation.frozen_due() == [frozen.pk]
    tasks.poll_frozen(frozen.pk)
    assert _status(frozen) == IntegrationStatus.FROZEN

    yclients.post(f"/salons/{frozen.salon_id}/status", status="active")
    tasks.poll_frozen(frozen.pk)
    assert _status(frozen) == IntegrationStatus.FROZEN, "asked once an hour"
    _hour_later(frozen)
    tasks.poll_frozen(frozen.pk)

    assert _status(frozen) == IntegrationStatus.ACTIVE
    assert activation.frozen_due() == []


def test_unanswering_yclients_keeps_the_salon_frozen(
    frozen: Company, yclients: YclientsSandbox
) -> None:
    yclients.fault("/marketplace/salon/", "status", status=503)
    _hour_later(frozen)

    tasks.poll_frozen(frozen.pk)

    assert _status(frozen) == IntegrationStatus.FROZEN
    assert activation.frozen_due() == []


def test_staff_thaw_a_salon_by_hand(frozen: Company, admin_client: Client) -> None:
    admin_client.post(
        "/admin/marketplace/company/", {"action": "unfreeze", "_selected_action": [frozen.pk]}
    )

    assert _status(frozen) == IntegrationStatus.ACTIVE


def test_salon_connected_while_frozen_gets_its_first_sync_when_it_thaws(
    registered: Registration,
) -> None:
    company_id = registered.company.pk
    Company.objects.update(integration_status=IntegrationStatus.FROZEN)
    activation.mark_connected(company_id, phone="+79001234567", at=clock.now())
    assert not SyncRun.objects.exists()

    assert activation.mark_unfrozen(company_id)

    assert SyncRun.objects.filter(company_id=company_id).count() == 1
    assert CallbackDelivery.objects.filter(company_id=company_id).count() == 1
