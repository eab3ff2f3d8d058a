"""Schemathesis over our own OpenAPI document: no 5xx, no undocumented status, no untrue answer."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.specs.openapi import checks as openapi

from aiadmin.asgi import http
from aiadmin.core import redis as store
from aiadmin.core.clock import now
from marketplace import qr
from marketplace.services import access, activation
from marketplace.services.registration import Registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

# The same requests at every run, some fifty for a caller and operation.
CONFIG = {
    "seed": 7,
    "phases": {"coverage": {"unexpected-methods": ["put", "trace", "patch"]}},
    "checks": {"not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", 503]}},
}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.unsupported_method,
]
_addresses = itertools.count(1)


@dataclass(frozen=True)
class Caller:
    """`right` (in path and query) and `body`: what fits, put in place of the generated values."""

    headers: dict[str, str] = field(default_factory=dict)
    right: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    def improve(self, case: schemathesis.Case) -> None:
        for place in (case.path_parameters, case.query):
            for name, value in self.right.items():
                if place and name in place:
                    place[name] = value
        if self.body and isinstance(case.body, dict):
            case.body.update(self.body)


CALLERS = ["nobody", "the staff", "the page", "the salon's program", "YCLIENTS"]


@pytest.fixture(params=CALLERS)
def caller(request: pytest.FixtureRequest, registered: Registration) -> Caller:
    company = registered.company
    known = {"company_id": company.pk, "token": registered.token}
    if request.param == "the page":
        qr.remember(company.pk, "2@abc,def,ghi")
    if request.param == "the salon's program":
        activation.mark_connected(
            company.pk, phone=f"+7900{company.salon_id % 10**7:07d}", at=now()
        )
    return {
        "nobody": Caller(),
        "the staff": Caller({"X-API-Key": settings.ADMIN_API_KEY}),
        "the page": Caller(
            {"Authorization": f"Bearer {registered.token}"}, known, {"company_id": company.pk}
        ),
        "the salon's program": Caller(
            {"X-API-Key": registered.api_key or ""}, known, {"company_id": company.pk}
        ),
        "YCLIENTS": Caller(
            right={**known, "key": access.webhook_key(company)},
            body={"company_id": company.salon_id, "partner_token": settings.YCLIENTS_API_KEY},
        ),
    }[request.param]


def _unlimited(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The application for a caller whom no limit stops: 429 would hide the answers behind it."""
    number = next(_addresses)
    environ["REMOTE_ADDR"] = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    if number % 50 == 0:
        for key in store.client().scan_iter("throttle:key:*"):
            store.client().delete(key)
    return http(environ, start_response)


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """The test's transaction outlives its requests, as it does with Django's own test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


described = schemathesis.openapi.from_wsgi(
    "/api/schema/", _unlimited, config=schemathesis.Config.from_dict(CONFIG)
)


@pytest.mark.usefixtures("one_connection")
@described.parametrize()
@hypothesis.settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
def test_answers_are_as_the_document_says(case: schemathesis.Case, caller: Caller) -> None:
    caller.improve(case)

    case.call_and_validate(headers=caller.headers, checks=CHECKS)
