"""A door in front of YCLIENTS that a test can stand in: it sees every call and may act before or after it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import httpx

from tests.whatsapp.loopback import LoopbackServer, QuietHandler

_DROPPED = {"connection", "content-length", "transfer-encoding", "content-encoding", "host"}


@dataclass
class JournalProxy:
    """Passes calls to `target`; without one answers 503, as YCLIENTS does when it is away.

    `before` and `after` get "METHOD /path" of each call.
    """

    target: str = ""
    before: Callable[[str], None] | None = None
    after: Callable[[str], None] | None = None
    calls: list[str] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        outer = self
        self._lock = threading.Lock()

        class Handler(QuietHandler):
            def do_GET(self) -> None:
                outer._serve(self)

            do_POST = do_PUT = do_DELETE = do_GET

        self._server = LoopbackServer(Handler)
        self.url = self._server.url

    def close(self) -> None:
        self._server.close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(length)
        call = f"{handler.command} {handler.path.split('?')[0]}"
        with self._lock:
            self.calls.append(call)
        if self.before is not None:
            self.before(call)
        status, headers, answer = self._pass_on(handler, body)
        if self.after is not None:
            self.after(call)
        handler.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _DROPPED:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        handler.wfile.write(answer)

    def _pass_on(
        self, handler: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if not self.target:
            return 503, {"Content-Type": "application/json"}, b'{"success": false}'
        answer = httpx.request(
            handler.command,
            f"{self.target}{handler.path}",
            content=body,
            headers={k: v for k, v in handler.headers.items() if k.lower() not in _DROPPED},
            timeout=15,
        )
        return answer.status_code, dict(answer.headers), answer.content
