"""The web process's own Daphne: each connection is asked in its turn, however many there are."""

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

# A page is told to go when it has been open for a second.
_SERVER = """
import sys
from aiadmin.web import EvenServer

async def page(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass

address = f"tcp:port={sys.argv[1]}:interface=127.0.0.1"
EvenServer(page, endpoints=[address], websocket_timeout=1).run()
"""


@pytest.fixture
def port() -> Iterator[int]:
    chosen = ports.choose()
    command = [sys.executable, "-c", _SERVER, str(chosen)]
    with subprocess.Popen(command, cwd=ROOT, preexec_fn=dying_with_parent(SIGKILL)) as process:
        yield chosen
        process.kill()


def _open(port: int) -> ClientConnection | None:
    try:
        return connect(f"ws://127.0.0.1:{port}/")
    except OSError:
        return None


# One; fewer and more than the parts of a round, and none of their multiples.
@pytest.mark.parametrize("pages", [1, 7, 45])
def test_every_connection_is_asked(port: int, pages: int) -> None:
    wait_for("the server", lambda: _open(port))
    opened = [connect(f"ws://127.0.0.1:{port}/") for _ in range(pages)]

    for page in opened:
        with pytest.raises(ConnectionClosed):
            page.recv(timeout=PATIENCE)
