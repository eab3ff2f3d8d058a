"""Webhooks, /status and /qr beside the original's stack (Express 5, pg, ioredis) in the same run.

    python -m tests.bench.bench_web [--seconds 5] [--rounds 3] [--companies 2000]

Both servers stand on one durable PostgreSQL and one Redis and get the same load from one generator
(autocannon), in turns; the figures are medians of the rounds. Every request names another client's
address and companies call in turn: the throttles count and refuse nobody.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import place, report, web_servers
from tests.bench.report import Row
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
    # Requests a second at least; the share of the peer's at least; p99 (ms) at most.
    least: float = 0
    share: float = 0
    slowest: float = 0


LOADS = (
    Load("webhook stored, 32 at once", "webhook", 32, "POST", BODY, least=120),
    Load("webhook stored, 50 a second", "webhook", 16, "POST", BODY, rate=50, slowest=100),
    Load("/status, 32 at once", "status", 32, share=0.1),
    Load("/status, one at a time", "status", 1),
    Load("/qr, 32 at once", "qr", 32, share=0.1),
    Load("/qr, one at a time", "qr", 1),
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--companies", type=int, default=2000)
    options = parser.parse_args(arguments)
    web_servers.install_peer()
    with (
        tempfile.TemporaryDirectory(prefix="aiadmin-bench-") as folder,
        place.migrated(durable=True, TRUSTED_PROXIES="127.0.0.1") as env,
    ):
        place.run(env, "web_rows", options.companies, folder)
        with web_servers.ours(env) as ours, web_servers.peer(env) as peer:
            rows = [
                row
                for load in LOADS
                for row in _rows(load, _measure(load, (ours, peer), folder, options))
            ]
    report.publish(
        "web",
        "Webhooks, `/status` and `/qr`",
        "Beside Express 5, pg and ioredis on the same durable PostgreSQL and Redis, in turns, median of "
        f"{options.rounds} rounds of {options.seconds} s; {options.companies:,} companies call in turn.",
        rows,
    )
    return 0


def _measure(
    load: Load, servers: tuple[Server, ...], folder: str, options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    rounds: dict[str, list[dict[str, Any]]] = {server.name: [] for server in servers}
    for number in range(options.rounds):
        for at, server in enumerate(servers):
            first = (number * len(servers) + at) * 1_000_000
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


def _rows(load: Load, found: dict[str, dict[str, float]]) -> list[Row]:
    ours, peer = found["ours"], found["peer"]
    p99 = Row(
        f"{load.name}: p99",
        f"{ours['p99']:.0f} ms",
        f"{peer['p99']:.0f} ms",
        ours["p99"] / max(peer["p99"], 1),
        *((f"≤ {load.slowest:.0f} ms", ours["p99"] <= load.slowest) if load.slowest else ()),
    )
    if load.rate:
        return [p99]
    ratio = ours["per_second"] / peer["per_second"]
    bar: tuple[str, bool] | tuple[()] = ()
    if load.least:
        bar = (f"≥ {load.least:.0f}/s", ours["per_second"] >= load.least)
    elif load.share:
        bar = (f"≥ {load.share} ×", ratio >= load.share)
    many = (f"{ours['per_second']:.0f}/s", f"{peer['per_second']:.0f}/s")
    return [Row(f"{load.name}: a second", *many, ratio, *bar), p99]


if __name__ == "__main__":
    sys.exit(main())
