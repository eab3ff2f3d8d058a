"""Our own small launcher of PostgreSQL: makes a cluster, starts it on loopback TCP, adds the roles."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from aiadmin.run.errors import RunError
from aiadmin.run.paths import Account, server_directory, write_private
from aiadmin.run.spawn import dying_with_parent

DATABASE = "aiadmin"
OWNER = "aiadmin"  # the application: owns the database, may create others (tests do)
BRIDGE = "aiadmin_bridge"  # sees only what a migration grants it
_SUPERUSER = "postgres"
# initdb and the server read messages and collations from here, never from the user's locale.
_ENV = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


@dataclass(frozen=True)
class Passwords:
    superuser: str
    owner: str
    bridge: str


@dataclass(frozen=True)
class Postgres:
    """One cluster. `data` is its directory inside `base`; `durable=False` is for throw-away data."""

    base: Path
    port: int
    passwords: Passwords
    bin: Path
    major: int
    account: Account | None = None
    durable: bool = True
    name = "postgres"
    stop = signal.SIGINT  # fast shutdown: sessions end, data is flushed

    @property
    def on_death(self) -> signal.Signals:
        return signal.SIGINT if self.durable else signal.SIGQUIT

    @property
    def data(self) -> Path:
        return self.base / f"pg{self.major}"

    @property
    def argv(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            # No unix socket: after a kill -9 its lock file would look like a running server.
            "unix_socket_directories": "",
            "log_min_messages": "warning",
            "timezone": "UTC",
            "jit": "off",
            "max_connections": "200",
        }
        if not self.durable:
            # What is committed still survives a kill -9, though not a power cut.
            options |= {"fsync": "off", "full_page_writes": "off"}
        flags = [flag for pair in options.items() for flag in ("-c", "=".join(pair))]
        return [str(self.bin / "postgres"), "-D", str(self.data), *flags]

    @property
    def env(self) -> Mapping[str, str]:
        return _ENV

    def url(self, user: str = OWNER, database: str = DATABASE) -> str:
        password = {
            _SUPERUSER: self.passwords.superuser,
            OWNER: self.passwords.owner,
            BRIDGE: self.passwords.bridge,
        }[user]
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Makes the cluster on the first start; on later ones clears what a kill -9 left behind."""
        if (self.data / "PG_VERSION").exists():
            self._check_version()
            self._clear_stale_lock()
        else:
            self._make()

    def answers(self) -> bool:
        """True once the server accepts connections and the roles and the database exist."""
        try:
            with psycopg.connect(
                self.url(_SUPERUSER, "postgres"), autocommit=True, connect_timeout=2
            ) as connection:
                self._complete(connection)
        except psycopg.OperationalError:
            return False
        return True

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != str(self.major):
            raise RunError(
                f"The data in {self.base} was made by PostgreSQL {found}, this is {self.major}: "
                "run `make clean` to start afresh."
            )

    def _make(self) -> None:
        # Made beside and renamed: a start that is killed half-way leaves nothing that looks ready.
        unfinished = self.base / f".{self.data.name}.unfinished"
        password = self.base / ".initdb-password"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        server_directory(unfinished, self.account)
        write_private(password, self.passwords.superuser, self.account)
        # No ICU in the wheels; since PostgreSQL 17 C.UTF-8 is built in and the same everywhere.
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if self.major >= 17
            else ["--locale=C.UTF-8"]
        )
        command = [
            *(str(self.bin / "initdb"), "-D", str(unfinished), "-U", _SUPERUSER),
            *("--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"),
            *locale,
            *([] if self.durable else ["--no-sync"]),
        ]
        try:
            done = subprocess.run(
                command,
                env=dict(_ENV),
                cwd=self.base,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
                preexec_fn=dying_with_parent(signal.SIGKILL),
            )
        finally:
            password.unlink(missing_ok=True)
        if done.returncode != 0:
            words = done.stderr.decode(errors="replace").strip().splitlines()
            raise RunError(f"initdb failed in {self.base}: {words[-1] if words else 'no message'}")
        unfinished.rename(self.data)

    def _clear_stale_lock(self) -> None:
        """Removes postmaster.pid of a dead server; ends a server that lost its runner.

        The caller holds the directory's lock, so no other runner of ours is using this cluster.
        """
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="ascii").split("\n", 1)[0])
        except (OSError, ValueError):
            lock.unlink(missing_ok=True)
            return
        deadline = time.monotonic() + 10
        while self._is_ours(pid) and time.monotonic() < deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, self.stop)
            time.sleep(0.1)
        if self._is_ours(pid):
            raise RunError(f"A PostgreSQL without a runner uses {self.data}: end process {pid}.")
        lock.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        """Is this process (not a zombie, not a reused number) a PostgreSQL on our directory?"""
        shown = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return "postgres" in shown.stdout and str(self.data) in shown.stdout

    def _complete(self, connection: psycopg.Connection) -> None:
        """Roles and the database, idempotent; passwords follow the secrets."""
        for role, password, more in (
            (OWNER, self.passwords.owner, "CREATEDB"),
            (BRIDGE, self.passwords.bridge, "NOCREATEDB"),
        ):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
            verb = "ALTER" if known.fetchone() else "CREATE"
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
                    sql.SQL(verb), sql.Identifier(role), sql.SQL(more), sql.Literal(password)
                )
            )
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
        if not known.fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )
