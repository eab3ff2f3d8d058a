"""The control API answers this machine's own programs only; the stand-in listens on loopback only."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from marketplace.yclients.sandbox.gate import is_local
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "127.0.0.1:4000"])
def test_this_machine_may(sandbox: YclientsSandbox, name: str) -> None:
    answer = sandbox.control.get("/state", headers={"Host": name})
    own_page = sandbox.control.get("/state", headers={"Origin": f"http://{name}"})

    assert (answer.status_code, own_page.status_code) == (200, 200)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example.test"},  # a name that was made to lead here
        {"Host": "127.0.0.1.evil.example.test"},
        {"Host": ""},
        {"Origin": "https://evil.example.test"},  # a page that posts blindly
        {"Origin": "null"},
    ],
)
def test_a_strangers_page_may_not(sandbox: YclientsSandbox, headers: dict[str, str]) -> None:
    read = sandbox.control.get("/state", headers=headers)
    write = sandbox.control.post(
        "/faults", json={"mode": "html"}, headers={"Content-Type": "text/plain", **headers}
    )

    assert (read.status_code, write.status_code) == (403, 403)
    assert sandbox.get("/faults") == {"faults": []}


@pytest.mark.parametrize(
    ("peer", "local"), [("127.0.0.1", True), ("::1", True), ("10.0.0.7", False), ("", False)]
)
def test_the_peer_counts_too(peer: str, local: bool) -> None:
    """Behind another server than its own the stand-in would still refuse callers from elsewhere."""
    scope = {"headers": [(b"host", b"127.0.0.1:80")], "client": (peer, 5000)}

    assert is_local(scope) is local


def test_it_listens_on_loopback_only(sandbox: YclientsSandbox) -> None:
    port = httpx.URL(sandbox.url).port
    outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        outside.connect(("192.0.2.1", 9))  # no packet is sent: it only chooses our own address
        own = outside.getsockname()[0]
    except OSError:
        pytest.skip("this machine has no address but loopback")
    finally:
        outside.close()
    if own.startswith("127."):
        pytest.skip("this machine has no address but loopback")

    with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
        socket.create_connection((own, port), timeout=2).close()


def test_no_other_address_can_be_asked_for(tmp_path: Path) -> None:
    module = [sys.executable, "-m", "marketplace.yclients.sandbox"]
    found = subprocess.run(
        [*module, "--state", str(tmp_path), "--host", "0.0.0.0"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert found.returncode == 2
    assert "--host" in found.stderr
