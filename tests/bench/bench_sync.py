"""How long the sync of a large salon takes, against merely fetching the same pages.

    python -m tests.bench.bench_sync [--clients 10000] [--records 30000] [--rounds 2]

Servers of its own (PostgreSQL, Redis, the YCLIENTS stand-in), the call budget off. Each measured run is
a fresh process: `fetch` is plain httpx that reads the bodies and parses nothing; `sync` is the worker's
own `sync.run`. The requests fetched are those the sync made, in its order, over one connection.
"""

import argparse
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from aiadmin.run.paths import ROOT
from tests.bench import place, report
from tests.bench.report import Row
from tests.sandboxes import yclients_sandbox

_PAGED_SEARCH = re.compile(r"/clients/search$")


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    if options.child:
        print(json.dumps(_CHILDREN[options.child]()))
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="aiadmin-bench-") as folder,
        place.migrated() as env,
        yclients_sandbox(Path(folder) / "yclients", "--seed", "small") as sandbox,
    ):
        made = sandbox.new_salon("large", clients=options.clients, records=options.records)
        env |= {
            "YCLIENTS_API_URL": sandbox.url,
            "BENCH_SALON": str(made["salon_id"]),
            "BENCH_REQUESTS": str(Path(folder) / "requests.json"),
        }
        rows = _rounds(env, options.rounds)
    report.publish(
        "sync",
        "Full sync of a large salon",
        f"{len(made['services'])} services, {len(made['staff'])} masters, {options.clients:,} clients, "
        f"{options.records:,} records; beside plain httpx that fetches the same pages over one connection "
        f"and parses nothing, before and after; median of {options.rounds} rounds.",
        rows,
    )
    return 0


def _rounds(env: dict[str, str], rounds: int) -> list[Row]:
    """Every sync stands between two fetches and is compared with their mean: machines have moods."""
    _child("sync-first", env)  # tells which requests there are to fetch
    before = _child("fetch", env)
    seen: dict[str, list[_Pair]] = {"first sync": [], "the same again": []}
    for _ in range(rounds):
        for name, kind in zip(seen, ("sync-first", "sync-again"), strict=True):
            found, after = _child(kind, env), _child("fetch", env)
            if found["status"] != "done":
                raise RuntimeError(f"{name}: {found['status']}")
            mean = {key: (before[key] + after[key]) / 2 for key in ("seconds", "cpu")}
            seen[name].append((found, mean))
            before = after
    return [row for name, rounds_of in seen.items() for row in _told(name, rounds_of)]


_Pair = tuple[dict[str, Any], dict[str, float]]  # a sync, and the mean of the fetches around it


def _told(name: str, rounds: list[_Pair]) -> list[Row]:
    """The whole time, and that of the two programs' own processor: the rest is spent on the servers."""
    found, fetched = sorted(rounds, key=lambda one: one[0]["seconds"] / one[1]["seconds"])[
        len(rounds) // 2
    ]
    ratio = found["seconds"] / fetched["seconds"]
    return [
        Row(
            f"{name} ({found['queries_a_page']:.1f} queries a page, peak {found['peak_mb']:.0f} MB)",
            f"{found['seconds']:.2f} s",
            f"{fetched['seconds']:.2f} s",
            ratio,
            "≤ 1.3 ×",
            ratio <= 1.3,
        ),
        Row(
            "of it: the program's own processor, the rest PostgreSQL and the stand-in",
            f"{found['cpu']:.2f} s",
            f"{fetched['cpu']:.2f} s",
        ),
    ]


def _child(kind: str, env: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.bench_sync", "--child", kind]
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--child", choices=sorted(_CHILDREN), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


# --- the measured processes --------------------------------------------------------------------------
class _Requests(logging.Handler):
    """httpx's own log line of a request is `HTTP Request: METHOD URL "HTTP/1.1 200 OK"`."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.seen: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        arguments = record.args
        if isinstance(arguments, tuple) and len(arguments) >= 2:
            self.seen.append((str(arguments[0]), str(arguments[1])))


def _sync(*, anew: bool) -> dict[str, Any]:
    place.with_django()
    from django.db import connection  # noqa: PLC0415

    from aiadmin.core import worker  # noqa: PLC0415
    from marketplace.models import Company, IntegrationStatus  # noqa: PLC0415
    from marketplace.services import sync  # noqa: PLC0415

    # As the worker that syncs does at its start.
    worker.leave_out_what_is_loaded()

    salon_id = int(os.environ["BENCH_SALON"])
    if anew:
        Company.objects.filter(external_company_id=salon_id).delete()
    company, _ = Company.objects.get_or_create(
        external_company_id=salon_id, defaults={"integration_status": IntegrationStatus.ACTIVE}
    )
    run = sync.request_sync(company.pk)
    requests = _Requests()
    logger = logging.getLogger("httpx")
    logger.addHandler(requests)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    queries = _Counter()
    started, used = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(queries):
        sync.run(run.pk)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    run.refresh_from_db()
    Path(os.environ["BENCH_REQUESTS"]).write_text(json.dumps(requests.seen), encoding="utf-8")
    return {
        "seconds": seconds,
        "cpu": cpu,
        "queries": queries.count,
        "queries_a_page": queries.count / len(requests.seen),
        "peak_mb": _peak_mb(),
        "status": run.status,
        "counts": run.counts,
    }


class _Counter:
    count = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


def _fetch() -> dict[str, Any]:
    import httpx  # noqa: PLC0415  (nothing else belongs into this process)

    requests = json.loads(Path(os.environ["BENCH_REQUESTS"]).read_text(encoding="utf-8"))
    headers = {
        "Accept": "application/vnd.yclients.v2+json",
        "Authorization": f"Bearer {os.environ['YCLIENTS_API_KEY']}, "
        f"User {os.environ['YCLIENTS_USER_TOKEN']}",
    }
    size, searches = 0, 0
    started, used = time.perf_counter(), time.process_time()
    with httpx.Client(headers=headers, timeout=30, trust_env=False) as client:
        for method, url in requests:
            body = None
            if _PAGED_SEARCH.search(url):
                searches += 1
                body = _search(searches)
            answer = client.request(method, url, json=body)
            answer.raise_for_status()
            size += len(answer.content)
    return {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - used,
        "calls": len(requests),
        "megabytes": size / 1024 / 1024,
    }


def _search(page: int) -> dict[str, Any]:
    from marketplace.yclients.calls_journal import clients_page  # noqa: PLC0415

    return clients_page(page)


_CHILDREN = {
    "sync-first": lambda: _sync(anew=True),
    "sync-again": lambda: _sync(anew=False),
    "fetch": _fetch,
}


def _peak_mb() -> float:
    """Peak memory of this program: `ru_maxrss` would count the parent it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
