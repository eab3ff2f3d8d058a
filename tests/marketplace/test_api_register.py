"""POST /marketplace/register: who may, what it answers, what it refuses."""

import base64
import json

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from aiadmin.core import signatures
from marketplace.models import Company
from marketplace.services import keys, tokens
from marketplace.services.registration import Registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

URL = "/marketplace/register"


@pytest.fixture
def open_mode(settings: Settings) -> None:
    settings.MARKETPLACE_OPEN_REGISTRATION = True


@pytest.fixture
def admin(settings: Settings) -> dict[str, str]:
    return {"X-API-Key": settings.ADMIN_API_KEY}


def _signed(settings: Settings, **data: object) -> dict[str, str]:
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    encoded = base64.urlsafe_b64encode(raw).decode()
    return {
        "user_data": encoded,
        "user_data_sign": signatures.sign(raw, settings.YCLIENTS_API_KEY),
    }


def test_new_salon_answers_as_the_seed_writes(
    api: APIClient, salon_id: int, open_mode: None
) -> None:
    body = {"salon_id": salon_id, "phone": "+79001234567", "email": "salon@example.com"}

    answer = api.post(URL, body, format="json")

    data = answer.json()
    assert answer.status_code == 201
    assert set(data) == {
        "success",
        "company_id",
        "salon_id",
        "api_key",
        "api_key_prefix",
        "connect_url",
        "message",
    }
    assert data["success"] is True
    assert data["salon_id"] == salon_id
    company = keys.company_for_key(data["api_key"])
    assert company is not None
    assert company.pk == data["company_id"]
    assert data["connect_url"].startswith("/marketplace/connect?token=")


def test_known_salon_answers_200_without_a_key(
    api: APIClient, registered: Registration, admin: dict[str, str]
) -> None:
    body = {"salon_id": registered.company.salon_id}

    answer = api.post(URL, body, format="json", headers=admin)

    assert answer.status_code == 200
    assert answer.json()["api_key"] is None
    assert answer.json()["api_key_prefix"] == registered.api_key_prefix
    token = answer.json()["connect_url"].split("token=")[1].split("&")[0]
    assert tokens.company_for_token(token) == registered.company


def test_staff_may_ask_for_a_new_key(
    api: APIClient, registered: Registration, admin: dict[str, str]
) -> None:
    body = {"salon_id": registered.company.salon_id, "rotate_key": True}

    answer = api.post(URL, body, format="json", headers=admin)

    assert answer.status_code == 200
    assert keys.company_for_key(answer.json()["api_key"]) == registered.company


