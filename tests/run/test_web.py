"""The web process's own Daphne: asks each connection in its turn, keeps little of each."""

import subprocess
import sys
from collections.abc import Iterator
from signal import SIGKILL

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from aiadmin.run import ports
from aiadmin.run.paths import ROOT
from aiadmin.run.spawn import dying_with_parent
from tests.waiting import PATIENCE, wait_for

# A page answers what it is told, and to "requests" how many HTTP requests the process still holds.
_SERVER = """
import gc, sys
from aiadmin.web import EvenServer
from daphne.http_protocol import WebRequest

async def page(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        text = message["text"]
        if text == "requests":
            gc.collect()
            text = str(sum(isinstance(one, WebRequest) for one in gc.get_objects()))
        await send({"type": "websocket.send", "text": text})

address = f"tcp:port={sys.argv[1]}:interface=127.0.0.1"
EvenServer(page, endpoints=[address], websocket_timeout=int(sys.argv[2])).run()
"""


@pytest.fixture
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A server; its pages are told to go after a second, or as a test says."""
    chosen = ports.choose()
    command = [sys.executable, "-c", _SERVER, str(chosen), str(getattr(request, "param", 1))]
    with subprocess.Popen(command, cwd=ROOT, preexec_fn=dying_with_parent(SIGKILL)) as process:
        yield chosen
        process.kill()


def _connect(port: int) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{port}/", open_timeout=PATIENCE)


def _open(port: int) -> ClientConnection | None:
    try:
        return _connect(port)
    except OSError:
        return None


# One; fewer and more than the parts of a round, and none of their multiples.
@pytest.mark.parametrize("pages", [1, 7, 45])
def test_every_connection_is_asked(port: int, pages: int) -> None:
    wait_for("the server", lambda: _open(port))
    opened = [_connect(port) for _ in range(pages)]

    for page in opened:
        with pytest.raises(ConnectionClosed):
            page.recv(timeout=PATIENCE)


@pytest.mark.parametrize("port", [3600], indirect=True)
def test_open_page_talks_and_keeps_nothing_of_its_request(port: int) -> None:
    page = wait_for("the server", lambda: _open(port))
    other = _connect(port)

    def say(to: ClientConnection, text: str | list[str]) -> str | bytes:
        to.send(text)
        return to.recv(timeout=PATIENCE)

    assert say(page, "Да") == "Да"
    assert say(other, ["В ча", "сти"]) == "В части"
    assert page.ping().wait(PATIENCE)
    # Daphne itself forgets a request within a second of its end.
    wait_for("the requests to go", lambda: say(page, "requests") == "0")
    other.close()
    assert other.close_code == 1000
    assert say(page, "x" * 70_000) == "x" * 70_000
