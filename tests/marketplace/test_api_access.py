"""Who sees what: /status, /companies, /callback and /qr, by token and key."""

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from aiadmin.core import clock
from aiadmin.core import redis as store
from aiadmin.core.queue import Job
from marketplace import qr
from marketplace.models import CallbackDelivery, Company
from marketplace.services import activation
from marketplace.services.registration import Registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

Capture = Callable[[], AbstractContextManager[list[tuple[Job, int]]]]


def _bearer(item: Registration) -> dict[str, str]:
    return {"Authorization": f"Bearer {item.token}"}


def _key(item: Registration) -> dict[str, str]:
    return {"X-API-Key": item.api_key or ""}


def _status(api: APIClient, item: Registration, headers: dict[str, str]) -> tuple[int, str]:
    answer = api.get(f"/marketplace/status/{item.company.pk}", headers=headers)
    return answer.status_code, answer.json().get("code", "")


# --- /status -----------------------------------------------------------------------------------------
def test_status_matrix(
    api: APIClient, registered: Registration, another: Registration, settings: Settings
) -> None:
    admin = {"X-API-Key": settings.ADMIN_API_KEY}

    assert _status(api, registered, _bearer(registered)) == (200, "")
    assert _status(api, registered, _key(registered)) == (200, "")
    assert _status(api, registered, admin) == (200, "")
    assert _status(api, registered, {}) == (401, "auth_required")
    assert _status(api, registered, _bearer(another)) == (404, "not_found")
    assert _status(api, registered, _key(another)) == (404, "not_found")
    assert _status(api, registered, {"X-API-Key": "sk_" + "0" * 64}) == (401, "key_invalid")
    assert _status(api, registered, {"Authorization": "Bearer x"}) == (401, "token_invalid")
    assert _status(api, registered, {"Authorization": "Basic eDp5"}) == (401, "auth_required")
    # A bad token is not saved by a good key beside it.
    assert _status(api, registered, {"Authorization": "Bearer x", **admin}) == (
        401,
        "token_invalid",
    )


@pytest.mark.parametrize(
    ("company_id", "status"),
    [("0", 400), ("-1", 400), ("лилия", 400), ("1.5", 400), ("9" * 400, 400), ("2000000000", 404)],
)
def test_status_of_no_company(
    company_id: str, status: int, api: APIClient, settings: Settings, db: None
) -> None:
    headers = {"X-API-Key": settings.ADMIN_API_KEY}

    answer = api.get(f"/marketplace/status/{company_id}", headers=headers)

    assert answer.status_code == status
    assert answer.json()["success"] is False


def test_status_answers_as_the_seed_writes(api: APIClient, registered: Registration) -> None:
    pending = api.get(f"/marketplace/status/{registered.company.pk}", headers=_bearer(registered))
    activation.mark_connected(registered.company.pk, phone="+79001234567", at=clock.now())
    active = api.get(f"/marketplace/status/{registered.company.pk}", headers=_bearer(registered))

    connected_at = active.json()["connected_at"]
    assert pending.json() == {
        "success": True,
        "company_id": registered.company.pk,
        "whatsapp_connected": False,
        "whatsapp_phone": None,
        "integration_status": "pending",
        "connected_at": None,
    }
    assert active.json() == {
        "success": True,
        "company_id": registered.company.pk,
        "whatsapp_connected": True,
        "whatsapp_phone": "+79001234567",
        "integration_status": "active",
        "connected_at": connected_at,
    }
    assert len(connected_at) == len("2024-01-01T12:00:00Z")
    assert connected_at.endswith("Z")


# --- /companies --------------------------------------------------------------------------------------
def test_companies_are_for_the_staff_alone(
    api: APIClient, registered: Registration, settings: Settings
) -> None:
    url = "/marketplace/companies"

    for headers in ({}, _key(registered), _bearer(registered), {"X-API-Key": "wrong"}):
        answer = api.get(url, headers=headers)
        assert answer.status_code == 401
        assert "stats" not in answer.json()
    settings.ADMIN_API_KEY = ""
    assert api.get(url, headers={"X-API-Key": ""}).status_code == 401


def test_companies_counts(
    api: APIClient, registered: Registration, another: Registration, settings: Settings
) -> None:
    activation.mark_connected(another.company.pk, phone="+79001234567", at=clock.now())

    answer = api.get("/marketplace/companies", headers={"X-API-Key": settings.ADMIN_API_KEY})

    assert answer.json() == {
        "success": True,
        "stats": {
            "total": 2,
            "connected": 1,
            "pending": 1,
            "disconnected": 0,
            "last_24h": 2,
            "by_status": {"pending": 1, "active": 1, "frozen": 0, "uninstalled": 0, "failed": 0},
        },
    }


