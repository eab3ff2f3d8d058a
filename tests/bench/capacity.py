"""Capacity on paper: the tables of docs/capacity.md for 1,000, 10,000 and 100,000 salons.

    python -m tests.bench.capacity [--write]

Prints them, or writes them into the page. What a salon's day looks like is assumed, what a thing costs in
calls and bytes was counted (`capacity_sums`), what it costs in processor and memory is read from
docs/benchmarks.md; "?" stands where there is no such row.
"""

import argparse
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping

from aiadmin.run.paths import ROOT
from tests.bench.capacity_sums import (
    BYTES,
    CALLS,
    DAYS_KEPT,
    ROWS,
    SALONS,
    Day,
    Measured,
    Prices,
    addresses,
    calls_a_minute,
    carried,
    cores,
    cost,
    disk_gigabytes,
    measured,
    memory_gigabytes,
    peak_messages,
    rows,
)

PAGE = ROOT / "docs" / "capacity.md"


def tables(day: Day, found: Measured, prices: Prices) -> dict[str, str]:
    """Title → Markdown."""
    return {
        "A salon's day (assumed)": _table(
            ("what", "a day"),
            [
                ("visits in the journal", _number(day.visits)),
                ("webhooks of them", _number(day.hooks)),
                ("clients' messages", _number(day.incoming)),
                ("messages of ours, reminders among them", _number(day.outgoing)),
                ("free times asked, booked, moved, cancelled", _asked(day)),
                ("of it in the busiest hour", f"{day.busiest:.0%}"),
            ],
        ),
        "Figures measured": _table(
            ("row of benchmarks.md", "figure"),
            [(row, _exact(getattr(found, name))) for name, row in ROWS.items()],
        ),
        "Messages and webhooks": _by_size(
            {
                "clients' messages a day": lambda n: n * day.incoming,
                "messages of ours a day": lambda n: n * day.outgoing,
                "clients' messages a second, busiest hour": lambda n: peak_messages(n, day),
                "evening reminders due at one minute": lambda n: n * day.reminders / 2,
                "webhooks a day": lambda n: n * day.hooks,
                "webhooks a second, busiest hour": lambda n: n * day.hooks * day.busiest / 3600,
                "of what one web process stores": lambda n: _part(n, day, found),
            }
        ),
        "Calls to YCLIENTS a minute, busiest hour": _by_size(
            {
                **{
                    what: lambda n, what=what: calls_a_minute(n, day, CALLS)[what]  # type: ignore[misc]
                    for what in calls_a_minute(1, day, CALLS)
                },
                "**all**": lambda n: sum(calls_a_minute(n, day, CALLS).values()),
            }
        ),
        "Addresses that each limit asks for": _by_size(
            {
                **{
                    what: lambda n, what=what: addresses(n, day, CALLS)[what]  # type: ignore[misc]
                    for what in addresses(1, day, CALLS)
                },
                "**addresses**": lambda n: max(addresses(n, day, CALLS).values()),
            }
        ),
        "Salons that one address carries": _table(
            ("limit", "salons"),
            [(what, _number(most)) for what, most in carried(day, CALLS).items()],
        ),
        "Rows and disk": _by_size(
            {
                **{
                    f"{what}, {DAYS_KEPT[what]} days": lambda n, what=what: rows(n, day)[what]  # type: ignore[misc]
                    for what in rows(1, day)
                },
                "GB in all": lambda n: disk_gigabytes(n, day, BYTES),
            }
        ),
        "Machines and money": _by_size(
            {
                "cores of our programs": lambda n: cores(n, day, found),
                "GB of memory, sessions included": lambda n: memory_gigabytes(n, found),
                "bridges, 500 sessions each": lambda n: math.ceil(n / 500),
                "roubles a salon and month": lambda n: cost(n, day, found, prices),
            }
        ),
    }


def _part(salons: int, day: Day, found: Measured) -> float | None:
    if found.hooks_per_second is None:
        return None
    return salons * day.hooks * day.busiest / 3600 / found.hooks_per_second


def _asked(day: Day) -> str:
    return f"{day.searches}, {day.bookings}, {day.moves}, {day.cancels}"


def _by_size(lines: Mapping[str, Callable[[int], float | None]]) -> str:
    head = ("salons", *(_number(salons) for salons in SALONS))
    return _table(head, [(what, *(_number(of(n)) for n in SALONS)) for what, of in lines.items()])


def _table(head: tuple[str, ...], body: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---", *("---:" for _ in head[1:])), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _exact(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"


def _number(value: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"


def filled(page: str, found: Mapping[str, str]) -> str:
    """The page with each table in its place: between `<!-- title -->` and `<!-- end -->`."""
    for title, table in found.items():
        place = re.compile(rf"(<!-- {re.escape(title)} -->\n).*?(\n<!-- end -->)", re.DOTALL)
        if not place.search(page):
            raise ValueError(f"the page has no place for {title!r}")
        page = place.sub(lambda match, table=table: f"{match[1]}{table}{match[2]}", page)  # type: ignore[misc]
    return page


def main(arguments: list[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="into docs/capacity.md")
    found = tables(Day(), measured(), Prices())
    if options.parse_args(arguments).write:
        PAGE.write_text(filled(PAGE.read_text("utf-8"), found), "utf-8")
        return 0
    for title, table in found.items():
        print(f"{title}\n\n{table}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
