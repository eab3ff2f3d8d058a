"""The activation callback: tried until YCLIENTS acknowledges it, every try on record."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from aiadmin.core import clock, crypto, leases
from aiadmin.core.models import Alarm
from marketplace.models import (
    CallbackAttempt,
    CallbackDelivery,
    Company,
    IntegrationStatus,
)
from marketplace.services import access, activation, callback, keys, registration
from marketplace.services.access import AdminProof
from marketplace.services.yclients_access import partner_client
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE, is_ahead

pytestmark = pytest.mark.django_db

_PATH = "/marketplace/partner/callback"


@pytest.fixture
def delivery(yclients: YclientsSandbox) -> CallbackDelivery:
    """A salon, installed in YCLIENTS, whose WhatsApp has just been connected."""
    salon_id: int = yclients.new_salon(seed="small")["salon_id"]
    company = registration.register(salon_id=salon_id, proof=AdminProof()).company
    activation.mark_connected(company.pk, phone=_number(salon_id), at=clock.now())
    return CallbackDelivery.objects.get(company=company)


def _number(salon_id: int) -> str:
    return f"+7900{salon_id:07d}"


def _due_now(delivery: CallbackDelivery) -> None:
    CallbackDelivery.objects.filter(pk=delivery.pk).update(due_at=datetime.now(UTC))


def _told(yclients: YclientsSandbox, company: Company) -> list[dict[str, object]]:
    found: list[dict[str, object]] = yclients.get(f"/salons/{company.salon_id}/callbacks")
    return found


def test_yclients_gets_a_key_and_the_webhook_address(
    delivery: CallbackDelivery, yclients: YclientsSandbox, settings: Settings
) -> None:
    api_key = crypto.decrypt(delivery.api_key_encrypted)
    assert callback.due_ids() == [delivery.pk]

    callback.deliver(delivery.pk)

    delivery.refresh_from_db()
    company = delivery.company
    [told] = _told(yclients, company)
    assert told["salon_id"] == company.salon_id
    assert told["application_id"] == settings.YCLIENTS_APPLICATION_ID
    assert told["api_key"] == api_key
    assert told["webhook_urls"] == [access.webhook_url(company)]
    assert keys.company_for_key(api_key) == company
    assert delivery.status == CallbackDelivery.Status.DONE
    assert delivery.sent_at is not None
    assert delivery.api_key_encrypted == ""
    attempt = CallbackAttempt.objects.get(delivery=delivery)
    assert (attempt.status_code, attempt.answer) == (201, "подключено")
    assert attempt.took_ms > 0
    assert callback.due_ids() == []


def test_already_installed_counts_as_success(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    yclients.post(f"/salons/{delivery.company.salon_id}/status", status="active")

    callback.deliver(delivery.pk)

    delivery.refresh_from_db()
    assert delivery.status == CallbackDelivery.Status.DONE
    attempt = CallbackAttempt.objects.get(delivery=delivery)
    assert (attempt.status_code, attempt.answer) == (403, "уже подключено раньше")


def test_failure_is_recorded_and_tried_again(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    yclients.fault(_PATH, "status", status=502, times=2)

    for _ in range(2):
        callback.deliver(delivery.pk)
        # Not due yet: a second call makes no second attempt.
        callback.deliver(delivery.pk)
        _due_now(delivery)
    callback.deliver(delivery.pk)

    delivery.refresh_from_db()
    tries = CallbackAttempt.objects.filter(delivery=delivery).order_by("pk")
    assert [item.status_code for item in tries] == [502, 502, 201]
    assert delivery.attempts == 3
    assert delivery.status == CallbackDelivery.Status.DONE


@pytest.mark.parametrize("mode", ["html", "drop_before", "drop_after"])
def test_strange_answers_leave_the_connection_alone(
    mode: str, delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    yclients.fault(_PATH, mode, times=1)

    callback.deliver(delivery.pk)

    delivery.refresh_from_db()
    company = delivery.company
    assert delivery.status == CallbackDelivery.Status.QUEUED
    assert CallbackAttempt.objects.filter(delivery=delivery).count() == 1
    assert company.integration_status == IntegrationStatus.ACTIVE
    assert company.whatsapp_connected is True
    _due_now(delivery)
    callback.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.status == CallbackDelivery.Status.DONE


def test_delay_doubles_from_five_seconds_up_to_a_day(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    yclients.fault(_PATH, "status", status=500)
    for attempts, low, high in ((0, 4, 6), (3, 32, 48), (60, 86_390, 86_400)):
        begun = datetime.now(UTC)
        CallbackDelivery.objects.update(attempts=attempts, due_at=begun)

        callback.deliver(delivery.pk)

        delivery.refresh_from_db()
        assert is_ahead(delivery.due_at, low, high, since=begun)


def test_an_hour_of_failures_raises_one_alarm(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    yclients.fault(_PATH, "status", status=500)
    callback.deliver(delivery.pk)
    assert not Alarm.objects.exists()

    CallbackDelivery.objects.update(created_at=datetime.now(UTC) - timedelta(minutes=61))
    for _ in range(2):
        _due_now(delivery)
        callback.deliver(delivery.pk)

    alarm = Alarm.objects.get(kind="callback_failing")
    assert alarm.company_id == delivery.company.pk


def test_secrets_never_reach_the_attempt(
    delivery: CallbackDelivery, yclients: YclientsSandbox, settings: Settings
) -> None:
    settings.YCLIENTS_API_KEY = "wrong-partner-token"

    callback.deliver(delivery.pk)

    attempt = CallbackAttempt.objects.get(delivery=delivery)
    assert attempt.status_code == 401
    assert "wrong-partner-token" not in attempt.answer
    assert "sk_" not in attempt.answer


def test_answer_that_quotes_our_secrets_is_masked(
    delivery: CallbackDelivery, yclients: YclientsSandbox, settings: Settings
) -> None:
    key = crypto.decrypt(delivery.api_key_encrypted)
    quoted = f"Неверно: Bearer {settings.YCLIENTS_API_KEY}, {key}, +79001234567"
    yclients.fault(_PATH, "status", status=422, message=quoted)

    callback.deliver(delivery.pk)

    attempt = CallbackAttempt.objects.get(delivery=delivery)
    assert (attempt.status_code, attempt.answer) == (
        422,
        "Неверно: Bearer [hidden], [key], +7•••67",
    )


def test_worker_killed_after_the_call_is_no_second_installation(
    delivery: CallbackDelivery, yclients: YclientsSandbox, settings: Settings
) -> None:
    # The killed worker's claim and call; its rows were never written.
    key = crypto.decrypt(delivery.api_key_encrypted)
    CallbackDelivery.objects.update(attempts=1, claimed_until=leases.until())
    with partner_client() as client:
        client.partner_callback(
            salon_id=delivery.company.salon_id,
            application_id=settings.YCLIENTS_APPLICATION_ID,
            api_key=key,
            webhook_urls=[access.webhook_url(delivery.company)],
        )
    callback.deliver(delivery.pk)
    assert not CallbackAttempt.objects.exists(), "the claim holds"

    CallbackDelivery.objects.update(claimed_until=datetime.now(UTC))
    callback.deliver(delivery.pk)

    delivery.refresh_from_db()
    assert delivery.status == CallbackDelivery.Status.DONE
    assert CallbackAttempt.objects.get().status_code == 403
    assert keys.company_for_key(key) == delivery.company, "the key of the first call stays valid"


def test_withdrawn_callback_is_not_repeated(delivery: CallbackDelivery) -> None:
    activation.mark_uninstalled(delivery.company.pk)

    assert not callback.repeat_now(delivery.pk)
    assert callback.due_ids() == []


def test_missing_settings_are_told_in_the_attempt(
    delivery: CallbackDelivery, settings: Settings
) -> None:
    settings.YCLIENTS_APPLICATION_ID = 0

    callback.deliver(delivery.pk)

    attempt = CallbackAttempt.objects.get(delivery=delivery)
    assert attempt.status_code is None
    assert "YCLIENTS_APPLICATION_ID" in attempt.answer


def test_uninstalled_salon_is_not_announced(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    Company.objects.update(integration_status=IntegrationStatus.UNINSTALLED)

    callback.deliver(delivery.pk)

    delivery.refresh_from_db()
    assert delivery.status == CallbackDelivery.Status.FAILED
    assert delivery.api_key_encrypted == ""
    assert _told(yclients, delivery.company) == []


def test_repeat_now_brings_a_long_wait_forward(delivery: CallbackDelivery) -> None:
    CallbackDelivery.objects.update(due_at=datetime.now(UTC) + timedelta(hours=5))
    assert callback.due_ids() == []

    assert callback.repeat_now(delivery.pk)

    assert callback.due_ids() == [delivery.pk]
    CallbackDelivery.objects.update(status=CallbackDelivery.Status.DONE)
    assert not callback.repeat_now(delivery.pk)


def test_repeat_now_leaves_an_attempt_under_way_alone(delivery: CallbackDelivery) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=200)
    CallbackDelivery.objects.update(due_at=soon, claimed_until=soon)

    assert callback.repeat_now(delivery.pk)
    assert callback.due_ids() == []

    CallbackDelivery.objects.update(claimed_until=None)
    assert callback.repeat_now(delivery.pk)
    assert callback.due_ids() == [delivery.pk]


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_attempt(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    together = threading.Barrier(4)

    def call(_: int) -> None:
        together.wait(timeout=PATIENCE)
        try:
            callback.deliver(delivery.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(call, range(4)))

    assert CallbackAttempt.objects.count() == 1
    assert len(_told(yclients, delivery.company)) == 1
