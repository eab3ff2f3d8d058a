"""Waiting for what other processes do: ends on the event; the deadline only ends what never will."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

# Seconds. No machine needs so long, however busy: what has not happened by then does not happen.
PATIENCE = 90.0
_EVERY = 0.02


def wait_for(what: str, look: Callable[[], T | None], *, timeout: float = PATIENCE) -> T:
    """Looks until there is something; fails naming what was awaited."""
    deadline = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {timeout:.0f} s for {what}"
        time.sleep(_EVERY)


def is_ahead(moment: datetime | None, least: float, most: float, *, since: datetime) -> bool:
    """Whether what happened after `since` put this moment so many seconds ahead, however long it took."""
    assert moment is not None
    now = datetime.now(UTC)
    return since + timedelta(seconds=least) <= moment <= now + timedelta(seconds=most)