# --- /qr ---------------------------------------------------------------------------------------------
def test_qr_starts_a_pairing_when_there_is_none(
    api: APIClient, registered: Registration, capture_jobs: Capture
) -> None:
    with capture_jobs() as jobs:
        answer = api.get(f"/marketplace/qr/{registered.token}")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.json()["code"] == "qr_starting"
    assert jobs == [(Job.PAIRING_START, registered.company.pk)]


def test_qr_is_a_png_with_the_seconds_truly_left(
    api: APIClient, registered: Registration, capture_jobs: Capture
) -> None:
    qr.remember(registered.company.pk, "2@abc,def,ghi", ttl=12.5)

    with capture_jobs() as jobs:
        answer = api.get(f"/marketplace/qr/{registered.token}")

    data = answer.json()
    assert answer.status_code == 200
    assert set(data) == {"success", "qr", "expires_in"}
    assert data["expires_in"] in (11, 12)
    head, image = data["qr"].split(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(image).startswith(b"\x89PNG")
    assert jobs == []


def test_a_code_never_outlives_its_twenty_seconds(registered: Registration) -> None:
    company_id = registered.company.pk
    key = f"marketplace:qr:{company_id}"

    qr.remember(company_id, "2@long", ttl=600)
    assert 19_000 < store.client().pttl(key) <= 20_000
    store.client().pexpire(key, 900)
    assert qr.current(company_id) is None
    qr.remember(company_id, "2@fresh")
    qr.remember(company_id, "2@dead", ttl=0)
    found = qr.current(company_id)
    assert found is not None
    assert found.text == "2@fresh"
    qr.forget(company_id)
    assert qr.current(company_id) is None


def test_qr_of_a_connected_salon(api: APIClient, registered: Registration) -> None:
    activation.mark_connected(registered.company.pk, phone="+79001234567", at=clock.now())

    answer = api.get(f"/marketplace/qr/{registered.token}")

    assert answer.status_code == 409
    assert answer.json()["code"] == "already_connected"


def test_qr_where_whatsapp_is_switched_off(
    api: APIClient, registered: Registration, capture_jobs: Capture
) -> None:
    Company.objects.update(whatsapp_enabled=False)

    with capture_jobs() as jobs:
        answer = api.get(f"/marketplace/qr/{registered.token}")

    assert (answer.status_code, answer.json()["code"]) == (409, "whatsapp_disabled")
    assert jobs == []


@pytest.mark.parametrize("token", ["x", "токен", "a.b.c", "%00"])
def test_qr_with_a_bad_token(token: str, api: APIClient, db: None) -> None:
    answer = api.get(f"/marketplace/qr/{token}")

    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


def test_qr_without_redis(api: APIClient, registered: Registration, redis_down: None) -> None:
    qr.remember(registered.company.pk, "2@abc")

    assert api.get(f"/marketplace/qr/{registered.token}").status_code == 503


# --- /callback ---------------------------------------------------------------------------------------
def _callback(
    api: APIClient, item: Registration, **changes: object
) -> tuple[int, dict[str, object]]:
    body: dict[str, object] = {
        "salon_id": item.company.salon_id,
        "company_id": item.company.pk,
        "status": "connected",
        "whatsapp_phone": "+79001234567",
        "api_key": item.api_key,
        **changes,
    }
    answer = api.post("/marketplace/callback", body, format="json")
    return answer.status_code, answer.json()


def test_callback_queues_one_delivery(
    api: APIClient, registered: Registration, capture_jobs: Capture
) -> None:
    activation.mark_connected(registered.company.pk, phone="+79001234567", at=clock.now())

    with capture_jobs() as jobs:
        first = _callback(api, registered)
        second = _callback(api, registered)

    delivery = CallbackDelivery.objects.get()
    assert first == second
    assert first[0] == 200
    assert first[1]["success"] is True
    assert first[1]["data"] == {"callback_sent_at": None}
    assert set(jobs) == {(Job.CALLBACK_SEND, delivery.pk)}


def test_callback_is_not_believed_about_the_connection(
    api: APIClient, registered: Registration
) -> None:
    status, body = _callback(api, registered)

    assert (status, body["code"]) == (409, "not_connected")
    assert not CallbackDelivery.objects.exists()


def test_callback_with_another_companys_key(
    api: APIClient, registered: Registration, another: Registration
) -> None:
    assert _callback(api, registered, api_key=another.api_key)[0] == 404
    assert _callback(api, registered, api_key=None)[0] == 401
    assert _callback(api, registered, api_key="sk_wrong")[0] == 401
    assert _callback(api, registered, api_key=["sk_wrong"])[0] == 401
    assert _callback(api, registered, salon_id=another.company.salon_id)[0] == 404
    assert not CallbackDelivery.objects.exists()


def test_callback_names_bad_fields(api: APIClient, registered: Registration) -> None:
    status, body = _callback(api, registered, status="ok", company_id="x", whatsapp_phone="12")

    assert status == 400
    fields = body["fields"]
    assert isinstance(fields, dict)
    assert set(fields) == {"status", "company_id", "whatsapp_phone"}
