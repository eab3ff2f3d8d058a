"""The bridge under load and under kills, beside plain Baileys; prints tables for the bridge's README.

    python -m tests.bench.bench_bridge [load|kills|race|store|cycles ...] [--rounds 3] [--kills 100]

Starts a PostgreSQL of its own that syncs to disk, because its kill -9 is part of the measurement; the
rest (sandbox, bridges, customers) is Node's: whatsapp/bridge/bench. Loopback only, ends by itself.
"""

import http.server
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from aiadmin.run import binaries, nodejs, ports
from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT, unprivileged
from aiadmin.run.postgres import Passwords, Postgres
from aiadmin.run.services import temporary_home
from aiadmin.run.settings import OFFLINE
from aiadmin.run.spawn import dying_with_parent, signal_group, start
from tests import environment
from tests.bench import place, report
from tests.bench.report import Row

_BENCH = ROOT / "whatsapp" / "bridge" / "dist" / "bench" / "main.js"
_READY = 60.0


class Store:
    """One PostgreSQL that may be killed. Used by one thread: its process ends with the thread."""

    def __init__(self) -> None:
        account = unprivileged()
        self.home = temporary_home(account)
        self.server = Postgres(
            base=self.home,
            port=ports.choose(),
            passwords=Passwords(*(secrets.token_hex(16) for _ in range(3))),
            bin=binaries.postgres_bin(account),
            major=binaries.POSTGRES_MAJOR,
            account=account,
        )
        self._process = self._start()

    def kill(self) -> None:
        """kill -9 of all its processes; returns when it answers again."""
        signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = self._start()

    def end(self) -> None:
        signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def _start(self) -> "subprocess.Popen[bytes]":
        self.server.prepare()
        with (self.home / "postgres.log").open("ab") as output:
            process = start(
                self.server.argv,
                env=self.server.env,
                cwd=self.home,
                output=output,
                account=self.server.account,
                on_death=self.server.on_death,
            )
        deadline = time.monotonic() + _READY
        while not self.server.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RunError(f"PostgreSQL did not start: see {self.home}")
            time.sleep(0.02)
        return process


def main(arguments: list[str] | None = None) -> int:
    node = nodejs.find(Path(sys.prefix))
    if node is None or not _BENCH.exists():
        raise RunError("The bridge is not built: run `make check` once.")
    store = Store()

    class Kill(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            store.kill()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    try:
        with http.server.HTTPServer(("127.0.0.1", 0), Kill) as control:
            # Requests are served here, in the thread that PostgreSQL lives with.
            control.timeout = 0.2
            env = {
                **os.environ,
                "PATH": node.path(os.environ.get("PATH", "")),
                "TEST_DATABASE_URL": store.server.url(),
            }
            wanted = sys.argv[1:] if arguments is None else arguments
            given = {
                "--kill-url": f"http://127.0.0.1:{control.server_port}/",
                "--template": _template(store),
                "--python": sys.executable,
            }
            flags = [word for pair in given.items() for word in pair]
            command = [str(node.node), str(_BENCH), *wanted, *flags]
            with (
                tempfile.TemporaryFile("w+") as told,
                subprocess.Popen(
                    command,
                    env=env,
                    cwd=ROOT,
                    stdout=told,
                    preexec_fn=dying_with_parent(signal.SIGKILL),
                ) as bench,
            ):
                while bench.poll() is None:
                    control.handle_request()
                told.seek(0)
                text = told.read()
            if arguments is None:
                print(text, end="")
            elif bench.returncode == 0:
                _publish(text)
            return bench.returncode
    finally:
        store.end()


def _publish(text: str) -> None:
    """Node's table of the load: name, bridge, bare Baileys, ratio, bar."""
    found = []
    for line in text.splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) < 5:
            continue
        name, bridge, bare, ratio, bar = cells
        times, most = _number(ratio), _number(bar)
        held = None if times is None or most is None else times <= most
        found.append(
            Row(name, bridge, bare, times, f"≤ {bar} ×" if held is not None else "–", held)
        )
    report.publish(
        "bridge",
        "200 WhatsApp sessions on one bridge",
        "Beside bare Baileys on the same credentials, against the WhatsApp "
        "sandbox; one round. What is killed and comes back is told in the bridge's README.",
        found,
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _template(store: Store) -> str:
    """A database with all migrations, for the arenas that Django's inbox belongs to."""
    name = "bench_template"
    with psycopg.connect(store.server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = store.server.url(database=name)
    env = {**os.environ, **environment.DEFAULTS, **OFFLINE, "DATABASE_URL": url}
    place.migrate({**env, "BRIDGE_DATABASE_URL": url})
    return name


if __name__ == "__main__":
    sys.exit(main())
