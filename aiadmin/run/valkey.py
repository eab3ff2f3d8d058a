"""Our own small launcher of Valkey (speaks Redis): a config file and a program on loopback TCP."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from aiadmin.run.paths import Account, server_directory, write_private


@dataclass(frozen=True)
class Valkey:
    """One server. `kept=False` is for throw-away data: nothing is written to disk."""

    base: Path
    port: int
    password: str
    program: Path
    account: Account | None = None
    kept: bool = True
    name = "valkey"
    on_death = signal.SIGKILL

    @property
    def stop(self) -> signal.Signals:
        return signal.SIGTERM if self.kept else signal.SIGKILL

    @property
    def data(self) -> Path:
        return self.base / "valkey"

    @property
    def argv(self) -> list[str]:
        return [str(self.program), str(self.data / "valkey.conf")]

    @property
    def env(self) -> Mapping[str, str]:
        return {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        server_directory(self.data, self.account)
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.data),
            # In a file: a password on the command line is seen by everybody in `ps`.
            "requirepass": self.password,
            "appendonly": "yes" if self.kept else "no",
            "save": '""',
            "loglevel": "warning",
            # How often an idle server wakes; keys expire at their time, and commands wake it anyhow.
            "hz": "1",
            "maxmemory-policy": "noeviction",
        }
        lines = [f"{name} {value}" for name, value in settings.items()]
        write_private(self.data / "valkey.conf", "\n".join(lines) + "\n", self.account)

    def answers(self) -> bool:
        try:
            with client(self.url) as asked:
                return bool(asked.ping())
        except redis.RedisError:
            return False


def client(url: str) -> redis.Redis:
    """Asks once: by default the library tries again for seconds."""
    return redis.Redis.from_url(url, socket_timeout=5, retry=Retry(NoBackoff(), 0))
