"""Whose work comes first: salon by salon, so that a storm in one does not keep another's client waiting."""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from aiadmin.core import worker
from aiadmin.core.queue import Job, enqueue
from whatsapp.services import precedence

# Turns under way stand first in their salon's line: whoever has many waits for those who have none.
_FIRST_IN_LINE = """
SELECT id, company_id FROM (
  SELECT id, company_id, turn_due_at, turn_owner = '' OR turn_until < %(now)s AS free,
         row_number() OVER (
           PARTITION BY company_id
           ORDER BY (turn_owner = '' OR turn_until < %(now)s), turn_due_at, id
         ) AS place
  FROM conversations WHERE turn_due_at <= %(now)s
) AS line
WHERE free AND NOT id = ANY(%(besides)s) AND NOT company_id = ANY(%(full)s)
ORDER BY place, turn_due_at, id LIMIT 1
"""


def next_chat(
    *, besides: Collection[int] = (), full: Collection[int] = ()
) -> tuple[int, int] | None:
    """The chat whose turn is due and fairest to take now, and its salon; None when nothing is due.

    `besides`: chats that somebody else was quicker to claim; `full`: salons that may have no more now.
    """
    told: dict[str, Any] = {"now": datetime.now(UTC), "besides": list(besides), "full": list(full)}
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_IN_LINE, told)
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else None


class Threads:
    """A worker's threads: one salon may hold all but one of them, however long its answers take.

    Without it a salon whose journal is slow, or that comes back with hundreds of messages, has them all,
    and another's client waits until one of those is through.
    """

    def __init__(self, total: Callable[[], int]) -> None:
        self._total = total
        self._held: Counter[int] = Counter()
        self._lock = threading.Lock()

    @property
    def _most(self) -> int:
        return max(1, self._total() - 1)

    def full(self) -> list[int]:
        """Salons that may have no further thread now."""
        with self._lock:
            return [salon for salon, held in self._held.items() if held >= self._most]

    @contextmanager
    def held(self, salon: int) -> Iterator[bool]:
        """One for this salon's work; False: it has as many as it may."""
        with self._lock:
            taken = self._held[salon] < self._most
            self._held[salon] += taken
        if not taken:
            yield False
            return
        try:
            with precedence.jobs.of(salon):
                yield True
        finally:
            with self._lock:
                was_full = self._held[salon] >= self._most
                self._held[salon] -= 1
                if not self._held[salon]:
                    del self._held[salon]
            if was_full:
                # Turns of the salon may have been passed over.
                enqueue(Job.TURN, 0)


threads = Threads(worker.threads)
