"""How long one waiting client may be kept: a total shared by all YCLIENTS calls made meanwhile.

The sum, from the client's last message to our answer, stays under 10 seconds: 2.0 of quiet before the
turn begins, 7.0 for YCLIENTS (queueing for the budget, retries and look-ups included), 0.6 of
"typing…". What does not fit is told honestly: nothing was written, or it is being checked.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# All calls of one turn together.
CLIENT_SECONDS = 7.0
# One read: a lost packet leaves time for another try.
READ_SECONDS = 3.0
# A write's answer is awaited this long, and a second is kept to look what became of it.
WRITE_SECONDS = 5.0
LOOKUP_SECONDS = 1.0
# With less left than this a write is not begun: its answer would hardly come in time.
WRITE_NEEDS = 3.0
# With less left than this a read is not begun.
READ_NEEDS = 0.2


class Deadline:
    """Made when somebody begins to wait, handed to every client used for them. Real time."""

    def __init__(self, seconds: float = CLIENT_SECONDS) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds, never negative."""
        return max(0.0, self._ends - time.monotonic())

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What is waited for here is not YCLIENTS, and takes nothing of its time."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._ends += time.monotonic() - began

    def for_budget(self, *, safe: bool) -> float:
        """How long a call may queue for its place: what it needs itself is not given away."""
        return max(0.0, self.left - (READ_NEEDS if safe else WRITE_NEEDS))

    def for_call(self, *, safe: bool) -> float:
        """How long one call may take; 0: it must not be begun."""
        left = self.left
        if safe:
            return min(READ_SECONDS, left) if left >= READ_NEEDS else 0.0
        return min(WRITE_SECONDS, left - LOOKUP_SECONDS) if left >= WRITE_NEEDS else 0.0
