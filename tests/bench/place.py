"""Where a benchmark runs: servers of its own, migrated; programs of ours on them; their processor time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiadmin.run.paths import ROOT
from aiadmin.run.services import ephemeral
from tests import environment

_TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def migrated(*, durable: bool = False, **more: str) -> Iterator[dict[str, str]]:
    """The environment of our programs on a migrated database; `durable`: commits wait for the disk."""
    with ephemeral(durable=durable) as services:
        env = {
            **os.environ,
            **environment.DEFAULTS,
            "DATABASE_URL": services.database_url,
            "REDIS_URL": services.redis_url,
            "BRIDGE_DATABASE_URL": services.bridge_database_url,
            "LOG_LEVEL": "error",
            **more,
        }
        migrate(env)
        yield env


def migrate(env: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, env=env, cwd=ROOT, check=True)


def run(env: dict[str, str], module: str, *arguments: object) -> str:
    """A fresh process of ours to its end; returns what it printed. Raises when it fails."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)]
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def with_django() -> None:
    """In such a process, before the first model is imported."""
    import django  # noqa: PLC0415  (the settings must be named first)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiadmin.settings")
    django.setup()


def cpu(root: int, *, gone: bool = False) -> float:
    """Seconds of processor time that a program and its living children took so far.

    `gone`: also what its former children took; PostgreSQL answers each connection in a child.
    """
    total = 0.0
    for pid in [root, *_children(root)]:
        if fields := _stat(pid):
            total += int(fields[11]) + int(fields[12])
            total += int(fields[13]) + int(fields[14]) if gone and pid == root else 0
    return total / _TICK


def main_thread_cpu(pid: int) -> float:
    """Seconds of processor time that a program's first thread took so far."""
    fields = _stat(f"{pid}/task/{pid}")
    return (int(fields[11]) + int(fields[12])) / _TICK


def _children(root: int) -> list[int]:
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in found if (fields := _stat(pid)) and int(fields[1]) == root]


def _stat(pid: int | str) -> list[str]:
    """The fields after the name; none of a process that has gone. "PID/task/TID" for a thread."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
