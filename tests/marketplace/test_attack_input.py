"""Bad bodies, headers and addresses on every endpoint: a documented refusal, nothing stored, no 5xx."""

import itertools
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from marketplace.services import access
from marketplace.services.registration import Registration
from tests.marketplace.document import complaints, document
from tests.marketplace.routes import METHODS, Route, routes
from tests.marketplace.rows import all_rows, touched

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

_numbers = itertools.count()
# One for all: each new one would load the middleware anew.
_client = Client()
JSON = "application/json"

BODIES: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", JSON),
    "no body": (b"", JSON),
    "not UTF-8": (b"\xff\xfe\x00", JSON),
    "NUL byte": (b"\x00", JSON),
    "NUL in a value": (b'{"salon_id": "1\\u0000", "company_id": "\\u0000"}', JSON),
    "NUL in a name": (b'{"\\u0000": 1}', JSON),
    "half a pair": (b'{"phone": "\\ud800", "status": "\\udfff"}', JSON),
    "no number": (b'{"salon_id": NaN, "company_id": -Infinity}', JSON),
    "huge number": (b'{"salon_id": 1e999, "company_id": ' + b"9" * 5000 + b"}", JSON),
    "a string": (b'"salon_id"', JSON),
    "a number": (b"15", JSON),
    "null": (b"null", JSON),
    "a list of anything": (b'[1, null, "x", [[]], 1.5]', JSON),
    "deep lists": (b"[" * 200_000, JSON),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON),
    "deep inside": (b'{"salon_id": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", JSON),
    "2 MB": (json.dumps({"salon_id": 1, "x": "a" * 2**21}).encode(), JSON),
    "2 MB of form": (b"a=" + b"b" * 2**21, "application/x-www-form-urlencoded"),
    "a form": (b"salon_id=1&company_id=%00", "application/x-www-form-urlencoded"),
    "broken parts": (b"--x\r\nnothing", "multipart/form-data; boundary=x"),
    "no boundary": (b"--x", "multipart/form-data"),
    "XML": (b'<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>', "application/xml"),
    "no kind": (b"[1]", "\x7f;=;charset"),
}
QUERIES = (
    "",
    "?key=%00&token=%00&salon_id=%00",
    "?salon_ids[]=9999999999&user_data=%FF&a" + "[b]" * 999,
)


def _ask(route: Route, method: str, item: Registration, **options: Any) -> Any:
    """With the keys that open the door, so that the bad body gets behind it."""
    url = route.url(company_id=item.company.pk, token=item.token, app_label="auth")
    url += options.pop("query", f"?key={access.webhook_key(item.company)}")
    options.setdefault("headers", {"X-API-Key": settings.ADMIN_API_KEY})
    return _send(method, url, **options)


def _send(method: str, url: str, **options: Any) -> Any:
    """From an address of its own."""
    number = next(_numbers)
    _client.cookies.clear()
    address = f"10.2.{number >> 8 & 255}.{number & 255}"
    return _client.generic(method, url, REMOTE_ADDR=address, **options)


def _refusal(route: Route, method: str, answer: Any) -> list[str]:
    """What is wrong with the answer to a bad request."""
    told = document()["paths"].get(route.template, {})
    if method.lower() in told:
        return complaints(route.template, method, answer)
    if answer.status_code >= 500 and route.template != "/readyz":
        return [f"{method} {route.template} → {answer.status_code}"]
    return []


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_refused_as_documented(name: str, registered: Registration) -> None:
    body, kind = BODIES[name]
    before = all_rows()
    found: list[str] = []

    for route in routes():
        for method in METHODS if route.template.startswith("/marketplace/") else ("POST",):
            answer = _ask(route, method, registered, data=body, content_type=kind)
            found += _refusal(route, method, answer)
            # Webhooks may shrug a body off: YCLIENTS would not send it better a second time.
            sure = route.methods == {"POST"} and "webhook" not in route.template
            if sure and answer.status_code < 400:
                found.append(f"{method} {route.template} took it")

    assert found == []
    assert touched(before, all_rows()) == {}


WRONG: list[Any] = [None, [], [1], {}, {"a": []}, 1.5, -1, "x" * 10_000, "\n", [[[]]]]


@pytest.mark.parametrize("path", ["/marketplace/register", "/marketplace/callback"])
def test_a_wrong_type_in_any_field_is_refused(path: str, registered: Registration) -> None:
    route = next(each for each in routes() if each.template == path)
    content = document()["paths"][path]["post"]["requestBody"]["content"][JSON]
    fields = document()["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
    good = {"salon_id": 999_999_999, "company_id": registered.company.pk, "status": "connected"}
    before = all_rows()
    found: list[str] = []

    for name, value in itertools.product(fields["properties"], WRONG):
        body = json.dumps({**good, name: value}).encode()
        # To register, the key would be proof enough, and the fields of another proof ignored.
        headers = {} if path.endswith("register") else {"X-API-Key": registered.api_key or ""}
        answer = _ask(route, "POST", registered, data=body, content_type=JSON, headers=headers)
        found += _refusal(route, "POST", answer)
        if answer.status_code == 429 or not 400 <= answer.status_code < 500:
            found.append(f"{name}={str(value)[:20]} → {answer.status_code}")

    assert found == []
    assert touched(before, all_rows()) == {}


@pytest.mark.parametrize("query", QUERIES, ids=["none", "NUL", "odd"])
def test_a_bad_address_is_refused_as_documented(query: str, registered: Registration) -> None:
    before = all_rows()
    found: list[str] = []

    for route in routes():
        answer = _ask(route, "GET", registered, query=query)
        found += _refusal(route, "GET", answer)

    assert found == []
    assert touched(before, all_rows()) == {}


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "-1",
        "1.5",
        "%00",
        "%0A1",
        "1%0A",
        "%FF",
        "²",
        "١",
        "9" * 19,
        "9" * 5000,
        "..",
        "a/b",
        "'",
        " ",
    ],
)
def test_a_bad_number_or_token_in_the_path(value: str, registered: Registration) -> None:
    before = all_rows()
    found: list[str] = []

    for route in routes():
        if "{" not in route.template or not route.methods:
            continue
        for method in METHODS:
            url = route.url(company_id=value, token=value)
            headers = {"X-API-Key": settings.ADMIN_API_KEY}
            answer = _send(method, url, data=b"{}", content_type=JSON, headers=headers)
            if not 400 <= answer.status_code < 500 or answer.json()["success"] is not False:
                found.append(f"{method} {url} → {answer.status_code}")

    assert found == []
    assert touched(before, all_rows()) == {}
