"""The web process: Daphne as the product runs it.

    python -m aiadmin.web -b 127.0.0.1 -p 3000

Daphne's own options are taken. No access log: connect tokens travel in paths.
"""

import asyncio
import math
import sys
from functools import partial
from typing import Any

from daphne.cli import CommandLineInterface
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory
from twisted.internet import reactor

from aiadmin.web_page import Inbox, WebPage

# Daphne asks each of its connections this often whether it is due for a ping or for its end (seconds).
_ROUND = 2.0
_PARTS = 20
# Thousands of pages come back at once after a restart: by itself Daphne cuts off who waits for 5 s.
_PATIENCE = 30


class EvenServer(Server):  # type: ignore[misc]  # Daphne has no types
    """Asks its connections a few at a time, and keeps little of each.

    Daphne asks all of them at once: of thousands of open pages some hundred are then due for a ping
    together, and news for any page waits until all are sent. Where there are few, it wakes as seldom.
    """

    _unasked: list[Any] = []
    _part = 1
    _pause = _ROUND

    def run(self) -> None:
        # Daphne has no setting for it.
        WebSocketFactory.protocol = WebPage
        super().run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Inbox:
        """Daphne's, but for the queue."""
        inbox = Inbox()
        scope.setdefault("asgi", {"version": "3.0"})
        send = partial(self.handle_reply, protocol)
        running = self.application(scope=scope, receive=inbox.get, send=send)
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(running)
        return inbox

    def timeout_checker(self) -> None:
        if not self._unasked:
            self._unasked = list(self.connections)
            self._part = max(1, math.ceil(len(self._unasked) / _PARTS))
            self._pause = _ROUND / max(1, math.ceil(len(self._unasked) / self._part))
        now, self._unasked = self._unasked[: self._part], self._unasked[self._part :]
        for protocol in now:
            if protocol in self.connections:
                protocol.check_timeouts()
        reactor.callLater(self._pause, self.timeout_checker)  # type: ignore[arg-type]  # zope


class Web(CommandLineInterface):  # type: ignore[misc]  # likewise
    server_class = EvenServer

    def __init__(self) -> None:
        super().__init__()
        self.parser.set_defaults(verbosity=0, websocket_connect_timeout=_PATIENCE)


if __name__ == "__main__":
    Web().run([*sys.argv[1:], "aiadmin.asgi:application"])
