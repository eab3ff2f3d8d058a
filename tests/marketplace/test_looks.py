"""Looks at an acknowledged installation: once each, ever rarer when they fail, and what they notice."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from aiadmin.core.models import Alarm
from marketplace.models import ApiKey, CallbackAttempt, CallbackDelivery, IntegrationStatus
from marketplace.services import access, activation, callback, hooks
from marketplace.services.yclients_access import client_for
from marketplace.yclients.schemas import HooksSettings
from tests.marketplace.deliveries import acknowledged, hours_ahead, looked, queued, status
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db

Hooks = CallbackDelivery.Hooks


@pytest.fixture
def delivery(yclients: YclientsSandbox) -> CallbackDelivery:
    return acknowledged(yclients)


def test_outage_is_waited_out_ever_longer_and_told_once(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    yclients.fault("/marketplace/salon/", "status", status=403)

    waits = [hours_ahead(looked(delivery)) for _ in range(hooks.TELL_AFTER + 2)]

    assert delivery.hooks == Hooks.UNCHECKED
    assert 0.8 / 60 - 0.001 < waits[0] <= 1 / 60
    assert all(later > sooner for sooner, later in itertools.pairwise(waits))
    assert Alarm.objects.get(kind="hooks_unknown").recipient == ""
    CallbackDelivery.objects.update(hooks_tries=90)
    assert 19 < hours_ahead(looked(delivery)) <= 24


def test_two_looks_at_once_are_one(delivery: CallbackDelivery, yclients: YclientsSandbox) -> None:
    hooks.look(delivery.pk)
    hooks.look(delivery.pk)

    assert CallbackAttempt.objects.filter(answer__startswith="проверка").count() == 1


def test_look_whose_worker_was_killed_is_due_again(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    # Killed after the settings were written, before the row was: as if by another hand.
    with client_for(delivery.company) as client:
        client.set_hooks_settings(
            delivery.company.salon_id,
            HooksSettings(
                urls=[access.webhook_url(delivery.company)],
                active=True,
                flags=dict.fromkeys(hooks.WANTED, True),
            ),
        )
    CallbackDelivery.objects.update(hooks_due_at=datetime.now(UTC) - timedelta(seconds=1))

    assert hooks.due_ids() == [delivery.pk]
    hooks.look(delivery.pk)

    delivery.refresh_from_db()
    assert delivery.hooks == Hooks.REGISTERED


def test_application_that_stays_pending_is_called_back_again(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    salon_id = delivery.company.salon_id
    yclients.post(f"/salons/{salon_id}/status", status="pending")

    looked(delivery)
    assert delivery.status == CallbackDelivery.Status.DONE, "the first time it may only be slow"
    looked(delivery)

    assert delivery.status == CallbackDelivery.Status.QUEUED
    assert "pending" in delivery.hooks_note
    assert delivery.hooks_due_at is None
    assert 60 < (delivery.due_at - datetime.now(UTC)).total_seconds() <= 120
    assert ApiKey.objects.filter(kind=ApiKey.Kind.YCLIENTS, revoked_at=None).count() == 2
    CallbackDelivery.objects.update(due_at=datetime.now(UTC))
    callback.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.status == CallbackDelivery.Status.DONE
    assert looked(delivery).hooks == Hooks.SET_BY_US


# --- What YCLIENTS said once and we did not hear ------------------------------------------------------
def test_freeze_that_happened_while_we_were_down_is_noticed(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    yclients.post(f"/salons/{delivery.company.salon_id}/status", status="frozen")

    looked(delivery)

    assert status(delivery) == IntegrationStatus.FROZEN
    assert delivery.hooks == Hooks.SET_BY_US
    assert activation.frozen_due() == [], "the thaw is looked for an hour later"


def _gone_since(delivery: CallbackDelivery, minutes: int) -> None:
    moment = datetime.now(UTC) - timedelta(minutes=minutes)
    CallbackAttempt.objects.filter(answer__contains="удалено").update(created_at=moment)


def test_uninstall_that_was_lost_counts_when_seen_twice(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    yclients.post(f"/salons/{delivery.company.salon_id}/status", status="uninstalled")

    looked(delivery)
    assert 0.16 < hours_ahead(delivery) < 0.17, "ten minutes"
    _gone_since(delivery, 9)
    looked(delivery)
    assert status(delivery) == IntegrationStatus.ACTIVE
    _gone_since(delivery, 11)
    looked(delivery)

    assert status(delivery) == IntegrationStatus.UNINSTALLED
    assert delivery.hooks_due_at is None
    assert not ApiKey.objects.filter(company=delivery.company, revoked_at=None).exists()


def test_application_that_was_there_in_between_was_not_uninstalled(
    delivery: CallbackDelivery, yclients: YclientsSandbox
) -> None:
    path = f"/salons/{delivery.company.salon_id}/status"
    for word in ("uninstalled", "active", "uninstalled"):
        yclients.post(path, status=word)
        looked(delivery)
        _gone_since(delivery, 11)

    assert status(delivery) == IntegrationStatus.ACTIVE


@pytest.mark.parametrize("code", [404, 403, 401])
def test_errors_never_uninstall(
    delivery: CallbackDelivery, yclients: YclientsSandbox, code: int
) -> None:
    yclients.fault("/marketplace/salon/", "status", status=code)

    for _ in range(3):
        looked(delivery)
        CallbackAttempt.objects.update(created_at=datetime.now(UTC) - timedelta(hours=1))

    assert status(delivery) == IntegrationStatus.ACTIVE
    assert delivery.hooks_tries == 3


def test_callback_that_fails_for_an_hour_has_its_application_looked_at(
    yclients: YclientsSandbox,
) -> None:
    fresh = queued(yclients)
    yclients.post(f"/salons/{fresh.company.salon_id}/status", status="uninstalled")
    CallbackDelivery.objects.update(created_at=datetime.now(UTC) - timedelta(hours=2))
    callback.deliver(fresh.pk)
    assert hooks.due_ids() == [fresh.pk]

    looked(fresh)
    _gone_since(fresh, 11)
    looked(fresh)

    assert status(fresh) == IntegrationStatus.UNINSTALLED


def test_ended_installation_is_not_looked_at(delivery: CallbackDelivery) -> None:
    activation.mark_uninstalled(delivery.company_id)

    assert hooks.due_ids() == []
    assert looked(delivery).hooks == Hooks.UNCHECKED
    CallbackDelivery.objects.update(hooks_due_at=datetime.now(UTC))
    assert looked(delivery).hooks_due_at is None
