"""Counters and times of all processes, summed in Redis and told at /metrics.

One hash a figure: the field says which labels, the value grows. Emptied with Redis, which Prometheus takes
for a restart. Without Redis nothing is counted and nobody waits. A process tells what it counted once a
second, with the first thing that it counts then: a call for each would be the dearest part of a small job.
"""

import atexit
import json
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aiadmin.core import redis as store

# Upper bounds of the buckets, seconds.
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
# Parts of a series: how many fell into each bucket and past the last, and the seconds of all.
_SLOTS = (*(f"in {bound}" for bound in BUCKETS), "longer")
_SUM = "seconds"
# Seconds between two tellings, and after one that failed.
_EVERY, _PAUSE = 1.0, 5.0
_lock = threading.Lock()
# Counted and not told: (figure, field) → amount. Told next at `_next` (monotonic).
_untold: Counter[tuple[str, str]] = Counter()
_next = 0.0


@dataclass(frozen=True)
class Figure:
    """A figure's help line and the names of its labels. Few values a label: never an id or a phone."""

    help: str
    labels: tuple[str, ...] = ()


COUNTERS: Mapping[str, Figure] = {
    "rate_limit_hits": Figure("Calls refused by a rate limit, by its scope.", ("scope",)),
    "yclients_calls": Figure("Calls to YCLIENTS by lane and outcome.", ("lane", "outcome")),
}
TIMES: Mapping[str, Figure] = {
    "http_request_seconds": Figure(
        "From a request to its answer, by route and status.", ("method", "route", "status")
    ),
    "yclients_call_seconds": Figure("A call to YCLIENTS, waiting for the budget left out.", ()),
    "reply_seconds": Figure("From a client's last message to the answer being ready.", ()),
    "send_seconds": Figure("From the answer being ready to WhatsApp having it.", ()),
    "job_seconds": Figure("A job in a worker, by its name.", ("job",)),
}


def count(name: str, amount: float = 1, **labels: str) -> None:
    """Adds to a counter of COUNTERS. Raises KeyError for a name or a label nobody has described."""
    _add(name, {_field(COUNTERS[name], labels): amount})


def observe(name: str, seconds: float, **labels: str) -> None:
    """Adds one duration to a histogram of TIMES. Raises KeyError as `count` does."""
    key = _field(TIMES[name], labels)
    # Two small commands: its own bucket and the sum. Whoever reads adds up.
    _add(name, {_part(key, _SLOTS[bisect_left(BUCKETS, seconds)]): 1.0, _part(key, _SUM): seconds})


@dataclass
class Times:
    """One series of a histogram as it stands. `buckets` are cumulative, in the order of BUCKETS."""

    buckets: list[float] = field(default_factory=lambda: [0.0] * len(BUCKETS))
    count: float = 0.0
    sum: float = 0.0


def totals(name: str) -> Iterator[tuple[list[str], float]]:
    """(label values, total) of a counter. Raises redis' errors."""
    for key, value in _read(name):
        yield json.loads(key), value


def series(name: str) -> Iterator[tuple[list[str], Times]]:
    """(label values, its times) of a histogram. Raises redis' errors."""
    found: dict[str, Times] = {}
    for text, value in _read(name):
        key, _, part = text.rpartition(" | ")
        times = found.setdefault(key, Times())
        if part == _SUM:
            times.sum = value
        elif part in _SLOTS:
            times.count += value
            for place in range(_SLOTS.index(part), len(BUCKETS)):
                times.buckets[place] += value
    for key, times in sorted(found.items()):
        yield json.loads(key), times


def _field(figure: Figure, labels: Mapping[str, str]) -> str:
    if labels.keys() != set(figure.labels):
        raise KeyError(f"labels {sorted(labels)}, described are {sorted(figure.labels)}")
    return json.dumps([labels[name] for name in figure.labels], ensure_ascii=False)


def _part(key: str, part: str) -> str:
    return f"{key} | {part}"


def _add(name: str, grown: Mapping[str, float]) -> None:
    with _lock:
        for key, amount in grown.items():
            _untold[name, key] += amount  # type: ignore[assignment]  # seconds are counted too
        due = time.monotonic() >= _next
    if due:
        tell()


@atexit.register
def tell() -> None:
    """Tells Redis what this process has counted."""
    global _next
    with _lock:
        counted = dict(_untold)
        _untold.clear()
        _next = time.monotonic() + _EVERY
    if not counted:
        return
    try:
        pipe = store.client().pipeline(transaction=False)
        for (name, key), amount in counted.items():
            pipe.hincrbyfloat(store.figure_key(name), key, amount)
        pipe.execute()
    except store.ERRORS:
        _next = time.monotonic() + _PAUSE


def _read(name: str) -> list[tuple[str, float]]:
    tell()
    held = store.client().hgetall(store.figure_key(name))
    return sorted((str(key), float(value)) for key, value in held.items())
