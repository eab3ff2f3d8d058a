"""Slow jobs, those of the queue "sync", hold at most half of a worker's threads.

They wait for their place in YCLIENTS's budget, for minutes when a salon changes some hundred records at once:
they would hold every thread, and no client of any salon would be answered meanwhile.
"""

import threading
from collections.abc import Callable

import structlog
from django.db import close_old_connections

from aiadmin.core import worker

log = structlog.get_logger(__name__)


class Line:
    """Who comes when half of the threads are held waits here, and is worked on by the next one that ends.

    Killed meanwhile, nothing is lost: the sweeps find the rows (`queue`).
    """

    def __init__(self, total: Callable[[], int]) -> None:
        self._total = total
        self._held = 0
        # (job, row id) → the work: the sweeps ask for the same again while it waits.
        self._waiting: dict[tuple[str, int], Callable[[], None]] = {}
        self._lock = threading.Lock()

    def run(self, job: str, row_id: int, work: Callable[[], None]) -> None:
        """Does it now, or leaves it to another thread. Raises what `work` raises."""
        with self._lock:
            if self._held >= max(1, self._total() // 2):
                self._waiting.setdefault((job, row_id), work)
                return
            self._held += 1
        try:
            work()
        finally:
            self._go_on()

    @property
    def waiting(self) -> list[tuple[str, int]]:
        """(job, row id), the next first."""
        with self._lock:
            return list(self._waiting)

    def forget(self) -> None:
        """For a worker that is about to stop: what waits is left to others."""
        with self._lock:
            self._waiting.clear()

    def _go_on(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._held -= 1
                    return
                job, row_id = next(iter(self._waiting))
                work = self._waiting.pop((job, row_id))
            try:
                # What the work before it has broken is not used for this one.
                close_old_connections()
                work()
            except Exception:  # logged with its trace; the sweeps find the row
                log.exception("queue.slow_job_failed", job=job, row_id=row_id)


line = Line(worker.threads)
