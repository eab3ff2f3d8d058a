"""Webhooks as rows: under which key, what is read once for many, and the life of an installation."""

import json
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from aiadmin.core.errors import ForbiddenError
from marketplace.models import Company, IntegrationStatus, WebhookEvent
from marketplace.services import access, webhooks
from tests.marketplace.salons import SandboxSalon
from tests.marketplace.test_webhooks import process_all, receive, record_event, typed_by_the_salon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)

Status = WebhookEvent.Status


@pytest.fixture
def salon(yclients: YclientsSandbox) -> SandboxSalon:
    return SandboxSalon(yclients).synced()


def test_burst_about_one_record_is_read_once(salon: SandboxSalon) -> None:
    record_id = typed_by_the_salon(salon)
    for status in ("create", "update", "delete"):
        receive(salon, **record_event(salon, record_id, status))
    receive(salon, **record_event(salon, 999_999))
    salon.sandbox.fault("/record/", "delay", seconds=0)

    process_all()

    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {Status.DONE}
    [counter] = salon.sandbox.get("/faults")["faults"]
    assert counter["hits"] == 2, "one for each record"


def test_key_is_the_raw_body_in_its_ten_minutes(salon: SandboxSalon) -> None:
    body = record_event(salon, 5)
    raw = json.dumps(body).encode()
    for _ in range(3):
        webhooks.receive(salon.company, raw)
    webhooks.receive(salon.company, json.dumps(body, indent=1).encode())

    keys = list(WebhookEvent.objects.values_list("key", flat=True))
    assert len(keys) == 2
    slot = int(WebhookEvent.objects.earliest("pk").received_at.timestamp()) // 600
    prefix = f"{salon.company.pk}:{salon.company.install_generation}:"
    assert all(key.startswith(prefix) for key in keys)
    assert all(int(key.rsplit(":", 1)[1]) - slot in (-1, 0, 1) for key in keys)


def test_repeat_in_another_slot_or_installation_is_another_event(salon: SandboxSalon) -> None:
    raw = json.dumps(record_event(salon, 5)).encode()
    webhooks.receive(salon.company, raw)
    event = WebhookEvent.objects.get()
    head, slot = event.key.rsplit(":", 1)
    WebhookEvent.objects.update(key=f"{head}:{int(slot) - 1}")
    webhooks.receive(salon.company, raw)
    salon.company.install_generation += 1
    webhooks.receive(salon.company, raw)

    assert WebhookEvent.objects.count() == 3


def test_bad_items_of_a_list_lose_nothing_of_the_good_ones(salon: SandboxSalon) -> None:
    good = [record_event(salon, number) for number in (1, 2, 2)]
    wrong = {"event": "uninstall", "salon_id": salon.company.salon_id, "partner_token": "guess"}
    raw = json.dumps([good[0], 7, wrong, *good[1:], {"x": "\x00"}]).encode()

    for _ in range(2):
        with pytest.raises(ForbiddenError):
            webhooks.receive(salon.company, raw)

    rows = WebhookEvent.objects.order_by("pk").values_list("resource_id", flat=True)
    assert list(rows) == [1, 2, 2], "twins within one list have their places"
    salon.company.refresh_from_db()
    assert salon.company.integration_status == IntegrationStatus.ACTIVE


def test_foreign_event_does_not_hide_behind_ours(salon: SandboxSalon) -> None:
    record_id = typed_by_the_salon(salon)
    receive(salon, **{**record_event(salon, record_id), "company_id": 1})
    receive(salon, **record_event(salon, record_id))

    process_all()

    rows = WebhookEvent.objects.order_by("pk").values_list("status", flat=True)
    assert list(rows) == [Status.IGNORED, Status.DONE]
    webhooks.replay()
    process_all()
    assert WebhookEvent.objects.earliest("pk").status == Status.IGNORED


# --- The whole life of an installation ---------------------------------------------------------------
def test_uninstall_reinstall_and_uninstall_again_within_a_day(
    salon: SandboxSalon, fresh_throttles: None
) -> None:
    api = APIClient()
    company = salon.company
    Company.objects.filter(pk=company.pk).update(whatsapp_phone=None)
    first = access.webhook_url(company)
    goodbye: dict[str, Any] = {
        "salon_id": company.salon_id,
        "application_id": settings.YCLIENTS_APPLICATION_ID,
        "event": "uninstall",
        "partner_token": settings.YCLIENTS_API_KEY,
    }
    body = record_event(salon, 5)

    for _ in range(2):
        for _ in range(3):
            answer = api.post("/marketplace/webhook", goodbye, format="json")
            assert answer.status_code == 200
            company.refresh_from_db()
            assert company.integration_status == IntegrationStatus.UNINSTALLED
        old, generation = access.webhook_url(company), company.install_generation
        made = api.post(
            "/marketplace/register",
            {"salon_id": company.salon_id},
            format="json",
            headers={"X-API-Key": settings.ADMIN_API_KEY},
        )
        assert made.status_code == 201
        assert made.json()["api_key"].startswith("sk_")
        company.refresh_from_db()
        assert company.integration_status == IntegrationStatus.PENDING
        assert company.install_generation == generation + 1
        assert api.post(old, body, format="json").status_code == 404
        assert api.post(access.webhook_url(company), body, format="json").status_code == 200
    assert access.webhook_url(company) != first
    assert not WebhookEvent.objects.filter(body__icontains=settings.YCLIENTS_API_KEY).exists()
