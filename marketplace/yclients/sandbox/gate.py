"""What stands before the routes: trailing slashes, limits, faults, cutting a connection, and the
lock on the control API.

Pure ASGI, outermost, because a cut needs the server's own transport.
"""

import asyncio
import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marketplace.yclients.sandbox.faults import Fault
from marketplace.yclients.sandbox.web import json_answer
from marketplace.yclients.sandbox.world import World

_PIECES = 10
_HTML = b"<!DOCTYPE html><html><head><title>502</title></head><body>Bad gateway</body></html>"


class Gate:
    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].rstrip("/") or "/"
        scope = {**scope, "path": path, "raw_path": path.encode()}
        if path.startswith("/control"):
            answer = self._app if is_local(scope) else _NOT_LOCAL
            await answer(scope, receive, send)
            return
        body = await _whole_body(receive)
        replay = _Replay(body, receive)
        wait = self.world.limiter.admit((scope.get("client") or ("?", 0))[0], path)
        if wait:
            headers = {"Retry-After": str(int(wait))}
            text = "Превышен лимит запросов"
            refusal = _error(429, text, headers)
            await refusal(scope, replay, send)
            return
        fault = self.world.faults.for_call(scope["method"], path, body)
        if fault is None:
            await self._app(scope, replay, send)
        else:
            await self._with_fault(fault, scope, replay, send)

    async def _with_fault(self, fault: Fault, scope: Scope, receive: "_Replay", send: Send) -> None:
        if fault.mode == "trickle":
            await self._app(scope, receive, _Trickle(send, fault.seconds))
            return
        if fault.mode == "delay" and not fault.after:
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
            return
        if fault.mode == "delay":
            held: list[Message] = []

            async def hold(message: Message) -> None:
                held.append(message)

            await self._app(scope, receive, hold)
            await asyncio.sleep(fault.seconds)
            for message in held:
                await send(message)
            return
        if fault.after:
            await self._app(scope, receive, _swallow)
        if fault.mode == "status":
            await _error(fault.status, fault.message)(scope, receive, send)
        elif fault.mode == "html":
            await _page(send, fault.status)
        else:
            await _cut(receive, send)


def is_local(scope: Scope) -> bool:
    """Whether this machine's own programs call: the peer, the name they call us by and, for a
    browser's page, its origin are all loopback. A page elsewhere whose name leads here (DNS
    rebinding), or which posts here blindly, is not."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    peer = (scope.get("client") or ("", 0))[0]
    names = [peer, re.sub(r":\d+$", "", headers.get(b"host", ""))]
    if b"origin" in headers:
        names.append(urlsplit(headers[b"origin"]).hostname or "")
    return all(map(_is_loopback, names))


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


class _Replay:
    """Gives the body that was read already, then the real channel (for the disconnect)."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def disconnected(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


class _Trickle:
    """Sends an answer's body in pieces, `pause` seconds apart."""

    def __init__(self, send: Send, pause: float) -> None:
        self._send, self._pause = send, pause

    async def __call__(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        body = message.get("body", b"")
        size = max(1, len(body) // _PIECES)
        for start in range(0, len(body), size):
            piece = body[start : start + size]
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(self._pause)
        await self._send({**message, "body": b""})


async def _whole_body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _swallow(message: Message) -> None:
    """A call that was carried out and whose answer nobody gets."""


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Any:
    body = {"success": False, "data": None, "meta": {"message": message}}
    return json_answer(body, status, headers)


async def _page(send: Send, status: int) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"text/html; charset=utf-8")],
        }
    )
    await send({"type": "http.response.body", "body": _HTML})


async def _cut(receive: _Replay, send: Send) -> None:
    """Aborts the TCP connection: the caller gets not one byte of an answer."""
    # uvicorn gives the bound method of its request cycle, which owns the transport.
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("this server gives no way to cut a connection")
    transport.abort()
    await receive.disconnected()


_NOT_LOCAL = json_answer({"error": "the control API answers this machine only"}, 403)
