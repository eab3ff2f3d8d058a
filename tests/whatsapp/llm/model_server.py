"""An OpenAI-compatible server as a stand-in: it answers what a test says, also what no model should."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.whatsapp.loopback import LoopbackServer, QuietHandler

NOTHING: dict[str, Any] = {
    "intent": "other",
    "services": [],
    "staff": None,
    "date": None,
    "time": None,
    "people": None,
    "visit": None,
    "answer": None,
    "topic": None,
    "phrase": None,
}


def frame(**fields: Any) -> str:
    """What a model says when it keeps to the schema."""
    return json.dumps({**NOTHING, **fields}, ensure_ascii=False)


@dataclass(frozen=True)
class Heard:
    """One request as it came; `body` of a chat is JSON, of a voice message the multipart bytes."""

    path: str
    key: str
    body: bytes

    @property
    def chat(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def asked(self) -> dict[str, Any]:
        """The facts and the talk that the model was given."""
        found: dict[str, Any] = json.loads(self.chat["messages"][1]["content"])
        return found


@dataclass
class ModelServer:
    """`say`/`transcript` set the answer, `status` refuses, `raw` answers these very bytes.

    `hangs`: takes the request and never answers (until `close`). `drips`: the answer comes in pieces
    that never end. `on` runs in the middle of a request.
    """

    said: str = field(default_factory=frame)
    transcript: str = ""
    status: int = 200
    raw: bytes | None = None
    hangs: bool = False
    drips: bool = False
    usage: dict[str, int] | None = field(
        default_factory=lambda: {"prompt_tokens": 900, "completion_tokens": 50}
    )
    heard: list[Heard] = field(default_factory=list)
    on: Callable[[], None] | None = None
    url: str = ""

    def __post_init__(self) -> None:
        outer = self
        self._closed = threading.Event()

        class Handler(QuietHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                key = self.headers.get("Authorization", "").removeprefix("Bearer ")
                outer.heard.append(Heard(self.path, key, body))
                if outer.on is not None:
                    outer.on()
                if outer.hangs:
                    outer._closed.wait(30)
                    return
                raw = outer.answer(self.path)
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw) + (10_000 if outer.drips else 0)))
                self.end_headers()
                if not outer.drips:
                    self.wfile.write(raw)
                    return
                for _ in range(600):
                    try:
                        self.wfile.write(b" ")
                        self.wfile.flush()
                    except OSError:
                        return
                    if outer._closed.wait(0.05):
                        return

        self._server = LoopbackServer(Handler)
        self.url = self._server.url + "/v1"

    def answer(self, path: str) -> bytes:
        if self.raw is not None:
            return self.raw
        if self.status != 200:
            return json.dumps({"error": {"message": "no", "type": "x"}}).encode()
        body: dict[str, Any] = {"text": self.transcript}
        if path.endswith("/chat/completions"):
            message = {"role": "assistant", "content": self.said}
            body = {"id": "x", "choices": [{"index": 0, "message": message}], "usage": self.usage}
        return json.dumps(body, ensure_ascii=False).encode()

    def say(self, **fields: Any) -> None:
        self.said = frame(**fields)

    def close(self) -> None:
        self._closed.set()
        self._server.close()
