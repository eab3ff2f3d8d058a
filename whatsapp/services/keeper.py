"""Keeps the claims of this process's running turns alive: one thread renews them all."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
from django.db import close_old_connections, connection

from whatsapp.models import Conversation

log = structlog.get_logger(__name__)

# A turn whose worker was killed is taken over after this (real seconds)…
LEASE_SECONDS = 20
# …and a living worker renews it this often.
RENEW_SECONDS = 5


class LostTurn(Exception):
    """Another worker owns the turn now: nothing more may be written for it."""


class Keeper:
    """Renews `turn_until` of every held turn; a turn that was fenced off simply matches no row."""

    def __init__(self, every: float = RENEW_SECONDS) -> None:
        self._every = every
        self._held: set[tuple[int, int]] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def held(self, conversation_id: int, epoch: int) -> Iterator[None]:
        claim = (conversation_id, epoch)
        with self._lock:
            self._held.add(claim)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="turn-keeper", daemon=True)
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
                    # The next turn starts another thread; none is kept for an idle process.
                    self._thread = None
                    break
            for conversation_id, epoch in claims:
                try:
                    # Also after a failure: what is broken is not used for the next claim.
                    close_old_connections()
                    renew(conversation_id, epoch)
                except Exception as error:  # this thread ends for nothing: all turns depend on it
                    log.warning("whatsapp.renew_failed", error=type(error).__name__)
        connection.close()


def renew(conversation_id: int, epoch: int) -> bool:
    """Extends one claim. False when it is no longer ours."""
    until = datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS)
    rows = Conversation.objects.filter(pk=conversation_id, turn_epoch=epoch)
    return bool(rows.update(turn_until=until))


keeper = Keeper()
