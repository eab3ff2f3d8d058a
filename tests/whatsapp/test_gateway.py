"""The gateway: every answer of the bridge as a type, one hop to another bridge, only to a listed one."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from tests.whatsapp.bridge_server import BridgeServer
from whatsapp import gateway

pytestmark = pytest.mark.django_db

TO = "50001234567@lid"


@pytest.fixture
def second() -> Iterator[BridgeServer]:
    server = BridgeServer()
    yield server
    server.close()


def send() -> gateway.SendOutcome:
    return gateway.send(7, message_id="3EB0AA", to=TO, text="Здравствуйте")


def list_node(node: str, url: str, *, age: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bridge.nodes (id, url, seen_at)"
            " VALUES (%s, %s, now() - make_interval(secs => %s))",
            [node, url, age],
        )


def elsewhere(url: str | None, node: str = "b2") -> tuple[int, dict[str, Any]]:
    return 409, {"error": "x", "code": "other_owner", "owner": {"id": node, "url": url}}


@pytest.mark.parametrize(
    ("_case", "answer", "expected"),
    [
        ("sent", (200, {"status": "sent", "key": "3EB0AA"}), gateway.Sent()),
        ("accepted", (200, {"status": "accepted", "key": "3EB0AA"}), gateway.Accepted()),
        ("closed", (409, {"code": "not_connected", "error": "x"}), gateway.NotConnected()),
        ("unknown", (404, {"code": "not_found", "error": "x"}), gateway.NotConnected()),
        ("463", (422, {"code": "refused", "detail": "463"}), gateway.Refused("463")),
        ("bad", (400, {"code": "FST_ERR_VALIDATION"}), gateway.Refused("FST_ERR_VALIDATION")),
        ("busy", (503, {"code": "busy"}), gateway.Unreachable("http 503")),
        ("token", (401, {"code": "auth_required"}), gateway.Unreachable("http 401")),
        ("odd", (200, {"ok": True}), gateway.Unreachable("the answer is not the bridge's")),
    ],
)
def test_answer_to_a_message_becomes_its_outcome(
    bridge: BridgeServer,
    _case: str,
    answer: tuple[int, dict[str, Any]],
    expected: gateway.SendOutcome,
) -> None:
    bridge.answer("messages", answer)

    assert send() == expected
    assert bridge.sent == [{"key": "3EB0AA", "to": TO, "text": "Здравствуйте"}]


def test_command_carries_the_token(bridge: BridgeServer, settings: Settings) -> None:
    send()

    assert bridge.asked[0].path == "/sessions/7/messages"
    assert bridge.asked[0].token == settings.BRIDGE_TOKEN


def test_reaction_is_sent_without_a_text(bridge: BridgeServer) -> None:
    reaction = {"message_id": "IN1", "from_me": False, "emoji": "❤️"}
    gateway.send(7, message_id="3EB0AA", to=TO, reaction=reaction)

    assert bridge.sent == [{"key": "3EB0AA", "to": TO, "reaction": reaction}]


def test_session_of_another_bridge_is_followed_once(
    bridge: BridgeServer, second: BridgeServer
) -> None:
    list_node("b2", second.url)
    bridge.answer("messages", elsewhere(second.url))

    assert send() == gateway.Sent()
    assert len(second.sent) == 1

    second.answer("messages", elsewhere(bridge.url, "b1"))
    assert isinstance(send(), gateway.Unreachable)
    assert (len(bridge.sent), len(second.sent)) == (2, 2)


@pytest.mark.parametrize("age", [None, 3600], ids=["unlisted", "not_seen"])
def test_address_that_no_living_bridge_listed_is_not_followed(
    bridge: BridgeServer, second: BridgeServer, age: int | None
) -> None:
    if age is not None:
        list_node("b2", second.url, age=age)
    bridge.answer("messages", elsewhere(second.url))

    assert isinstance(send(), gateway.Unreachable)
    assert not second.asked


def test_dead_bridge_is_replaced_by_one_that_lives(
    second: BridgeServer, settings: Settings
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.BRIDGE_URL = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert send() == gateway.Unreachable("NewConnectionError")

    list_node("b2", second.url)
    assert send() == gateway.Sent()


def test_dead_host_that_answers_nothing_is_replaced_too(
    second: BridgeServer, settings: Settings
) -> None:
    list_node("b2", second.url)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
        settings.BRIDGE_URL = f"http://127.0.0.1:{full.getsockname()[1]}"
        # Whoever comes after them gets no answer at all.
        for _ in range(3):
            early = waiting.enter_context(socket.socket())
            early.setblocking(False)
            early.connect_ex(full.getsockname())

        assert send() == gateway.Sent()


def test_start_names_mode_and_phone(bridge: BridgeServer) -> None:
    bridge.answer("start", (202, {"state": "pairing_code"}))

    assert gateway.start(7, mode="code", phone="79001234567") == gateway.Done("pairing_code")
    assert bridge.of("start")[0].body == {"mode": "code", "phone": "79001234567"}
    assert gateway.stop(7) == gateway.Done("idle")
    assert gateway.logout(7) == gateway.Done("logged_out")
