"""Whose work goes on when jobs of two salons are under way in one worker: that of the salon that asked less.

One interpreter runs one thing at a time, so a job that comes beside seven others of a salon in a storm
would be answered eight times slower. Between two statements, outside of transactions, the job of the salon
that had more of them lately stands aside until the other's is through: a few hundredths of a second at most,
for that one may be waiting for somebody itself.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection


class Precedence:
    """Real seconds: `most` that one job stands aside in all, `lately` how far back jobs are counted."""

    def __init__(self, most: float, lately: float) -> None:
        self._most, self._lately = most, lately
        # How many jobs stand aside now.
        self.aside = 0
        self._changed = threading.Condition()
        self._under_way: Counter[int] = Counter()
        # salon → when its jobs of late began.
        self._begun: dict[int, deque[float]] = {}

    @contextmanager
    def of(self, salon: int) -> Iterator[None]:
        """For the time of one job of this salon, in its own thread."""
        self._begin(salon)
        until: list[float] = []
        try:
            with connection.execute_wrapper(partial(self._before, salon, until)):
                yield
        finally:
            self._end(salon)

    def gives_way(self, salon: int) -> bool:
        """Whether a job of this salon would stand aside now."""
        # Whose jobs have all been under way for long waits for somebody itself: YCLIENTS, a phone.
        fresh = time.monotonic() - self._most
        with self._changed:
            own = len(self._begun.get(salon, ()))
            return any(
                begun[-1] > fresh and len(begun) < own
                for other in self._under_way
                if (begun := self._begun.get(other))
            )

    def _begin(self, salon: int) -> None:
        now = time.monotonic()
        with self._changed:
            self._under_way[salon] += 1
            self._begun.setdefault(salon, deque()).append(now)
            for other, begun in list(self._begun.items()):
                while begun and begun[0] < now - self._lately:
                    begun.popleft()
                if not begun:
                    del self._begun[other]

    def _end(self, salon: int) -> None:
        with self._changed:
            self._under_way[salon] -= 1
            if not self._under_way[salon]:
                del self._under_way[salon]
            self._changed.notify_all()

    def _before(
        self, salon: int, until: list[float], execute: Callable[..., Any], *statement: Any
    ) -> Any:
        # In a transaction it would keep rows locked.
        if len(self._under_way) > 1 and not connection.in_atomic_block:
            self._stand_aside(salon, until)
        return execute(*statement)

    def _stand_aside(self, salon: int, until: list[float]) -> None:
        with self._changed:
            if not self.gives_way(salon):
                return
            if not until:
                until.append(time.monotonic() + self._most)
            self.aside += 1
            left = until[0] - time.monotonic()
            self._changed.wait_for(lambda: not self.gives_way(salon), left)
            self.aside -= 1


# A worker's jobs: one takes about as long as another may stand aside.
jobs = Precedence(most=0.08, lately=10.0)
