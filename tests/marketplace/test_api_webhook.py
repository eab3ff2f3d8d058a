"""The doors for YCLIENTS's webhooks: what is verified before anything is stored."""

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from marketplace.models import Company, IntegrationStatus, WebhookEvent
from marketplace.services import access
from marketplace.services.registration import Registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]


def _event(item: Registration) -> dict[str, object]:
    return {
        "company_id": item.company.salon_id,
        "resource": "record",
        "resource_id": 900123,
        "status": "update",
        "data": {"id": 900123},
    }


def test_webhook_is_stored_behind_its_secret(api: APIClient, registered: Registration) -> None:
    answer = api.post(access.webhook_url(registered.company), _event(registered), format="json")

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert WebhookEvent.objects.get().company == registered.company


@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong", "?key=%D0%BA", "?secret=1"])
def test_webhook_with_a_wrong_key_does_not_exist(
    query: str, api: APIClient, registered: Registration
) -> None:
    url = f"/marketplace/webhook/{registered.company.pk}{query}"

    answer = api.post(url, _event(registered), format="json")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("number", [0, 2**63 - 1, 2**63, 10**30])
def test_webhook_of_a_number_no_company_has(number: int, api: APIClient) -> None:
    answer = api.post(f"/marketplace/webhook/{number}?key=x", {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_webhook_key_of_another_company_or_an_earlier_install(
    api: APIClient, registered: Registration, another: Registration
) -> None:
    old = access.webhook_key(registered.company)
    Company.objects.filter(pk=registered.company.pk).update(install_generation=2)

    for key in (old, access.webhook_key(another.company)):
        url = f"/marketplace/webhook/{registered.company.pk}?key={key}"
        assert api.post(url, _event(registered), format="json").status_code == 404
    assert not WebhookEvent.objects.exists()


def test_data_event_on_the_lifecycle_route_needs_the_salons_key(
    api: APIClient, registered: Registration
) -> None:
    url = "/marketplace/webhook"
    key = access.webhook_key(registered.company)

    refused = api.post(url, _event(registered), format="json")
    stored = api.post(f"{url}?key={key}", _event(registered), format="json")

    assert (refused.status_code, refused.json()["code"]) == (403, "bad_partner_token")
    assert stored.status_code == 200
    assert WebhookEvent.objects.count() == 1


def test_lifecycle_needs_the_partner_token(
    api: APIClient, registered: Registration, settings: Settings
) -> None:
    body = {
        "salon_id": registered.company.salon_id,
        "application_id": settings.YCLIENTS_APPLICATION_ID,
        "event": "uninstall",
    }
    for wrong in ({}, {"partner_token": "x"}, {"partner_token": None}, {"partner_token": ["x"]}):
        answer = api.post("/marketplace/webhook", {**body, **wrong}, format="json")
        assert answer.status_code == 403
    assert Company.objects.get(pk=registered.company.pk).integration_status == "pending"

    right = {**body, "partner_token": settings.YCLIENTS_API_KEY}
    for _ in range(3):
        assert api.post("/marketplace/webhook", right, format="json").status_code == 200

    company = Company.objects.get(pk=registered.company.pk)
    assert company.integration_status == IntegrationStatus.UNINSTALLED
    status = f"/marketplace/status/{company.pk}"
    for headers in (
        {"Authorization": f"Bearer {registered.token}"},
        {"X-API-Key": registered.api_key or ""},
    ):
        assert api.get(status, headers=headers).status_code == 401
    assert api.get(f"/marketplace/qr/{registered.token}").status_code == 401


def test_webhook_address_outlives_a_replaced_secret_key(
    api: APIClient, registered: Registration, settings: Settings
) -> None:
    given = access.webhook_url(registered.company)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "replaced-" * 6

    settings.SECRET_KEY_FALLBACKS = [former]
    stored = api.post(given, _event(registered), format="json")
    settings.SECRET_KEY_FALLBACKS = []
    refused = api.post(given, {**_event(registered), "resource_id": 7}, format="json")

    assert (stored.status_code, refused.status_code) == (200, 404)
    assert WebhookEvent.objects.count() == 1


def test_webhook_that_cannot_be_stored_is_refused(api: APIClient, registered: Registration) -> None:
    url = access.webhook_url(registered.company)

    answer = api.post(url, '{"resource": "\\ud800"}', content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert not WebhookEvent.objects.exists()
