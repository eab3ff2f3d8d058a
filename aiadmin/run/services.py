"""PostgreSQL and Redis for tests: the given ones, else throw-away servers that cannot outlive us."""

import os
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from aiadmin.run import binaries, ports
from aiadmin.run.errors import RunError
from aiadmin.run.paths import Account, reachable, unprivileged
from aiadmin.run.postgres import BRIDGE, Passwords, Postgres
from aiadmin.run.spawn import Reaper, signal_group, start
from aiadmin.run.valkey import Valkey

# Seconds a throw-away server may take until it answers.
_DEADLINE = 60.0


class Services(NamedTuple):
    """Addresses: the application's database, Redis, the same database as the bridge's role sees it."""

    database_url: str
    redis_url: str
    bridge_database_url: str


class Server(Protocol):
    """What the starters here and the runner's plans need to know of a server."""

    @property
    def name(self) -> str: ...
    @property
    def argv(self) -> Sequence[str]: ...
    @property
    def env(self) -> Mapping[str, str]: ...
    @property
    def account(self) -> Account | None: ...
    @property
    def stop(self) -> signal.Signals: ...
    @property
    def on_death(self) -> signal.Signals: ...
    def prepare(self) -> None: ...
    def answers(self) -> bool: ...


@contextmanager
def ephemeral(*, durable: bool = False) -> Iterator[Services]:
    """Servers for the time of the `with`; what DATABASE_URL or REDIS_URL name is used as it is.

    Enter it in the main thread: the servers end with the thread that started them. They end and their
    directory goes also when this process is killed. `durable`: commits wait for the disk, as in earnest.
    Raises RunError with a sentence.
    """
    database = os.environ.get("DATABASE_URL", "")
    redis_url = os.environ.get("REDIS_URL", "")
    bridge = os.environ.get("BRIDGE_DATABASE_URL") or database
    with ExitStack() as stack:
        if not (database and redis_url):
            if (os.environ.get("DJANGO_ENV") or os.environ.get("NODE_ENV")) == "production":
                raise RunError("Set DATABASE_URL and REDIS_URL: production starts no servers.")
            reaper = stack.enter_context(Reaper())
            account = unprivileged()
            home = temporary_home(account)
            reaper.remove(home)
            if not database:
                postgres = _postgres(home, account, durable=durable)
                stack.enter_context(running(postgres, home, reaper))
                database, bridge = postgres.url(), postgres.url(BRIDGE)
            if not redis_url:
                valkey = _valkey(home, account)
                stack.enter_context(running(valkey, home, reaper))
                redis_url = valkey.url
        yield Services(database, redis_url, bridge)


def temporary_home(account: Account | None) -> Path:
    """A new temporary directory that the servers' user can walk to."""
    for parent in (Path(tempfile.gettempdir()), Path("/var/tmp"), Path("/tmp")):
        if reachable(parent, account):
            home = Path(tempfile.mkdtemp(prefix="aiadmin-", dir=parent)).resolve()
            if account is not None:
                home.chmod(0o755)
            return home
    raise RunError("No temporary directory is open to `nobody`: set TMPDIR to one that is.")


@contextmanager
def running(server: Server, home: Path, reaper: Reaper) -> Iterator["subprocess.Popen[bytes]"]:
    """Starts a server that answers when the body begins and is gone when it ends."""
    server.prepare()
    log = home / f"{server.name}.log"
    with log.open("wb") as output:
        process = start(
            server.argv,
            env=server.env,
            cwd=home,
            output=output,
            account=server.account,
            on_death=server.on_death,
        )
    reaper.guard(process.pid, server.on_death)
    try:
        _wait(server, process, log)
        yield process
    finally:
        process.send_signal(server.stop)
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            signal_group(process.pid, signal.SIGKILL)
            process.wait()
        reaper.forget(process.pid)


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _DEADLINE
    while not server.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise RunError(f"{server.name} did not start: {words[-1] if words else 'no message'}")
        time.sleep(0.02)


def _postgres(home: Path, account: Account | None, *, durable: bool) -> Postgres:
    return Postgres(
        base=home,
        port=ports.choose(),
        passwords=Passwords(*(secrets.token_hex(16) for _ in range(3))),
        bin=binaries.postgres_bin(account),
        major=binaries.POSTGRES_MAJOR,
        account=account,
        durable=durable,
    )


def _valkey(home: Path, account: Account | None) -> Valkey:
    return Valkey(
        base=home,
        port=ports.choose(),
        password=secrets.token_hex(16),
        program=binaries.valkey_server(account),
        account=account,
        kept=False,
    )
