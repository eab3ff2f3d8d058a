"""A request through Django's threads: its body whole, its answer in one piece or, when large, in several."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from aiadmin.wsgi_threads import WsgiThreads

SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "path": "/marketplace/webhook/1",
    "query_string": b"key=k",
    "headers": [(b"content-type", b"application/json"), (b"content-length", b"6")],
    "client": ["127.0.0.1", 5000],
}


def ask(
    pieces: Iterable[bytes], *events: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was sent for these events of a caller, and the environs that the application got."""
    seen: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []
    coming = iter(events)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append({**environ, "body": environ["wsgi.input"].read()})
        start_response("201 Created", [("X-Told", "да".encode().decode("latin1"))])
        return pieces

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(WsgiThreads(application, threads=1)(SCOPE, receive, send))
    return sent, seen


def test_a_body_in_pieces_is_read_whole_and_the_answer_leaves_in_one() -> None:
    sent, seen = ask(
        [b"o", b"k"],
        {"type": "http.request", "body": b"abc", "more_body": True},
        {"type": "http.request", "body": b"def", "more_body": False},
    )

    assert [(one["body"], one["QUERY_STRING"], one["CONTENT_LENGTH"]) for one in seen] == [
        (b"abcdef", "key=k", "6")
    ]
    assert sent == [
        {
            "type": "http.response.start",
            "status": 201,
            "headers": [(b"x-told", "да".encode())],
        },
        {"type": "http.response.body", "body": b"ok"},
    ]


def test_a_large_answer_leaves_in_pieces_as_it_is_made() -> None:
    piece = b"x" * 200_000

    sent, _ = ask([piece, piece, piece], {"type": "http.request", "body": b""})

    assert [message["type"] for message in sent] == ["http.response.start"] + [
        "http.response.body"
    ] * 2
    assert [message.get("more_body", False) for message in sent[1:]] == [True, False]
    assert b"".join(message["body"] for message in sent[1:]) == piece * 3


def test_a_caller_who_has_gone_costs_no_thread() -> None:
    assert ask([b"ok"], {"type": "http.disconnect"}) == ([], [])


def test_what_the_application_raises_reaches_the_server() -> None:
    def broken() -> Iterable[bytes]:
        yield b"half"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        ask(broken(), {"type": "http.request", "body": b""})
