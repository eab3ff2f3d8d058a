"""A WebSocket of the web process: once open it keeps what it needs to wait, and nothing of how it came.

Thousands of connect pages wait on one process; by themselves Daphne, autobahn and Twisted keep the whole
HTTP request and some ninety settings and flags for each of them.
"""

import asyncio
from typing import Any

from autobahn.websocket.protocol import TrafficStats
from daphne.ws_protocol import WebSocketProtocol

# Of the handshake, which is over; nothing asks for these any more.
_OVER = (
    *("http_request_data", "http_request_uri", "http_request_path", "http_request_params"),
    *("http_request_host", "http_status_line", "http_headers", "http_response_data"),
    *("websocket_protocols", "websocket_extensions", "websocket_origin", "_wskey"),
    *("_raw_query_string", "application_deferred", "is_open", "_transport_details"),
    *("_valid_events", "_results"),
)


class WebPage(WebSocketProtocol):  # type: ignore[misc]  # Daphne has no types
    # Statistics that nobody reads; a queue of frames sent in pieces, and Daphne sends none.
    _ALIKE = {**dict.fromkeys(_OVER), "trafficStats": TrafficStats(), "send_queue": ()}  # type: ignore[no-untyped-call]

    def serverAccept(self, subprotocol: str | None = None) -> None:
        super().serverAccept(subprotocol)
        if self.state != self.STATE_OPEN:
            return
        # Its producer is still the channel that the request came through, with the request.
        self.transport.unregisterProducer()
        for part in set(self.request.__slots__) - {"path"}:
            setattr(self.request, part, None)
        self.__dict__ = self._own()

    def _own(self) -> dict[str, Any]:
        """What sets this page apart. What all have alike when they open stands in the class, once."""
        kind, own = type(self), {}
        for name, value in {**vars(self), **self._ALIKE}.items():
            alike = name in self._ALIKE or name in self.CONFIG_ATTRS or value in (None, False, b"")
            # A function that stood in the class would be a method.
            if alike and not callable(value):
                if name not in vars(kind):
                    setattr(kind, name, value)
                if vars(kind)[name] is value:
                    continue
            own[name] = value
        return own


class Inbox:
    """Messages for one reader. An empty asyncio.Queue is four deques, 3 kB."""

    __slots__ = ("_messages", "_waiting")

    def __init__(self) -> None:
        self._messages: list[dict[str, Any]] = []
        self._waiting: asyncio.Future[None] | None = None

    def put_nowait(self, message: dict[str, Any]) -> None:
        self._messages.append(message)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def get(self) -> dict[str, Any]:
        while not self._messages:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return self._messages.pop(0)
