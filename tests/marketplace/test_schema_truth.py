"""Real answers against the document: each documented status of each operation is given, as told."""

import json
from typing import Any

import pytest
from django.conf import settings as configured
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from aiadmin.core import clock
from marketplace import qr
from marketplace.models import CallbackDelivery, Company
from marketplace.services import access, activation
from marketplace.services.registration import Registration
from tests.marketplace.document import complaints, documented
from tests.marketplace.test_api_register import _signed
from tests.marketplace.test_api_shape import _spent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

STAFF = {"X-API-Key": configured.ADMIN_API_KEY}
BIG = b'{"x": "' + b"a" * 2**21 + b'"}'


class Asked:
    """Asks one operation and keeps the statuses; every answer must be as the document says."""

    def __init__(self, method: str, template: str) -> None:
        self.method, self.template = method, template
        self.url = template
        self.statuses: set[str] = set()

    def __call__(self, body: object = None, *, query: str = "", **options: Any) -> int:
        """`body`: bytes as they are, anything else as JSON. Returns the status."""
        raw: Any = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        options = {"content_type": "application/json", **options}
        answer = APIClient().generic(self.method, self.url + query, raw, **options)
        assert complaints(self.template, self.method, answer) == []
        self.statuses.add(str(answer.status_code))
        return int(answer.status_code)

    def complete(self) -> None:
        """Too large a body, too many calls; with them every documented status was seen."""
        assert self(BIG) == 413
        _spent("public", "127.0.0.1", 60)
        assert self() == 429
        assert self.statuses == set(documented(self.template, self.method))


def _bearer(item: Registration) -> dict[str, str]:
    return {"Authorization": f"Bearer {item.token}"}


def test_test() -> None:
    ask = Asked("GET", "/marketplace/test")

    assert ask() == 200

    ask.complete()


def test_register(registered: Registration, salon_id: int, settings: Settings) -> None:
    ask = Asked("POST", "/marketplace/register")
    known = {"salon_id": registered.company.salon_id}
    signed = {"salon_id": salon_id + 10**6, **_signed(settings, id=501, salon_name="Лилия")}
    settings.YCLIENTS_API_URL = "http://127.0.0.1:9"

    assert ask({"salon_id": salon_id + 2 * 10**6}, headers=STAFF) == 201
    assert ask(known, headers=STAFF) == 200
    assert ask({**known, "rotate_key": True}, headers=STAFF) == 200
    assert ask({"salon_id": "x", "phone": "1"}, headers=STAFF) == 400
    assert ask(b"{", headers=STAFF) == 400
    assert ask(known) == 401
    assert ask(known, headers={"X-API-Key": "sk_wrong"}) == 401
    assert ask({**signed, "user_data_sign": "0"}) == 403
    assert ask(signed) == 503
    assert ask(b"salon_id=1", content_type="application/x-www-form-urlencoded") == 415
    settings.MARKETPLACE_OPEN_REGISTRATION = True
    Company.objects.update(whatsapp_connected=True)
    assert ask(known) == 409

    ask.complete()


def test_qr(registered: Registration) -> None:
    ask = Asked("GET", "/marketplace/qr/{token}")
    ask.url = f"/marketplace/qr/{registered.token}"

    assert ask() == 503
    qr.remember(registered.company.pk, "2@abc")
    assert ask() == 200
    activation.mark_connected(registered.company.pk, phone="+79001234567", at=clock.now())
    assert ask() == 409
    ask.url = "/marketplace/qr/x"
    assert ask() == 401

    ask.complete()


def test_status(registered: Registration, another: Registration) -> None:
    ask = Asked("GET", "/marketplace/status/{company_id}")
    ask.url = f"/marketplace/status/{registered.company.pk}"

    assert ask(headers=_bearer(registered)) == 200
    activation.mark_connected(registered.company.pk, phone="+79001234567", at=clock.now())
    assert ask(headers=STAFF) == 200
    assert ask(headers=_bearer(another)) == 404
    assert ask() == 401
    ask.url = "/marketplace/status/x"
    assert ask(headers=STAFF) == 400

    ask.complete()


def test_callback(registered: Registration, another: Registration) -> None:
    ask = Asked("POST", "/marketplace/callback")
    body = {"company_id": registered.company.pk, "status": "connected"}
    keyed = {**body, "api_key": registered.api_key}

    assert ask(keyed) == 409
    activation.mark_connected(registered.company.pk, phone="+79001234567", at=clock.now())
    assert ask(keyed) == 200
    CallbackDelivery.objects.update(status=CallbackDelivery.Status.DONE, sent_at=clock.now())
    assert ask(keyed) == 200
    assert ask(body) == 401
    assert ask(body, headers=_bearer(another)) == 404
    assert ask({**keyed, "status": "on"}) == 400
    assert ask(b"a=b", content_type="text/plain") == 415

    ask.complete()


def test_companies(registered: Registration) -> None:
    ask = Asked("GET", "/marketplace/companies")

    assert ask(headers=STAFF) == 200
    assert ask(headers=_bearer(registered)) == 401

    ask.complete()


def test_webhooks(registered: Registration, settings: Settings) -> None:
    event = {"resource": "record", "resource_id": 1, "status": "update"}
    event["company_id"] = registered.company.salon_id
    goodbye = {"event": "freeze", "salon_id": registered.company.salon_id, "application_id": 77}
    key = f"?key={access.webhook_key(registered.company)}"

    ask = Asked("POST", "/marketplace/webhook")
    assert ask(event, query=key) == 200
    assert ask({**goodbye, "partner_token": settings.YCLIENTS_API_KEY}) == 200
    assert ask(goodbye) == 403
    assert ask(event) == 403
    assert ask(b"{", query=key) == 400
    assert ask({}, query=key) == 403
    spare = Asked("POST", "/marketplace/webhook/{company_id}")
    spare.url = f"/marketplace/webhook/{registered.company.pk}"
    assert spare(event, query=key) == 200
    assert spare([event, event], query=key) == 200
    assert spare(b"{", query=key) == 400
    assert spare(goodbye, query=key) == 403
    assert spare(event) == 404

    ask.complete()
    spare.complete()


def test_pages(registered: Registration) -> None:
    landing, page = Asked("GET", "/marketplace/"), Asked("GET", "/marketplace/connect")

    assert landing() == 200
    assert landing(query="?salon_id=x") == 400
    assert landing(query="?salon_id=1&user_data=e30=&user_data_sign=0") == 403
    assert landing(query="?salon_id=1") == 202
    assert page(query=f"?token={registered.token}") == 200
    assert page(query="?token=x") == 401
    _spent("public", "127.0.0.1", 60)
    assert landing(query="?salon_id=1") == page(query="?token=x") == 429
