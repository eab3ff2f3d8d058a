"""Callback deliveries of salons in the YCLIENTS stand-in, and a look at what followed them."""

from datetime import UTC, datetime

from aiadmin.core import clock
from marketplace.models import CallbackDelivery, Company
from marketplace.services import activation, callback, hooks, registration
from marketplace.services.access import AdminProof
from tests.sandboxes import YclientsSandbox


def queued(yclients: YclientsSandbox) -> CallbackDelivery:
    """WhatsApp has just been connected, YCLIENTS does not know yet; it will register no webhook by
    itself, as happened live."""
    salon_id: int = yclients.new_salon(seed="small")["salon_id"]
    yclients.control.patch(f"/salons/{salon_id}", json={"callback_registers_hooks": False})
    company = registration.register(
        salon_id=salon_id, email="owner@example.test", proof=AdminProof()
    ).company
    activation.mark_connected(company.pk, phone=f"+7900{salon_id:07d}", at=clock.now())
    return CallbackDelivery.objects.get(company=company)


def acknowledged(yclients: YclientsSandbox) -> CallbackDelivery:
    """YCLIENTS took the callback a moment ago."""
    made = queued(yclients)
    callback.deliver(made.pk)
    made.refresh_from_db()
    assert made.status == CallbackDelivery.Status.DONE
    return made


def looked(delivery: CallbackDelivery) -> CallbackDelivery:
    """The delivery after one more look, whenever that was due."""
    CallbackDelivery.objects.filter(pk=delivery.pk, hooks_due_at__isnull=False).update(
        hooks_due_at=datetime.now(UTC)
    )
    hooks.look(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def hours_ahead(delivery: CallbackDelivery) -> float:
    """When the next look is due."""
    assert delivery.hooks_due_at is not None
    return (delivery.hooks_due_at - datetime.now(UTC)).total_seconds() / 3600


def status(delivery: CallbackDelivery) -> str | None:
    return Company.objects.get(pk=delivery.company_id).integration_status
