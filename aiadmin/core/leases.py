"""Claims that live as long as the process that works on them: short leases, renewed by one thread for all."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
from django.db import close_old_connections, connection

log = structlog.get_logger(__name__)

# Work whose worker was killed is taken over after this (real seconds)…
LEASE_SECONDS = 20
# …and a living worker renews it this often: three tries before it is lost.
RENEW_SECONDS = 5


def until() -> datetime:
    """When a lease that is taken or renewed now ends."""
    return datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS)


class Keeper:
    """Calls `renew(row id, claim number)` for every held claim; one that was lost matches no row there."""

    def __init__(
        self, renew: Callable[[int, int], object], *, every: float = RENEW_SECONDS
    ) -> None:
        self._renew = renew
        self._every = every
        self._held: set[tuple[int, int]] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def held(self, row_id: int, number: int) -> Iterator[None]:
        claim = (row_id, number)
        with self._lock:
            self._held.add(claim)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(claim)

    def join(self) -> None:
        """Waits for the thread, which ends by itself once nothing is held."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while True:
            time.sleep(self._every)
            with self._lock:
                claims = list(self._held)
                if not claims:
                    # The next claim starts another thread; none is kept for an idle process.
                    self._thread = None
                    break
            for row_id, number in claims:
                try:
                    # Also after a failure: what is broken is not used for the next claim.
                    close_old_connections()
                    self._renew(row_id, number)
                except Exception as error:  # this thread ends for nothing: all claims depend on it
                    log.warning("lease.renew_failed", error=type(error).__name__)
        connection.close()
