"""What all API routes share: the error shape, limits with their headers, CORS, unknown paths."""

import time

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from aiadmin.core import redis as store
from marketplace.api.base import PUBLIC_LIMIT
from marketplace.services.access import origin_allowed
from marketplace.services.registration import Registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]


def _spent(scope: str, ident: str, used: int) -> None:
    """As if `used` calls had been counted, in this minute and (should it turn) in the next."""
    minute = int(time.time()) // 60
    for slot in (minute, minute + 1):
        store.client().set(store.throttle_key(scope, ident, slot), used, ex=120)


def test_test_endpoint_answers_as_the_seed_writes(api: APIClient) -> None:
    data = api.get("/marketplace/test").json()

    assert set(data) == {"success", "status", "endpoints", "message"}
    assert (data["success"], data["status"]) == (True, "ok")
    assert data["message"] == "Marketplace integration endpoints are ready"
    assert data["endpoints"]["register"] == "POST /marketplace/register"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/marketplace/nowhere", 404, "not_found"),
        ("POST", "/marketplace/nowhere/at/all", 404, "not_found"),
        ("DELETE", "/marketplace/test", 405, "method_not_allowed"),
        ("GET", "/marketplace/register", 405, "method_not_allowed"),
        ("PATCH", "/marketplace/webhook", 405, "method_not_allowed"),
        ("GET", "/marketplace/status/1", 401, "auth_required"),
        ("POST", "/marketplace/callback", 401, "auth_required"),
        ("POST", "/marketplace/webhook/1", 404, "not_found"),
        ("POST", "/marketplace/webhook/x", 404, "not_found"),
        ("POST", "/marketplace/webhook", 400, "malformed"),
    ],
)
def test_every_refusal_has_the_one_shape(
    method: str, path: str, status: int, code: str, api: APIClient
) -> None:
    answer = api.generic(method, path)

    data = answer.json()
    assert answer.status_code == status
    assert data["success"] is False
    assert data["code"] == code
    assert isinstance(data["error"], str)
    assert data["error"]


@pytest.mark.parametrize("accept", ["application/xml", "image/png", "*/*;q=0", "text/html"])
def test_an_odd_accept_header_still_gets_json(accept: str, api: APIClient) -> None:
    answer = api.get("/marketplace/test", headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"


# --- Limits ------------------------------------------------------------------------------------------
def test_public_calls_are_counted_by_address(api: APIClient) -> None:
    first = api.get("/marketplace/test")
    _spent("public", "127.0.0.1", PUBLIC_LIMIT)
    refused = api.get("/marketplace/test")
    elsewhere = api.get("/marketplace/test", REMOTE_ADDR="198.51.100.7")

    assert first.headers["X-RateLimit-Limit"] == "60"
    assert first.headers["X-RateLimit-Remaining"] == "59"
    assert int(first.headers["X-RateLimit-Reset"]) > time.time()
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert elsewhere.status_code == 200


def test_keyed_calls_have_their_own_budget(
    api: APIClient, registered: Registration, another: Registration
) -> None:
    _spent("public", "127.0.0.1", PUBLIC_LIMIT)
    url = f"/marketplace/status/{registered.company.pk}"
    headers = {"Authorization": f"Bearer {registered.token}"}

    allowed = api.get(url, headers=headers)
    _spent("key", f"company:{registered.company.pk}", 120)
    refused = api.get(url, headers=headers)
    other = api.get(
        f"/marketplace/status/{another.company.pk}",
        headers={"Authorization": f"Bearer {another.token}"},
    )

    assert allowed.headers["X-RateLimit-Limit"] == "120"
    assert refused.status_code == 429
    assert other.status_code == 200


def test_guessing_keys_is_counted_by_address(api: APIClient, registered: Registration) -> None:
    url = f"/marketplace/status/{registered.company.pk}"
    _spent("public", "127.0.0.1", PUBLIC_LIMIT - 1)

    first = api.get(url, headers={"X-API-Key": "sk_" + "1" * 64})
    second = api.get(url, headers={"X-API-Key": "sk_" + "2" * 64})

    assert (first.status_code, second.status_code) == (401, 429)


def test_forwarded_address_counts_from_trusted_proxies_only(
    api: APIClient, settings: Settings
) -> None:
    _spent("public", "203.0.113.9", PUBLIC_LIMIT)
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}

    stranger = api.get("/marketplace/test", headers=headers)
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    proxied = api.get("/marketplace/test", headers=headers)

    assert stranger.status_code == 200
    assert proxied.status_code == 429


def test_without_redis_nobody_is_refused(api: APIClient, redis_down: None) -> None:
    assert api.get("/marketplace/test").status_code == 200


# --- CORS --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://ai-admin.app", True),
        ("https://yclients.com", True),
        ("https://n1.yclients.com", True),
        ("https://n12345.yclients.com", True),
        ("https://salon.example", True),
        ("http://127.0.0.1:3000", True),
        ("http://yclients.com", False),
        ("https://www.yclients.com", False),
        ("https://n.yclients.com", False),
        ("https://n1.yclients.com.evil.example", False),
        ("https://evil.example/n1.yclients.com", False),
        ("https://n1.yclients.com\n", False),
        ("https://n١.yclients.com", False),
        ("https://ai-admin.app:8443", False),
        ("null", False),
        ("", False),
    ],
)
def test_origins(origin: str, allowed: bool, settings: Settings) -> None:
    settings.ALLOWED_ORIGINS = ["https://salon.example/"]
    settings.PUBLIC_URL = "http://127.0.0.1:3000"

    assert origin_allowed(origin) is allowed


def test_allowed_origin_may_read_the_answer_and_the_limits(api: APIClient) -> None:
    answer = api.get("/marketplace/test", headers={"Origin": "https://n7.yclients.com"})

    assert answer.headers["Access-Control-Allow-Origin"] == "https://n7.yclients.com"
    assert "X-RateLimit-Remaining" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_foreign_origin_reads_nothing(api: APIClient) -> None:
    answer = api.get("/marketplace/test", headers={"Origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_preflight_is_answered_without_a_key(api: APIClient) -> None:
    answer = api.options(
        "/marketplace/register",
        headers={"Origin": "https://yclients.com", "Access-Control-Request-Method": "POST"},
    )

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://yclients.com"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "X-API-Key" in answer.headers["Access-Control-Allow-Headers"]


def test_answers_are_never_cached(api: APIClient) -> None:
    assert api.get("/marketplace/test").headers["Cache-Control"] == "no-store"