def test_open_mode_tells_that_the_salon_is_connected(
    api: APIClient, registered: Registration, open_mode: None
) -> None:
    Company.objects.update(whatsapp_connected=True)

    answer = api.post(URL, {"salon_id": registered.company.salon_id}, format="json")

    assert answer.status_code == 409
    assert answer.json() == {
        "success": False,
        "error": "Салон уже подключён",
        "code": "already_connected",
    }


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "auth_required"),
        ({"X-API-Key": "wrong"}, "key_invalid"),
        ({"X-API-Key": ""}, "auth_required"),
    ],
)
def test_closed_registration_needs_a_proof(
    headers: dict[str, str], code: str, api: APIClient, salon_id: int
) -> None:
    answer = api.post(URL, {"salon_id": salon_id}, format="json", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["code"] == code
    assert not Company.objects.exists()


def test_a_companys_own_key_registers_no_other_salon(
    api: APIClient, registered: Registration, salon_id: int
) -> None:
    headers = {"X-API-Key": registered.api_key or ""}

    answer = api.post(URL, {"salon_id": salon_id + 5_000_000}, format="json", headers=headers)

    assert answer.status_code == 401
    assert Company.objects.count() == 1


def test_stored_owner_proves_himself_by_signed_data(
    api: APIClient, registered: Registration, settings: Settings
) -> None:
    Company.objects.update(owner_user_id=501)
    body = {"salon_id": registered.company.salon_id, **_signed(settings, id=501, name="Шура")}

    answer = api.post(URL, body, format="json")

    assert answer.status_code == 200


def test_swapped_salon_answers_approval_required(
    api: APIClient, registered: Registration, settings: Settings
) -> None:
    Company.objects.update(owner_user_id=501)
    body = {"salon_id": registered.company.salon_id, **_signed(settings, id=777, name="Чужой")}

    answer = api.post(URL, body, format="json")

    assert answer.status_code == 403
    assert answer.json()["code"] == "approval_required"


@pytest.mark.parametrize(
    "spoil",
    [
        {"user_data_sign": "0" * 64},
        {"user_data_sign": ""},
        {"user_data_sign": "подпись"},
        {"user_data": "!!!"},
        {"user_data": "e30="},
    ],
)
def test_bad_signature_is_refused_also_in_open_mode(
    spoil: dict[str, str], api: APIClient, salon_id: int, settings: Settings, open_mode: None
) -> None:
    body = {"salon_id": salon_id, **_signed(settings, id=501), **spoil}

    answer = api.post(URL, body, format="json")

    assert answer.status_code == 403
    assert answer.json()["code"] == "bad_signature"
    assert not Company.objects.exists()


BAD_FIELDS: list[tuple[dict[str, object], str, str]] = [
    ({}, "salon_id", "Отсутствует обязательный параметр salon_id"),
    ({"salon_id": None}, "salon_id", "Некорректный формат salon_id"),
    ({"salon_id": "лилия"}, "salon_id", "Некорректный формат salon_id"),
    ({"salon_id": 0}, "salon_id", "Некорректный формат salon_id"),
    ({"salon_id": -15}, "salon_id", "Некорректный формат salon_id"),
    ({"salon_id": 2**31}, "salon_id", "Некорректный формат salon_id"),
    ({"salon_id": 1.5}, "salon_id", "Некорректный формат salon_id"),
    ({"salon_id": True}, "salon_id", "Некорректный формат salon_id"),
    ({"salon_id": [1]}, "salon_id", "Некорректный формат salon_id"),
    ({"salon_id": "9" * 5000}, "salon_id", "Некорректный формат salon_id"),
    ({"salon_id": 15, "phone": "12"}, "phone", "Некорректный формат телефона"),
    ({"salon_id": 15, "phone": "телефон"}, "phone", "Некорректный формат телефона"),
    ({"salon_id": 15, "email": "salon"}, "email", "Некорректный формат email"),
    ({"salon_id": 15, "email": f"{'a' * 60}@{'b' * 60}.ru"}, "email", "Некорректный формат email"),
]


@pytest.mark.parametrize(("body", "field", "text"), BAD_FIELDS)
def test_bad_field_is_named(
    body: dict[str, object], field: str, text: str, api: APIClient, open_mode: None
) -> None:
    answer = api.post(URL, body, format="json")

    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert answer.json()["code"] == "invalid"
    assert answer.json()["fields"] == {field: [text]}
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    ("phone", "stored"),
    [
        ("+79001234567", "+79001234567"),
        ("8 (900) 123-45-67", "+79001234567"),
        ("79001234567", "+79001234567"),
        ("+375 29 123-45-67", "+375291234567"),
    ],
)
def test_phone_is_stored_in_one_form(
    phone: str, stored: str, api: APIClient, salon_id: int, open_mode: None
) -> None:
    api.post(URL, {"salon_id": str(salon_id), "phone": phone}, format="json")

    assert Company.objects.get(external_company_id=salon_id).phone == stored


BODIES: list[tuple[bytes, str, int, str]] = [
    (b"{", "application/json", 400, "malformed"),
    (b"\xff\xfe", "application/json", 400, "malformed"),
    (b"[" * 100_000, "application/json", 400, "malformed"),
    (b'{"salon_id": NaN}', "application/json", 400, "malformed"),
    (b"[1, 2]", "application/json", 400, "invalid"),
    (b'"text"', "application/json", 400, "invalid"),
    (b"null", "application/json", 400, "invalid"),
    (b'{"salon_id": 15, "email": "a\\u0000@example.com"}', "application/json", 400, "malformed"),
    (b'{"salon_id": 15, "email": "\\ud800@example.com"}', "application/json", 400, "malformed"),
    (b"salon_id=15", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    (b'{"salon_id": 15, "x": "' + b"a" * 1_100_000 + b'"}', "application/json", 413, "too_large"),
]


@pytest.mark.parametrize(("raw", "kind", "status", "code"), BODIES)
def test_bad_body_has_the_one_error_shape(
    raw: bytes, kind: str, status: int, code: str, api: APIClient, open_mode: None
) -> None:
    answer = api.post(URL, raw, content_type=kind)

    assert answer.status_code == status
    assert answer.json()["success"] is False
    assert answer.json()["code"] == code
    assert answer.json()["error"]
    assert not Company.objects.exists()
