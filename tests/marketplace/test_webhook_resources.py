"""What each kind of webhook makes us read again, and when nothing is read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings

from aiadmin.core.models import Alarm
from marketplace.models import Booking, Client, Company, SyncRun, WebhookEvent
from marketplace.services import activation, sync
from tests.marketplace.salons import SandboxSalon
from tests.marketplace.test_webhooks import (
    process_all,
    receive,
    record_event,
    typed_by_the_salon,
)
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

Status = WebhookEvent.Status


@pytest.fixture
def salon(yclients: YclientsSandbox) -> SandboxSalon:
    return SandboxSalon(yclients).synced()


def _call(salon: SandboxSalon, method: str, path: str, **body: str) -> Any:
    """YCLIENTS's own hand: the client has no methods that write cards."""
    tokens = f"Bearer {settings.YCLIENTS_API_KEY}, User {settings.YCLIENTS_USER_TOKEN}"
    url = f"{salon.sandbox.url}/api/v1/{path}"
    headers = {"Authorization": tokens}
    answer = httpx.request(method, url, json=body or None, headers=headers, timeout=PATIENCE)
    assert answer.is_success, answer.text
    return answer.json()["data"] if answer.content else None


def _card(salon: SandboxSalon, name: str = "Ирина", phone: str = "79001112233") -> int:
    """A client card typed in YCLIENTS; returns its id."""
    path = f"clients/{salon.company.salon_id}"
    return int(_call(salon, "POST", path, name=name, phone=phone)["id"])


def _changed(salon: SandboxSalon, card: int, method: str, **body: str) -> None:
    _call(salon, method, f"client/{salon.company.salon_id}/{card}", **body)


def _told(salon: SandboxSalon, resource: str, number: int, status: str = "update") -> None:
    receive(
        salon,
        company_id=salon.company.salon_id,
        resource=resource,
        resource_id=number,
        status=status,
        at=datetime.now(UTC).isoformat(),
    )
    process_all()


# --- Clients -----------------------------------------------------------------------------------------
def test_card_is_read_again_and_keeps_what_one_card_does_not_tell(salon: SandboxSalon) -> None:
    card = _card(salon)
    _told(salon, "client", card, "create")
    assert Client.objects.get(yclients_id=card).name == "Ирина"
    Client.objects.filter(yclients_id=card).update(visits_count=7)

    _changed(salon, card, "PUT", name="Ирина Петровна", phone="79001112233")
    _told(salon, "client", card)

    row = Client.objects.get(company=salon.company, yclients_id=card)
    assert (row.name, row.phone, row.visits_count) == ("Ирина Петровна", "+79001112233", 7)


def test_card_with_a_new_number_leaves_the_former_one_unknown(salon: SandboxSalon) -> None:
    card = _card(salon)
    _told(salon, "client", card)

    _changed(salon, card, "PUT", name="Ирина", phone="79004445566")
    _told(salon, "client", card)

    rows = Client.objects.filter(company=salon.company, yclients_id=card)
    assert set(rows.filter(deleted_at=None).values_list("phone", flat=True)) == {"+79004445566"}


def test_deleted_card_is_deleted_whatever_the_event_says(salon: SandboxSalon) -> None:
    card = _card(salon)
    _told(salon, "client", card)
    _changed(salon, card, "DELETE")

    _told(salon, "client", card, "update")

    assert Client.objects.get(company=salon.company, yclients_id=card).deleted_at is not None


def test_cards_that_may_not_be_read_disturb_nothing_else(salon: SandboxSalon) -> None:
    card = _card(salon)
    path = f"/salons/{salon.company.salon_id}"
    salon.sandbox.control.patch(path, json={"denied": ["clients_access"]}).raise_for_status()

    _told(salon, "client", card)

    event = WebhookEvent.objects.get()
    assert (event.status, "Клиентская база" in event.note) == (Status.IGNORED, True)
    assert Company.objects.get(pk=salon.company.pk).yclients_trouble == ""


