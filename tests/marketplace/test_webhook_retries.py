"""Webhooks that cannot be handled at once: tried for a day, then told; changes are announced."""

from datetime import UTC, datetime, timedelta

import pytest

from aiadmin.core.errors import AppError
from aiadmin.core.models import Alarm
from marketplace.models import Booking, Company, WebhookEvent
from marketplace.services import bookings, webhooks
from tests.marketplace.salons import SandboxSalon
from tests.marketplace.test_webhooks import (
    process_all,
    receive,
    record_event,
    typed_by_the_salon,
)
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon(yclients: YclientsSandbox) -> SandboxSalon:
    return SandboxSalon(yclients).synced()


def _tried(*, hours: float = 0, **columns: object) -> WebhookEvent:
    """The only event, tried once more `hours` after it came."""
    if hours:
        columns["received_at"] = datetime.now(UTC) - timedelta(hours=hours)
    WebhookEvent.objects.update(due_at=datetime.now(UTC), **columns)
    process_all()
    return WebhookEvent.objects.get()


def _received(salon: SandboxSalon, status: int) -> None:
    salon.sandbox.fault(f"/record/{salon.company.salon_id}", "status", status=status)
    receive(salon, **record_event(salon, 5))


def test_outage_of_a_day_is_waited_out(salon: SandboxSalon) -> None:
    _received(salon, 503)

    event = _tried(hours=23, attempts=90)

    assert event.status == "new"
    wait = (event.due_at - datetime.now(UTC)).total_seconds()
    assert 800 < wait <= 900
    assert not Alarm.objects.exists()


def test_longer_outage_fails_with_an_alarm(salon: SandboxSalon) -> None:
    _received(salon, 503)

    event = _tried(hours=25)

    assert event.status == "failed"
    assert Alarm.objects.get(kind="webhook_failed").company_id == salon.company.pk


def test_waiting_for_the_call_budget_ends_nothing(salon: SandboxSalon) -> None:
    _received(salon, 429)

    event = _tried(hours=25, attempts=500)

    assert (event.status, event.crashes) == ("new", 0)


def test_error_of_ours_ends_with_an_alarm(salon: SandboxSalon) -> None:
    receive(salon, **record_event(salon, typed_by_the_salon(salon)))
    # A row of the seed's time, before zones were checked.
    Company.objects.filter(pk=salon.company.pk).update(timezone="Europe/Atlantis")

    event = _tried()
    assert (event.status, event.crashes) == ("new", 1)
    for _ in range(webhooks.MAX_CRASHES - 1):
        event = _tried()

    assert event.status == "failed"
    assert Alarm.objects.filter(kind="webhook_failed").count() == 1


def test_event_that_kills_its_workers_ends_with_an_alarm(salon: SandboxSalon) -> None:
    receive(salon, **record_event(salon, typed_by_the_salon(salon)))

    event = _tried(crashes=webhooks.MAX_CRASHES)

    assert event.status == "failed"
    assert Alarm.objects.filter(kind="webhook_failed").count() == 1


def test_ids_past_two_billion_are_records_too(salon: SandboxSalon) -> None:
    receive(salon, **record_event(salon, 2**31 + 5))
    process_all()

    event = WebhookEvent.objects.get()
    assert event.resource_id == 2**31 + 5
    assert event.status == "done"


@pytest.mark.parametrize("value", ["0", "-1", str(2**63), "1.5e300", '"x"', "null", "[]"])
def test_what_is_no_id_is_ignored(value: str, salon: SandboxSalon) -> None:
    webhooks.receive(salon.company, f'{{"resource": "record", "resource_id": {value}}}'.encode())
    process_all()

    event = WebhookEvent.objects.get()
    assert (event.resource_id, event.status) == (None, "ignored")


@pytest.mark.parametrize("number", ["Infinity", "NaN", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_have_are_refused(number: str, salon: SandboxSalon) -> None:
    with pytest.raises(AppError):
        webhooks.receive(salon.company, f'{{"resource_id": {number}}}'.encode())


def test_long_client_name_is_cut(salon: SandboxSalon) -> None:
    record = salon.sandbox.post(
        f"/salons/{salon.company.salon_id}/records",
        staff_id=salon.master("Сергей"),
        service_ids=[salon.service("Мужская стрижка")],
        start=f"{salon.at(13):%Y-%m-%d %H:%M}",
        phone="79000000003",
        name="Я" * 300,
    )
    receive(salon, **record_event(salon, record["id"]))
    process_all()

    assert Booking.objects.get(record_id=record["id"]).client_name == "Я" * 255


# --- News of a change --------------------------------------------------------------------------------
def _aged(booking: Booking, **ago: float) -> None:
    moment = datetime.now(UTC) - timedelta(**ago)
    Booking.objects.filter(pk=booking.pk).update(changed_at=moment)
    booking.refresh_from_db()


def test_change_is_announced_until_it_was_handled_but_not_for_ever(salon: SandboxSalon) -> None:
    record_id = typed_by_the_salon(salon)
    receive(salon, **record_event(salon, record_id))
    process_all()
    booking = Booking.objects.get(record_id=record_id)
    assert bookings.unannounced() == []

    _aged(booking, minutes=1)
    assert bookings.unannounced() == [booking.pk]
    _aged(booking, minutes=11)
    assert bookings.unannounced() == []
    _aged(booking, minutes=1)
    bookings.mark_announced(booking.pk)
    assert bookings.unannounced() == []


def test_deletion_is_announced_with_its_own_commit(salon: SandboxSalon) -> None:
    # YCLIENTS knows no such record, and we do.
    booking = Booking.objects.create(
        company=salon.company, record_id=999_999, start=salon.at(13), length_seconds=3600
    )
    receive(salon, **record_event(salon, booking.record_id, "delete"))
    process_all()

    booking.refresh_from_db()
    assert booking.is_deleted
    assert booking.changed_at is not None
    _aged(booking, minutes=1)
    assert bookings.unannounced() == [booking.pk]


def test_change_made_while_the_last_one_was_handled_stays_to_be_told(salon: SandboxSalon) -> None:
    booking = Booking.objects.create(company=salon.company, record_id=7, start=salon.at(13))
    _aged(booking, minutes=2)
    seen = booking.changed_at
    _aged(booking, minutes=1)

    bookings.mark_announced(booking.pk, seen=seen)

    assert bookings.unannounced() == [booking.pk]


def test_first_sync_announces_nothing(yclients: YclientsSandbox) -> None:
    SandboxSalon(yclients).synced()

    assert Booking.objects.exists()
    assert not Booking.objects.filter(changed_at__isnull=False).exists()
