"""Claims that live as long as the process that works on them: short leases, renewed by one thread for all."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import close_old_connections, connection, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest

log = structlog.get_logger(__name__)

# Work whose worker was killed is taken over after this (real seconds)…
LEASE_SECONDS = 20
# …and a living worker renews it this often: three tries before it is lost.
RENEW_SECONDS = 5


def until() -> datetime:
    """When a lease that is taken or renewed now ends."""
    return datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS)


def in_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows, locked in the order of their ids: who writes several of them waits for another who does,
    and never in a circle. In a transaction."""
    keys = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    locked: QuerySet[Any] = rows.model._default_manager.filter(pk__in=keys)
    return locked


class Keeper:
    """Renews every held claim. `mine(row id, claim number)` is its row, or none once it was lost; `until`
    names the column that says when the lease ends. `several`: a claim has more than one row."""

    def __init__(
        self,
        mine: Callable[[int, int], QuerySet[Any]],
        until: str,
        *,
        several: bool = False,
        every: float = RENEW_SECONDS,
    ) -> None:
        self._mine = mine
        self._until = until
        self._several = several
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

    def renew(self, row_id: int, number: int) -> bool:
        """Extends one claim; a later end, such as that of a pause after the work, stays. False when the claim
        is no longer ours."""
        rows, column = self._mine(row_id, number), self._until
        end = Greatest(column, Value(until()))
        if not self._several:
            return bool(rows.update(**{column: end}))
        with transaction.atomic():
            return bool(in_order(rows).update(**{column: end}))

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
                    self.renew(row_id, number)
                except Exception as error:  # this thread ends for nothing: all claims depend on it
                    log.warning("lease.renew_failed", error=type(error).__name__)
        connection.close()
