"""Django's WSGI application as an ASGI application: a request is one visit to one of some threads.

a2wsgi, whose environ this uses, goes to the event loop and back for every piece of a body and of an answer;
a thread that waits for a loop is the dearest part of a small request. Here the body is read before the
thread begins, and the answer leaves in one piece; one that is larger leaves in pieces, as it is made.
"""

import asyncio
import contextvars
import io
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from a2wsgi.wsgi import build_environ

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Coroutine[Any, Any, None]]

# Bytes of an answer that are held in memory before they are sent.
_PIECE = 256 * 1024


class WsgiThreads:
    def __init__(
        self, application: Callable[[dict[str, Any], Any], Iterable[bytes]], *, threads: int
    ) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="wsgi")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            return
        environ: dict[str, Any] = {**build_environ(scope, io.BytesIO(body))}  # type: ignore[arg-type]
        environ["wsgi.errors"] = sys.stderr
        loop = asyncio.get_running_loop()

        def leave(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(send(message), loop).result()

        context = contextvars.copy_context()
        for message in await loop.run_in_executor(
            self._pool, context.run, self._answer, environ, leave
        ):
            await send(message)

    def _answer(self, environ: dict[str, Any], leave: Callable[[Message], None]) -> list[Message]:
        """In a thread. Returns what has not been sent yet."""
        begun: list[Message] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            told = [
                (name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers
            ]
            code = int(status.split(" ", 1)[0])
            begun[:] = [{"type": "http.response.start", "status": code, "headers": told}]

        piece = bytearray()
        chunks = self._application(environ, start_response)
        try:
            for chunk in chunks:
                piece += chunk
                if len(piece) >= _PIECE:
                    for message in begun:
                        leave(message)
                    begun.clear()
                    leave({"type": "http.response.body", "body": bytes(piece), "more_body": True})
                    piece.clear()
        finally:
            getattr(chunks, "close", lambda: None)()
        return [*begun, {"type": "http.response.body", "body": bytes(piece)}]


async def _body(receive: Receive) -> bytes | None:
    """None: the caller has gone."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)