# --- The catalogue -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "resource", ["service", "service_category", "staff", "master", "company", "salon"]
)
def test_catalogue_is_read_and_the_journal_is_not(salon: SandboxSalon, resource: str) -> None:
    _told(salon, resource, 1)
    _told(salon, resource, 2)

    run = SyncRun.objects.get(status=SyncRun.Status.QUEUED)
    assert run.scope == SyncRun.Scope.CATALOG


# --- When little or nothing is read ------------------------------------------------------------------
def test_frozen_salon_keeps_its_copy_fresh(salon: SandboxSalon) -> None:
    activation.mark_frozen(salon.company.pk)
    record_id = typed_by_the_salon(salon)

    receive(salon, **record_event(salon, record_id))
    process_all()

    assert Booking.objects.filter(record_id=record_id).exists()


def test_uninstalled_salon_is_not_read(salon: SandboxSalon) -> None:
    record_id = typed_by_the_salon(salon)
    receive(salon, **record_event(salon, record_id))
    activation.mark_uninstalled(salon.company.pk)

    process_all()

    assert WebhookEvent.objects.get().status == Status.IGNORED
    assert not Booking.objects.filter(record_id=record_id).exists()


def test_sync_switched_off_stores_and_catches_up_when_it_is_on_again(salon: SandboxSalon) -> None:
    activation.change_settings(salon.company.pk, {"sync_enabled": False})
    record_id = typed_by_the_salon(salon)
    receive(salon, **record_event(salon, record_id))
    _told(salon, "service", 1)
    salon.company.refresh_from_db()

    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {Status.IGNORED}
    assert not SyncRun.objects.filter(status=SyncRun.Status.QUEUED).exists()
    assert not Booking.objects.filter(record_id=record_id).exists()

    activation.change_settings(salon.company.pk, {"sync_enabled": True})
    run = SyncRun.objects.get(status=SyncRun.Status.QUEUED)
    sync.run(run.pk)

    assert run.scope == SyncRun.Scope.FULL
    assert Booking.objects.filter(record_id=record_id).exists()


def test_other_settings_start_no_sync(salon: SandboxSalon) -> None:
    activation.change_settings(salon.company.pk, {"sync_enabled": True, "ai_enabled": False})

    assert not SyncRun.objects.filter(status=SyncRun.Status.QUEUED).exists()


@pytest.mark.parametrize(("status", "code"), [(401, "unauthorized"), (402, "licence")])
def test_refusal_is_a_trouble_of_the_salon_and_the_event_waits_an_hour(
    salon: SandboxSalon, status: int, code: str
) -> None:
    record_id = typed_by_the_salon(salon)
    salon.sandbox.fault("/record/", "status", status=status)
    receive(salon, **record_event(salon, record_id))
    process_all()

    event = WebhookEvent.objects.get()
    wait = (event.due_at - datetime.now(UTC)).total_seconds()
    assert (event.status, 3500 < wait <= 3600) == (Status.NEW, True)
    assert Company.objects.get(pk=salon.company.pk).yclients_trouble == code

    salon.sandbox.heal()
    WebhookEvent.objects.update(due_at=datetime.now(UTC))
    process_all()
    assert Booking.objects.filter(record_id=record_id).exists()
    assert Company.objects.get(pk=salon.company.pk).yclients_trouble == ""


def test_refusal_of_a_day_ends_the_event_without_a_second_alarm(salon: SandboxSalon) -> None:
    salon.sandbox.fault("/record/", "status", status=401)
    receive(salon, **record_event(salon, 5))
    WebhookEvent.objects.update(received_at=datetime.now(UTC) - timedelta(hours=25))

    process_all()

    assert WebhookEvent.objects.get().status == Status.FAILED
    assert list(Alarm.objects.values_list("kind", flat=True)) == ["yclients_trouble"]
