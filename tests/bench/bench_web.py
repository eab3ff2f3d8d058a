"""Webhooks, /status and /qr beside the original's stack (Express 5, pg, ioredis) in the same run.

    python -m tests.bench.bench_web [--seconds 8] [--rounds 3] [--companies 2000]

Both servers stand on one durable PostgreSQL and one Redis and get the same load from one generator
(autocannon), in turns; the figures are medians of the rounds. Every request names another client's
address and companies call in turn: the throttles count and refuse nobody.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiadmin.run.paths import ROOT
from aiadmin.run.services import ephemeral
from tests import environment
from tests.bench import web_servers
from tests.bench.web_servers import Server

BODY = json.dumps(
    {
        "company_id": 1,
        "resource": "record",
        "resource_id": "{n}",
        "status": "update",
        "data": {"id": "{n}", "comment": "Позвонить за час", "services": [{"id": 11}]},
    },
    ensure_ascii=False,
).replace('"{n}"', "{n}")


@dataclass(frozen=True)
class Load:
    name: str
    targets: str
    connections: int
    method: str = "GET"
    body: str = ""
    rate: int = 0


LOADS = (
    Load("webhook, 32 at once", "webhook", 32, "POST", BODY),
    Load("webhook, 50/s", "webhook", 16, "POST", BODY, rate=50),
    Load("/status, 32 at once", "status", 32),
    Load("/status, one at a time", "status", 1),
    Load("/qr, 32 at once", "qr", 32),
    Load("/qr, one at a time", "qr", 1),
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--companies", type=int, default=2000)
    options = parser.parse_args(arguments)
    web_servers.install_peer()
    with (
        tempfile.TemporaryDirectory(prefix="aiadmin-bench-") as folder,
        ephemeral(durable=True) as s,
    ):
        env = {
            **os.environ,
            **environment.DEFAULTS,
            "DATABASE_URL": s.database_url,
            "REDIS_URL": s.redis_url,
            "BRIDGE_DATABASE_URL": s.bridge_database_url,
            "TRUSTED_PROXIES": "127.0.0.1",
            "LOG_LEVEL": "error",
        }
        _manage(env, "migrate", "--verbosity", "0")
        _manage_rows(env, options.companies, folder)
        with web_servers.ours(env) as ours, web_servers.peer(env) as peer:
            for load in LOADS:
                found = _measure(load, (ours, peer), folder, options)
                print(_line(load, found), flush=True)
    return 0


def _manage(env: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], env=env, cwd=ROOT, check=True)


def _manage_rows(env: dict[str, str], companies: int, folder: str) -> None:
    """The rows are made by the product itself, in a process with its settings."""
    command = [sys.executable, "-m", "tests.bench.web_rows", str(companies), folder]
    subprocess.run(command, env=env, cwd=ROOT, check=True)


def _measure(
    load: Load, servers: tuple[Server, ...], folder: str, options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    rounds: dict[str, list[dict[str, Any]]] = {server.name: [] for server in servers}
    for number in range(options.rounds):
        for place, server in enumerate(servers):
            first = (number * len(servers) + place) * 1_000_000
            rounds[server.name].append(_load(load, server, folder, options.seconds, first))
    return {
        name: {key: statistics.median(item[key] for item in items) for key in items[0]}
        for name, items in rounds.items()
    }


def _load(load: Load, server: Server, folder: str, seconds: int, first: int) -> dict[str, Any]:
    job = {
        "base": server.base,
        "targets": str(Path(folder) / f"{load.targets}.json"),
        "method": load.method,
        "body": load.body,
        "connections": load.connections,
        "rate": load.rate,
        "seconds": seconds,
        "first": first,
    }
    done = subprocess.run(
        [str(web_servers.node().node), "load.js", json.dumps(job)],
        cwd=web_servers.PEER,
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + 60,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if found["bad"]:
        raise RuntimeError(f"{server.name}: {found['bad']} of {load.name} went wrong")
    return found


def _line(load: Load, found: dict[str, dict[str, float]]) -> str:
    ours, peer = found["ours"], found["peer"]
    shown: Callable[[dict[str, float]], str] = lambda f: (  # noqa: E731
        f"{f['per_second']:.0f}/s p50 {f['p50']:.0f} p99 {f['p99']:.0f} ms"
    )
    ratio = (
        ours["p99"] / max(peer["p99"], 1) if load.rate else ours["per_second"] / peer["per_second"]
    )
    kind = "p99 ×" if load.rate else "per second ×"
    return f"{load.name}: ours {shown(ours)}; Express {shown(peer)}; {kind} {ratio:.2f}"


if __name__ == "__main__":
    sys.exit(main())
