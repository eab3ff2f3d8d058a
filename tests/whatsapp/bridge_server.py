"""The bridge's HTTP side as a small real server: answers what a test says, remembers what it was asked."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.whatsapp.loopback import LoopbackServer, QuietHandler


@dataclass(frozen=True)
class Asked:
    """One command as it came."""

    path: str
    body: dict[str, Any]
    token: str


Answer = tuple[int, dict[str, Any]]
ACCEPTING: dict[str, Answer] = {
    "messages": (200, {"status": "sent", "key": "x"}),
    "start": (202, {"state": "starting"}),
    "stop": (200, {"state": "idle"}),
    "logout": (200, {"state": "logged_out"}),
}


_NO_FILE: tuple[int, dict[str, str], bytes] = (404, {}, b'{"error": "x", "code": "no_media"}')


@dataclass
class BridgeServer:
    """`answer` replaces the answers of one command; `on` runs before it is answered."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    # Answers to GET by path: status, headers, body.
    files: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    on: Callable[[Asked], None] | None = None
    url: str = ""

    def __post_init__(self) -> None:
        outer = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                outer.asked.append(Asked(self.path, {}, token))
                status, headers, raw = outer.files.get(self.path, _NO_FILE)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                asked = Asked(self.path, json.loads(self.rfile.read(length) or b"{}"), token)
                outer.asked.append(asked)
                if outer.on is not None:
                    outer.on(asked)
                status, body = outer.next_answer(self.path.rsplit("/", 1)[-1])
                raw = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

        self._server = LoopbackServer(Handler)
        self.url = self._server.url

    def close(self) -> None:
        self._server.close()

    def answer(self, command: str, *answers: Answer) -> None:
        """The next answers to `command`; the last one stays."""
        self.answers[command] = list(answers)

    def next_answer(self, command: str) -> Answer:
        waiting = self.answers.get(command)
        if not waiting:
            return ACCEPTING[command]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def of(self, command: str) -> list[Asked]:
        """What was asked of one command, oldest first."""
        return [item for item in self.asked if item.path.endswith(f"/{command}")]

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [item.body for item in self.of("messages")]
