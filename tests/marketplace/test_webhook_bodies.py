"""Bodies of webhooks: what is understood, what is refused, what is never kept."""

import json
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from aiadmin.core.errors import AppError
from marketplace.services import webhook_bodies as bodies


@pytest.mark.parametrize(
    ("item", "fact"),
    [
        (
            {"company_id": 7, "resource": "record", "resource_id": 5, "status": "update"},
            ("record", "update", 5, 7),
        ),
        ({"resource": "client", "data": {"id": "12"}}, ("client", "", 12, None)),
        ({"type": "booking_created", "data": {"id": 5}}, ("record", "create", 5, None)),
        ({"event": "booking_updated", "resource_id": 5}, ("record", "update", 5, None)),
        (
            {"event_type": "booking_cancelled", "data": {"record_id": 5}},
            ("record", "delete", 5, None),
        ),
        ({"type": "client_created", "data": {"client_id": 8}}, ("client", "create", 8, None)),
        ({"type": ["booking_created"], "data": [1]}, ("", "", None, None)),
        ({"resource": "x" * 90, "status": "y" * 90}, ("x" * 60, "y" * 60, None, None)),
        ({}, ("", "", None, None)),
    ],
)
def test_facts_of_an_event(item: dict[str, Any], fact: tuple[object, ...]) -> None:
    found = bodies.fact(item)

    assert (found.resource, found.event, found.resource_id, found.salon_id) == fact


def _parsed(body: object) -> Any:
    return bodies.parse(json.dumps(body).encode())


def test_list_keeps_what_is_usable() -> None:
    deep: Any = {"resource": "record"}
    for _ in range(bodies.MAX_DEPTH):
        deep = {"data": deep}

    found = _parsed([{"resource": "a"}, 5, None, "x", [], {"resource": "\x00"}, deep, {"b": 1}])

    assert found == [{"resource": "a"}, {"b": 1}]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"[]", 400),
        (b"[1, null]", 400),
        (b'{"a": ' * 500 + b"1" + b"}" * 500, 400),
        (b'{"a": ' * 100_000 + b"1" + b"}" * 100_000, 400),
        (b'["\\u0000"]', 400),
        (b"[" + b"{}," * bodies.MAX_ITEMS + b"{}]", 413),
        (b'{"a": "' + b"x" * bodies.MAX_BODY + b'"}', 413),
        (b"\xff\xfe", 400),
    ],
    ids=["empty", "no_objects", "deep", "deeper", "nul", "many", "large", "no_text"],
)
def test_what_holds_no_event_is_refused(raw: bytes, status: int) -> None:
    with pytest.raises(AppError) as caught:
        bodies.parse(raw)

    assert caught.value.status == status


def test_body_of_a_megabyte_is_an_event() -> None:
    raw = b'{"resource": "record", "data": "%s"}' % (b"x" * (bodies.MAX_BODY - 36))
    assert len(raw) == bodies.MAX_BODY - 2

    found = bodies.parse(raw)

    assert isinstance(found, dict)
    assert found["resource"] == "record"


def test_secrets_are_taken_out_at_any_depth(settings: Settings) -> None:
    partner = settings.YCLIENTS_API_KEY
    item = {
        "partner_token": partner,
        "resource": "record",
        "data": {
            "User_Token": "abc",
            "rows": [{"api_key": "k", "comment": f"Bearer {partner}"}, partner, ["deep", partner]],
            "name": "Ольга",
        },
    }

    body = bodies.fact(item).body

    assert partner not in json.dumps(body)
    assert body == {
        "resource": "record",
        "data": {
            "rows": [{"comment": "Bearer [hidden]"}, "[hidden]", ["deep", "[hidden]"]],
            "name": "Ольга",
        },
    }


@pytest.mark.parametrize(
    ("item", "is_lifecycle"),
    [
        ({"event": "uninstall", "salon_id": 1}, True),
        ({"event_type": "freeze"}, True),
        ({"event": "something_new", "partner_token": "x"}, True),
        ({"event": "booking_created", "salon_id": 1}, False),
        ({"resource": "record", "status": "freeze"}, False),
    ],
)
def test_lifecycle_is_told_from_data(item: dict[str, Any], is_lifecycle: bool) -> None:
    assert bodies.is_lifecycle(item) is is_lifecycle
