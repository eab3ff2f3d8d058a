"""What a message and a request cost at 1, 10, 100, 1,000 salons with rows in all tables accordingly.

    python -m tests.bench.bench_growth [--sizes 1,10,100,1000]

The product's own code on one PostgreSQL that grows; each size is measured in a fresh process: processor
time, statements, buffers read, and tables that were read from end to end.
"""

import argparse
import json
import sys
import time
from typing import Any

from tests.bench import place, report
from tests.bench.report import Row

PATHS = ("message", "webhook", "/status", "sweep", "beat")
_WARM, _TIMES = 5, 40


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1,10,100,1000")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(_measure(options.child)))
        return 0
    sizes = [int(size) for size in options.sizes.split(",")]
    with place.migrated(BRIDGE_URL="http://127.0.0.1:9") as env:
        found = {
            size: json.loads(place.run(env, "bench_growth", "--child", size).splitlines()[-1])
            for size in sizes
        }
    few, many = found[sizes[0]], found[sizes[-1]]
    rows = [
        _row(name, measure, {size: found[size][name] for size in sizes})
        for name in PATHS
        for measure in ("cpu_ms", "statements", "buffers")
    ]
    whole = sorted({line for at in found.values() for name in PATHS for line in at[name]["whole"]})
    rows.append(
        Row(
            "growing tables read from end to end",
            "; ".join(line[:80] for line in whole) or "none",
            bar="none",
            held=not whole,
        )
    )
    report.publish(
        "growth",
        "How cost grows with the salons",
        f"From {sizes[0]} to {sizes[-1]} salons ({few['rows']:,} to {many['rows']:,} rows): the same code in "
        f"one process, median of {_TIMES}; a message is its event drained, its turn and its delivery up to "
        "the bridge; the sweep is what runs every two seconds; the beat of what is said unasked, twice a "
        "minute, is idle here: nothing has changed and no salon's moment has come.",
        rows,
    )
    return 0


def _row(name: str, measure: str, at: dict[int, dict[str, float]]) -> Row:
    first, *_, last = [found[measure] for found in at.values()]
    unit, most = {"cpu_ms": ("ms of CPU", 1.3), "statements": ("statements", 1.1)}.get(
        measure, ("buffers", 2.0)
    )
    ratio = last / max(first, 0.01)
    return Row(
        f"{name}, {unit}",
        " → ".join(f"{found[measure]:.4g}" for found in at.values()),
        f"at {' → '.join(map(str, at))} salons",
        ratio,
        f"≤ {most} ×",
        ratio <= most,
    )


def _measure(size: int) -> dict[str, Any]:
    place.with_django()
    from django.db import connection  # noqa: PLC0415

    from marketplace.models import Company  # noqa: PLC0415
    from tests.bench import paths, plans, rows  # noqa: PLC0415

    company, key = rows.template(size)
    if Company.objects.count() > 1:
        # Grown already: the salon that was measured before is one of the many.
        rows.grow(Company.objects.order_by("pk")[0], size)
    found: dict[str, Any] = {}
    for name, path in paths.of(company, key).items():
        took, count = [], plans.Count()
        for number in range(_WARM + _TIMES):
            began = time.process_time()
            path(number)
            took.append((time.process_time() - began) * 1000)
            paths.tidy(company)
        took = took[_WARM:]
        with connection.execute_wrapper(count):
            path(900)
        paths.tidy(company)
        watch = plans.Watch(rows.GROWING, forbid_scans=False)
        with connection.execute_wrapper(watch):
            path(901)
        paths.tidy(company)
        found[name] = {
            "cpu_ms": sorted(took)[len(took) // 2],
            "statements": count.count,
            "buffers": watch.buffers,
            # A small table is read whole because that is quicker: of a hundred salons some are small.
            "whole": watch.whole if size >= 1000 else [],
        }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT sum(greatest(reltuples, 0)) FROM pg_class WHERE relkind = 'r'")
        found["rows"] = int(cursor.fetchone()[0])
    return found


if __name__ == "__main__":
    sys.exit(main())
