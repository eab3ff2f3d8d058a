"""Every endpoint with another company's credentials: nothing of this one is seen, nothing changed."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin.core import clock
from marketplace import qr
from marketplace.models import Company
from marketplace.services import access, activation
from marketplace.services.registration import Registration
from tests.marketplace.routes import METHODS, Route, routes
from tests.marketplace.rows import Rows, all_rows, touched
from tests.marketplace.test_api_register import _signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

PHONE = "+79031112233"
_numbers = itertools.count()
# One for all: each new one would load the middleware anew.
_client = Client()
# Takes what makes a lifecycle message out of the body: an event of the salon's data is left.
EVENT = dict.fromkeys(("event", "partner_token", "application_id", "salon_id"))
SECRETS = ("Салон Лилия", PHONE, "79031112233", "lilia@example.test", "2@lilia-code")


@pytest.fixture
def lilia(registered: Registration) -> Registration:
    """The salon under attack, with something to see of it."""
    company = registered.company
    activation.mark_connected(company.pk, phone=PHONE, at=clock.now())
    Company.objects.filter(pk=company.pk).update(
        title="Салон Лилия", phone=PHONE, email="lilia@example.test", owner_user_id=501
    )
    qr.remember(company.pk, "2@lilia-code")
    return registered


def _ask(
    route: Route, method: str, victim: Registration, by: Registration, **extra: Any
) -> tuple[str, str]:
    """One request that names the victim wherever it can; returns what came back, and from where."""
    query = (
        f"?key={access.webhook_key(by.company)}&token={by.token}&company={victim.company.pk}"
        f"&salon={victim.company.salon_id}&salon_id={victim.company.salon_id}"
    )
    pk = victim.company.pk
    url = route.url(company_id=pk, object_id=pk, id=pk, token=by.token, app_label="auth") + query
    body = {
        # What `register`, `callback` and both webhooks read.
        "company_id": victim.company.salon_id if "webhook" in url else pk,
        "salon_id": victim.company.salon_id,
        "status": "connected",
        "rotate_key": True,
        "phone": "+79990000000",
        "resource": "record",
        "resource_id": 1,
        "event": "uninstall",
        "application_id": 77,
        "partner_token": by.api_key,
        **extra.pop("body", {}),
    }
    body = {name: value for name, value in body.items() if value is not None}
    data = {} if method == "GET" else {"data": body, "content_type": "application/json"}
    # Each from an address of its own: a limit would hide what is behind it.
    number = next(_numbers)
    _client.cookies.clear()
    extra["REMOTE_ADDR"] = f"10.1.{number >> 8 & 255}.{number & 255}"
    answer = getattr(_client, method.lower())(url, **data, **extra)
    assert answer.status_code != 429, url
    head = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    return f"{method} {route.template} {answer.status_code}", head + answer.content.decode()


def _changed(before: Rows) -> dict[str, list[Any]]:
    changed = touched(before, all_rows())
    # Asking to be let in is everybody's right: somebody else decides.
    changed.pop("access_requests", None)
    return changed


Headers = Callable[[Registration], dict[str, str]]
CREDENTIALS: dict[str, Headers] = {
    "token": lambda by: {"Authorization": f"Bearer {by.token}"},
    "key": lambda by: {"X-API-Key": by.api_key or ""},
    "nothing": lambda by: {},
}


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_another_companys_credentials_open_nothing(
    kind: str, lilia: Registration, another: Registration
) -> None:
    before = all_rows()
    seen: list[str] = []
    for route in routes():
        for method in METHODS:
            headers = CREDENTIALS[kind](another)
            where, text = _ask(route, method, lilia, another, headers=headers)
            seen += [f"{where}: {secret}" for secret in SECRETS if secret in text]
    assert seen == []
    assert _changed(before) == {}


def test_a_foreign_key_in_a_body_opens_nothing(
    lilia: Registration, another: Registration, settings: Settings
) -> None:
    before = all_rows()
    bodies: list[dict[str, Any]] = [
        {"api_key": another.api_key},
        EVENT,
        _signed(settings, id=777, name="Чужая", salon_name="Салон Лилия"),
        {**_signed(settings, id=777), "salon_id": str(lilia.company.salon_id), "rotate_key": False},
    ]
    # Whether the signed user has just installed the salon is asked of YCLIENTS: nobody answers.
    settings.YCLIENTS_API_URL = "http://127.0.0.1:9"
    for body in bodies:
        for route in routes():
            if route.methods == {"POST"}:
                where, text = _ask(route, "POST", lilia, another, body=body)
                assert not any(secret in text for secret in SECRETS), where
                assert _changed(before) == {}, (where, body)


def test_the_sweep_sees_what_it_may_see(lilia: Registration) -> None:
    """A sweep that could see nothing at all would prove nothing."""
    page = next(route for route in routes() if route.template == "/marketplace/status/{company_id}")
    hook = next(
        route for route in routes() if route.template == "/marketplace/webhook/{company_id}"
    )
    headers = CREDENTIALS["token"](lilia)
    before = all_rows()

    _, text = _ask(page, "GET", lilia, lilia, headers=headers)
    _ask(hook, "POST", lilia, lilia, body=EVENT)

    assert PHONE in text
    assert set(touched(before, all_rows())) == {"webhook_events"}
