"""An open connect page: a WebSocket against the whole ASGI application."""

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator

from tests.waiting import PATIENCE

OWN = "http://127.0.0.1:3000"
# Every page comes from an address of its own, or the throttle would count them together.
addresses = itertools.count(1)

Open = Callable[..., Awaitable["Page"]]


class Page:
    """A page's socket; `frames` come in order."""

    def __init__(self, socket: WebsocketCommunicator, subprotocol: str | None) -> None:
        self.socket = socket
        self.subprotocol = subprotocol

    async def next(self) -> dict[str, Any]:
        frame: dict[str, Any] = await self.socket.receive_json_from(timeout=PATIENCE)
        return frame

    async def wait(self, kind: str) -> dict[str, Any]:
        while (frame := await self.next())["type"] != kind:
            pass
        return frame

    async def refusal(self) -> tuple[str, int]:
        """(code of the error frame, close code)."""
        frame = await self.next()
        assert frame["type"] == "error"
        closed = await self.socket.receive_output(timeout=PATIENCE)
        assert closed["type"] == "websocket.close"
        return frame["code"], closed["code"]


async def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await database_sync_to_async(function)(*arguments)
