"""The arithmetic of capacity: an assumed day, counted calls and bytes, and what many salons make of them.

Pure; `capacity.py` prints it. Rates are those of the busiest hour unless they say otherwise.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiadmin.run.paths import ROOT

SALONS = (1_000, 10_000, 100_000)
# YCLIENTS: 200 calls a minute and address; ours stop at 190, and the lanes' shares of it.
BUDGET, REMINDERS, SYNC = 190, 0.75 * 190, 0.5 * 190
DAYS_KEPT = {"messages": 180, "bridge events": 30, "webhooks": 30, "visits": 365}


@dataclass(frozen=True)
class Day:
    """A salon's ordinary day. All of it is assumption: put your own."""

    visits: int = 20
    # Every visit is written, changed once and closed by the salon or by us: webhooks.
    hooks_a_visit: int = 3
    chats: int = 12
    messages_a_chat: int = 4
    replies_a_chat: int = 3
    searches: int = 8
    bookings: int = 6
    moves: int = 1
    cancels: int = 1
    # Of a day's clients' messages, the part that comes in its busiest hour.
    busiest: float = 0.12
    # Hours in which the salon works, and in which its visits end and begin.
    open_hours: int = 11
    # Of a day's visits, the part whose client can be reminded.
    reminded: float = 0.9

    @property
    def incoming(self) -> int:
        return self.chats * self.messages_a_chat

    @property
    def reminders(self) -> int:
        """On the eve and two hours before."""
        return round(self.visits * self.reminded * 2)

    @property
    def outgoing(self) -> int:
        return self.chats * self.replies_a_chat + self.reminders

    @property
    def hooks(self) -> int:
        return self.visits * self.hooks_a_visit


@dataclass(frozen=True)
class Prices:
    """A month, in roubles. Assumed: put your provider's."""

    core: float = 900.0
    gigabyte_ram: float = 250.0
    gigabyte_disk: float = 12.0
    address: float = 180.0


@dataclass(frozen=True)
class Measured:
    """Of `make bench`; None: no such row. `cpu_ms` of our own processes per answered message."""

    cpu_ms: float | None = None
    session_mb: float | None = None
    hooks_per_second: float | None = None


# What a thing costs in calls, and a row in bytes: counted by capacity_calls.
CALLS = {
    "nightly reading": 14,
    "hourly poll": 2,
    "free times of a day": 1,
    "booking": 4,
    "move": 5,
    "cancel": 2,
    # Counted with a new client: a webhook of the visit, one of the client, each read again.
    "webhook": 1,
}
BYTES = {"message": 528, "webhook": 1763, "visit": 383, "event of the bridge": 684}
# A page of clients or records that a nightly reading turns beside; a grown salon's.
NIGHTLY_PAGES = 20

BENCHMARKS = ROOT / "docs" / "benchmarks.md"


# Figures of `Measured`, by the beginnings of their rows in benchmarks.md.
ROWS = {
    "cpu_ms": "CPU of an answered message",
    "session_mb": "RSS a session",
    "hooks_per_second": "webhook stored, 32 at once: a second",
}


def measured(page: Path = BENCHMARKS) -> Measured:
    """The figures of a page that has such rows, this one or our own."""
    text = page.read_text("utf-8") if page.exists() else ""

    def ours(row: str) -> float | None:
        found = re.search(rf"^\| {re.escape(row)}[^|]*\| *([\d.,]+)", text, re.MULTILINE)
        return float(found[1].replace(",", "")) if found else None

    return Measured(**{name: ours(row) for name, row in ROWS.items()})


