"""Activation: every move of a company's status, by compare-and-set, once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from aiadmin.core import redis as store
from aiadmin.core.errors import ConflictError, NotFoundError, UnauthorizedError
from aiadmin.core.models import Alarm
from aiadmin.core.queue import Job
from marketplace import qr
from marketplace.models import ApiKey, CallbackDelivery, Company, IntegrationStatus, SyncRun
from marketplace.services import activation, keys, tokens
from marketplace.services.registration import Registration
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db

PHONE = "+79001234567"
AT = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)

Capture = Callable[[], AbstractContextManager[list[tuple[Job, int]]]]


def _connect(item: Registration, *, phone: str = PHONE, at: datetime = AT) -> Company:
    activation.mark_connected(item.company.pk, phone=phone, at=at)
    item.company.refresh_from_db()
    return item.company


def test_connection_makes_a_pending_company_active(
    registered: Registration, capture_jobs: Capture
) -> None:
    before = registered.company.updated_at
    with capture_jobs() as jobs:
        company = _connect(registered)

    delivery = CallbackDelivery.objects.get(company=company)
    run = SyncRun.objects.get(company=company)
    assert company.integration_status == IntegrationStatus.ACTIVE
    assert company.whatsapp_connected is True
    assert company.whatsapp_phone == PHONE
    assert company.whatsapp_connected_at == company.connected_at == AT
    assert before is not None
    assert company.updated_at is not None
    assert company.updated_at > before
    assert delivery.install_generation == 1
    assert run.status == SyncRun.Status.QUEUED
    assert sorted(job.name for job, _ in jobs) == ["CALLBACK_SEND", "SYNC_COMPANY"]
    assert dict(jobs) == {Job.CALLBACK_SEND: delivery.pk, Job.SYNC_COMPANY: run.pk}


def test_second_connected_event_changes_nothing(
    registered: Registration, capture_jobs: Capture
) -> None:
    _connect(registered)
    first = Company.objects.values().get(pk=registered.company.pk)

    with capture_jobs():
        _connect(registered, at=AT + timedelta(minutes=5))

    assert Company.objects.values().get(pk=registered.company.pk) == first
    assert CallbackDelivery.objects.count() == 1
    assert SyncRun.objects.count() == 1
    assert ApiKey.objects.filter(kind=ApiKey.Kind.YCLIENTS).count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_connected_events_at_once_activate_once(registered: Registration) -> None:
    together = threading.Barrier(8)

    def call(_: int) -> None:
        together.wait(timeout=PATIENCE)
        try:
            activation.mark_connected(registered.company.pk, phone=PHONE, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(8)))

    assert CallbackDelivery.objects.count() == 1
    assert SyncRun.objects.count() == 1
    assert ApiKey.objects.filter(kind=ApiKey.Kind.YCLIENTS).count() == 1


def test_reconnection_keeps_the_first_date(registered: Registration) -> None:
    _connect(registered)
    activation.mark_disconnected(registered.company.pk, reason="timeout")

    company = _connect(registered, at=AT + timedelta(hours=1))

    assert company.connected_at == AT
    assert company.whatsapp_connected_at == AT + timedelta(hours=1)
    assert company.status_reason == ""


def test_synced_company_is_not_synced_again_by_a_reconnection(registered: Registration) -> None:
    _connect(registered)
    SyncRun.objects.update(status=SyncRun.Status.DONE)
    Company.objects.update(catalog_synced_at=AT, whatsapp_connected=False)

    _connect(registered)

    assert SyncRun.objects.count() == 1


def test_number_of_another_salon_is_refused_and_nothing_changes(
    registered: Registration, another: Registration, capture_jobs: Capture
) -> None:
    _connect(another)
    before = Company.objects.values().get(pk=registered.company.pk)

    with capture_jobs() as jobs, pytest.raises(ConflictError) as refusal:
        _connect(registered)

    assert refusal.value.code == "number_taken"
    assert Company.objects.values().get(pk=registered.company.pk) == before
    assert not CallbackDelivery.objects.filter(company=registered.company).exists()
    assert jobs == []


def test_number_is_free_again_after_the_other_salon_left_it(
    registered: Registration, another: Registration
) -> None:
    _connect(another)
    activation.mark_disconnected(another.company.pk, reason="logged_out")

    assert _connect(registered).whatsapp_connected is True


def test_frozen_company_stays_frozen_when_whatsapp_connects(
    registered: Registration, capture_jobs: Capture
) -> None:
    _connect(registered)
    assert activation.mark_frozen(registered.company.pk)
    activation.mark_disconnected(registered.company.pk, reason="timeout")

    with capture_jobs() as jobs:
        company = _connect(registered)

    assert company.integration_status == IntegrationStatus.FROZEN
    assert company.whatsapp_connected is True
    assert jobs == []
    assert activation.mark_unfrozen(company.pk)
    assert not activation.mark_unfrozen(company.pk)


def test_failed_company_becomes_active_when_it_connects_after_all(
    registered: Registration,
) -> None:
    Company.objects.update(integration_status=IntegrationStatus.FAILED)

    company = _connect(registered)

    assert company.integration_status == IntegrationStatus.ACTIVE
    assert company.status_reason == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"integration_status": "uninstalled"}, "uninstalled"),
        ({"whatsapp_enabled": False}, "whatsapp_disabled"),
    ],
)
def test_company_that_may_not_connect_is_refused(
    change: dict[str, object], code: str, registered: Registration
) -> None:
    Company.objects.filter(pk=registered.company.pk).update(**change)

    with pytest.raises(ConflictError) as refusal:
        _connect(registered)

    assert refusal.value.code == code
    assert not Company.objects.get(pk=registered.company.pk).whatsapp_connected


def test_single_tenant_installation_connects_one_salon(
    registered: Registration, another: Registration, settings: Settings
) -> None:
    settings.WHATSAPP_MULTI_TENANT = False
    _connect(another)

    with pytest.raises(ConflictError) as refusal:
        _connect(registered, phone="+79005556677")

    assert refusal.value.code == "single_tenant"
    assert _connect(another).whatsapp_connected is True


def test_unknown_company_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        activation.mark_connected(2_000_000_000, phone=PHONE, at=AT)


def test_logged_out_phone_keeps_the_status_and_alarms_the_owner(registered: Registration) -> None:
    Company.objects.update(email="owner@example.com")
    _connect(registered)

    assert activation.mark_logged_out(registered.company.pk, "401")
    assert not activation.mark_logged_out(registered.company.pk, "401")

    company = Company.objects.get(pk=registered.company.pk)
    alarm = Alarm.objects.get(kind="whatsapp_logged_out")
    assert company.integration_status == IntegrationStatus.ACTIVE
    assert company.whatsapp_connected is False
    assert company.status_reason == "401"
    assert alarm.recipient == "owner@example.com"
    assert alarm.company_id == company.pk


def test_uninstall_erases_keys_tokens_and_secrets(
    registered: Registration, capture_jobs: Capture
) -> None:
    company = _connect(registered)
    qr.remember(company.pk, "2@code")
    Company.objects.filter(pk=company.pk).update(user_token_encrypted="secret")

    with capture_jobs() as jobs:
        assert activation.mark_uninstalled(company.pk)
        assert not activation.mark_uninstalled(company.pk)

    company.refresh_from_db()
    delivery = CallbackDelivery.objects.get(company=company)
    assert company.integration_status == IntegrationStatus.UNINSTALLED
    assert company.whatsapp_connected is False
    assert company.user_token_encrypted == ""
    assert registered.api_key is not None
    assert keys.company_for_key(registered.api_key) is None
    with pytest.raises(UnauthorizedError):
        tokens.company_for_token(registered.token)
    assert delivery.status == CallbackDelivery.Status.FAILED
    assert delivery.api_key_encrypted == ""
    assert store.client().get(store.qr_key(company.pk)) is None
    assert set(jobs) == {(Job.SESSION_CLOSE, company.pk)}


def test_moves_that_the_table_does_not_know_are_refused(registered: Registration) -> None:
    company_id = registered.company.pk

    assert not activation.mark_frozen(company_id)
    assert not activation.mark_unfrozen(company_id)
    assert not activation.mark_disconnected(company_id, reason="nothing")
    assert Company.objects.get(pk=company_id).integration_status == IntegrationStatus.PENDING
