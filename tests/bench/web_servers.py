"""The two servers of the web benchmark, ours and the original's stack, on one database and one Redis."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

from aiadmin.run import nodejs, ports
from aiadmin.run.paths import ROOT
from aiadmin.run.spawn import dying_with_parent

PEER = ROOT / "tests" / "bench" / "peer"
_READY = 30.0


@dataclass(frozen=True)
class Server:
    """`base` is its address, `pid` of the process that answers."""

    name: str
    base: str
    pid: int

    def memory_kb(self) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise RuntimeError(f"{self.name} is gone")


def node() -> nodejs.Node:
    found = nodejs.find(Path(sys.prefix))
    if found is None:
        sys.exit("Node.js is missing: run `make bench`, it brings one along.")
    return found


def install_peer() -> None:
    """npm ci of the peer's packages, once."""
    if (PEER / "node_modules" / ".package-lock.json").exists():
        return
    env = {**os.environ, "PATH": node().path(os.environ.get("PATH", ""))}
    subprocess.run([*node().npm, "ci", "--silent", "--no-fund"], cwd=PEER, env=env, check=True)


@contextmanager
def ours(env: Mapping[str, str]) -> Iterator[Server]:
    """Daphne as the product starts it."""
    port = ports.choose()
    command = [sys.executable, "-m", "aiadmin.web", "-b", "127.0.0.1", "-p", str(port)]
    with _running("ours", command, {**env, "PORT": str(port)}, port, "/healthz", ROOT) as server:
        yield server


@contextmanager
def peer(env: Mapping[str, str]) -> Iterator[Server]:
    port = ports.choose()
    command = [str(node().node), "server.js"]
    with _running("peer", command, {**env, "PORT": str(port)}, port, "/", PEER) as server:
        yield server


@contextmanager
def _running(
    name: str, command: list[str], env: Mapping[str, str], port: int, path: str, cwd: Path
) -> Iterator[Server]:
    base = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        command,
        env=dict(env),
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        preexec_fn=dying_with_parent(SIGKILL),
    ) as process:
        try:
            _wait(base + path, process)
            yield Server(name, base, process.pid)
        finally:
            process.kill()


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _READY
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")
