"""Runs a command on Debian's own servers: PostgreSQL behind pgbouncer (transaction pooling), Redis.

CI repeats the main flows this way: what works on the bundled servers must also work on the oldest
ones we promise and behind a pooler such as Supabase's.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aiadmin.run import ports
from aiadmin.run.errors import RunError
from aiadmin.run.paths import Account, server_directory, unprivileged, write_private
from aiadmin.run.postgres import BRIDGE, OWNER, Passwords, Postgres
from aiadmin.run.services import running, temporary_home
from aiadmin.run.spawn import Reaper
from aiadmin.run.valkey import Valkey


@dataclass(frozen=True)
class Pooler:
    """pgbouncer in front of one PostgreSQL: any database, two roles."""

    base: Path
    port: int
    postgres: Postgres
    account: Account | None
    program: Path
    name = "pgbouncer"
    stop = signal.SIGINT
    on_death = signal.SIGKILL

    @property
    def argv(self) -> Sequence[str]:
        return [str(self.program), str(self._folder / "pgbouncer.ini")]

    @property
    def env(self) -> Mapping[str, str]:
        return {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}

    @property
    def _folder(self) -> Path:
        return self.base / "pgbouncer"

    def url(self, user: str = OWNER) -> str:
        direct = urlsplit(self.postgres.url(user))
        return direct._replace(
            netloc=f"{direct.username}:{direct.password}@127.0.0.1:{self.port}"
        ).geturl()

    def prepare(self) -> None:
        server_directory(self._folder, self.account)
        users = self._folder / "users.txt"
        passwords = self.postgres.passwords
        lines = [f'"{OWNER}" "{passwords.owner}"', f'"{BRIDGE}" "{passwords.bridge}"']
        write_private(users, "\n".join(lines) + "\n", self.account)
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": str(self.port),
            "unix_socket_dir": "",
            "auth_type": "scram-sha-256",
            "auth_file": str(users),
            "pool_mode": "transaction",
            "default_pool_size": "20",
            "max_client_conn": "200",
            "ignore_startup_parameters": "extra_float_digits",
        }
        text = "\n".join(
            [
                "[databases]",
                f"* = host=127.0.0.1 port={self.postgres.port}",
                "[pgbouncer]",
                *(f"{name} = {value}" for name, value in settings.items()),
            ]
        )
        write_private(self._folder / "pgbouncer.ini", text + "\n", self.account)

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=2).close()
        except OSError:
            return False
        return True


def run(command: Sequence[str]) -> int:
    """Starts the servers, runs the command with their addresses, returns its exit code."""
    bin_directory, major = _debian_postgres()
    redis_server, pgbouncer = _program("redis-server"), _program("pgbouncer")
    with ExitStack() as stack:
        reaper = stack.enter_context(Reaper())
        account = unprivileged()
        home = temporary_home(account)
        reaper.remove(home)
        postgres = Postgres(
            base=home,
            port=ports.choose(),
            passwords=Passwords(*(secrets.token_hex(16) for _ in range(3))),
            bin=bin_directory,
            major=major,
            account=account,
            durable=False,
        )
        stack.enter_context(running(postgres, home, reaper))
        pooler = Pooler(home, ports.choose(), postgres, account, pgbouncer)
        stack.enter_context(running(pooler, home, reaper))
        store = Valkey(
            base=home,
            port=ports.choose(),
            password=secrets.token_hex(16),
            program=redis_server,
            account=account,
            kept=False,
        )
        stack.enter_context(running(store, home, reaper))
        env = {
            **os.environ,
            "DATABASE_URL": pooler.url(),
            "BRIDGE_DATABASE_URL": pooler.url(BRIDGE),
            "REDIS_URL": store.url,
        }
        print(f"PostgreSQL {major} behind pgbouncer, {redis_server.name}: {' '.join(command)}")
        return abs(subprocess.run(list(command), env=env, check=False).returncode)


def _debian_postgres() -> tuple[Path, int]:
    found = sorted(
        (int(path.parent.parent.name), path.parent)
        for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
    )
    if not found:
        raise RunError("Install Debian's servers: apt install postgresql pgbouncer redis-server.")
    major, directory = found[0]  # the oldest: the hardest to please
    return directory, major


def _program(name: str) -> Path:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RunError(f"Install Debian's {name}: apt install {name}.")
    return Path(found)