def calls_a_minute(salons: int, day: Day, calls: Mapping[str, int]) -> dict[str, float]:
    """Calls to YCLIENTS in a minute of the busiest hour of the working day, by what they are for."""
    hour = day.busiest / 60
    talk = (
        day.searches * calls["free times of a day"]
        + day.bookings * calls["booking"]
        + day.moves * calls["move"]
        + day.cancels * calls["cancel"]
    )
    spread = day.open_hours * 60
    return {
        "clients' dialogues": salons * talk * hour,
        "reminders and reviews": salons * 2 * day.visits / spread,
        "webhooks read again": salons * day.hooks * calls["webhook"] / spread,
        "hourly polls": salons * calls["hourly poll"] / 60,
    }


def _load(salons: int, day: Day, calls: Mapping[str, int]) -> dict[str, float]:
    """By limit: how many addresses' worth of calls there are."""
    busy = calls_a_minute(salons, day, calls)
    background = busy["webhooks read again"] + busy["hourly polls"]
    night = salons * (calls["nightly reading"] + NIGHTLY_PAGES) / (3 * 60)
    # Every salon reads its journal once, at the same minute of the evening; late by half an hour at most.
    evening = salons / 30
    return {
        "busiest hour, all": sum(busy.values()) / BUDGET,
        "busiest hour, polls and webhooks": background / SYNC,
        "night, three hours": night / SYNC,
        "reminders of 19:00 within half an hour": evening / REMINDERS,
    }


def addresses(salons: int, day: Day, calls: Mapping[str, int]) -> dict[str, int]:
    """Outgoing addresses that each limit asks for; the largest decides."""
    return {what: math.ceil(load) for what, load in _load(salons, day, calls).items()}


def carried(day: Day, calls: Mapping[str, int]) -> dict[str, int]:
    """Salons that one address carries by each limit; the smallest decides."""
    return {what: math.floor(1 / load) for what, load in _load(1, day, calls).items()}


def rows(salons: int, day: Day) -> dict[str, int]:
    """Rows that stand in each table when everything older is deleted."""
    return {
        "messages": salons * (day.incoming + day.outgoing) * DAYS_KEPT["messages"],
        "bridge events": salons * (day.incoming + 2 * day.outgoing) * DAYS_KEPT["bridge events"],
        "webhooks": salons * day.hooks * DAYS_KEPT["webhooks"],
        "visits": salons * day.visits * DAYS_KEPT["visits"],
    }


def disk_gigabytes(salons: int, day: Day, sizes: Mapping[str, int]) -> float:
    kinds = {
        "messages": "message",
        "bridge events": "event of the bridge",
        "webhooks": "webhook",
        "visits": "visit",
    }
    held = sum(count * sizes[kinds[what]] for what, count in rows(salons, day).items())
    # Signal keys of a session and its clients: 0.7 MB (docs/capacity.md says of what).
    return (held + salons * 700_000) / 1e9


def peak_messages(salons: int, day: Day) -> float:
    """Clients' messages a second in the busiest hour."""
    return salons * day.incoming * day.busiest / 3600


def cores(salons: int, day: Day, found: Measured) -> float | None:
    """Of our own programs in the busiest hour, at most 60 % busy."""
    if found.cpu_ms is None:
        return None
    return max(1.0, peak_messages(salons, day) * found.cpu_ms / 1000 / 0.6)


def memory_gigabytes(salons: int, found: Measured) -> float | None:
    """Of the bridges' sessions; each bridge by itself and the other programs are 1 GB beside."""
    return None if found.session_mb is None else 1 + salons * found.session_mb / 1024


def cost(salons: int, day: Day, found: Measured, prices: Prices) -> float | None:
    """Roubles a salon and month: cores and memory twice (one machine may fail), disk thrice (copies)."""
    busy, memory = cores(salons, day, found), memory_gigabytes(salons, found)
    if busy is None or memory is None:
        return None
    outgoing = max(addresses(salons, day, CALLS).values())
    month = (
        2 * math.ceil(busy) * prices.core
        + 2 * math.ceil(memory) * prices.gigabyte_ram
        + 3 * disk_gigabytes(salons, day, BYTES) * prices.gigabyte_disk
        + outgoing * prices.address
    )
    return month / salons
