"""Webhooks: stored first, processed by re-reading, so that order and repetition do not matter."""

import json

import pytest
from django.conf import settings

from aiadmin.core.errors import AppError, ForbiddenError
from aiadmin.core.models import Alarm
from marketplace.models import Booking, IntegrationStatus, WebhookEvent
from marketplace.services import webhooks
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon(yclients: YclientsSandbox) -> SandboxSalon:
    return SandboxSalon(yclients).synced()


def typed_by_the_salon(salon: SandboxSalon, hour: int = 13) -> int:
    record = salon.sandbox.post(
        f"/salons/{salon.company.salon_id}/records",
        staff_id=salon.master("Сергей"),
        service_ids=[salon.service("Мужская стрижка")],
        start=f"{salon.at(hour):%Y-%m-%d %H:%M}",
        phone="79000000003",
        name="Лев",
    )
    return int(record["id"])


def receive(salon: SandboxSalon, **body: object) -> None:
    webhooks.receive(salon.company, json.dumps(body).encode())


def record_event(salon: SandboxSalon, record_id: int, status: str = "create") -> dict[str, object]:
    return {
        "company_id": salon.company.salon_id,
        "resource": "record",
        "resource_id": record_id,
        "status": status,
        "data": {"id": record_id, "date": "1999-01-01 00:00:00"},
    }


def process_all() -> None:
    for event_id in webhooks.due_ids():
        webhooks.process(event_id)


def test_the_record_is_read_again_not_believed(salon: SandboxSalon) -> None:
    record_id = typed_by_the_salon(salon)

    receive(salon, **record_event(salon, record_id))
    process_all()

    row = Booking.objects.get(company=salon.company, record_id=record_id)
    assert (row.start, row.client_phone) == (salon.at(13), "+79000000003")


def test_repeats_are_one_row_and_order_does_not_matter(salon: SandboxSalon) -> None:
    record_id = typed_by_the_salon(salon)
    for _ in range(5):
        receive(salon, **record_event(salon, record_id, "delete"))
    receive(salon, **record_event(salon, record_id, "create"))

    process_all()

    assert WebhookEvent.objects.count() == 2
    assert Booking.objects.get(record_id=record_id).is_deleted is False


def test_deleted_by_the_salon_is_deleted_here(salon: SandboxSalon) -> None:
    record_id = typed_by_the_salon(salon)
    receive(salon, **record_event(salon, record_id))
    process_all()
    path = f"/salons/{salon.company.salon_id}/records/{record_id}"
    salon.sandbox.control.delete(path).raise_for_status()

    receive(salon, **record_event(salon, record_id, "delete"))
    process_all()

    assert Booking.objects.get(record_id=record_id).is_deleted is True


def test_foreign_salon_is_stored_ignored_and_told(salon: SandboxSalon) -> None:
    receive(salon, **{**record_event(salon, 1), "company_id": 1})
    process_all()

    event = WebhookEvent.objects.get()
    assert event.status == WebhookEvent.Status.IGNORED
    assert Alarm.objects.filter(kind="webhook_foreign").count() == 1
    assert not Booking.objects.filter(record_id=1).exists()


def test_seed_names_and_unknown_resources(salon: SandboxSalon) -> None:
    record_id = typed_by_the_salon(salon)
    receive(salon, type="booking_created", data={"id": record_id}, created_at="2026-01-01")
    receive(salon, resource="goods_operations_sale", resource_id=5, status="create", data={})
    process_all()

    assert Booking.objects.filter(record_id=record_id).exists()
    assert WebhookEvent.objects.get(resource="goods_operations_sale").status == "ignored"


@pytest.mark.parametrize("raw", [b"", b"{", b"1", b'"x"', b"[" * 5000, b'{"a": "\\u0000"}', b"[1]"])
def test_what_is_no_event_is_refused(salon: SandboxSalon, raw: bytes) -> None:
    with pytest.raises(AppError) as caught:
        webhooks.receive(salon.company, raw)

    assert caught.value.status == 400
    assert WebhookEvent.objects.count() == 0


def test_outage_keeps_the_event(salon: SandboxSalon) -> None:
    record_id = typed_by_the_salon(salon)
    salon.sandbox.fault(f"/record/{salon.company.salon_id}", "status", status=503)
    receive(salon, **record_event(salon, record_id))
    process_all()
    event = WebhookEvent.objects.get()
    assert (event.status, event.attempts) == ("new", 1)

    salon.sandbox.heal()
    WebhookEvent.objects.update(due_at=event.received_at)
    process_all()

    assert Booking.objects.filter(record_id=record_id).exists()


def lifecycle(salon: SandboxSalon, event: str, token: str = "") -> None:
    webhooks.lifecycle(
        {
            "salon_id": salon.company.salon_id,
            "application_id": settings.YCLIENTS_APPLICATION_ID,
            "event": event,
            "partner_token": token or settings.YCLIENTS_API_KEY,
        }
    )


def test_uninstall_and_freeze_come_any_number_of_times(salon: SandboxSalon) -> None:
    lifecycle(salon, "freeze")
    lifecycle(salon, "freeze")
    salon.company.refresh_from_db()
    assert salon.company.integration_status == IntegrationStatus.FROZEN

    lifecycle(salon, "uninstall")
    lifecycle(salon, "uninstall")
    salon.company.refresh_from_db()
    assert salon.company.integration_status == IntegrationStatus.UNINSTALLED


def test_wrong_partner_token_changes_nothing(salon: SandboxSalon) -> None:
    with pytest.raises(ForbiddenError):
        lifecycle(salon, "uninstall", token="guess")

    salon.company.refresh_from_db()
    assert salon.company.integration_status == IntegrationStatus.ACTIVE
