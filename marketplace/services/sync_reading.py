"""What the steps of a sync share: the client, the claim's beat, odd rows, and what a run leaves behind."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from marketplace.models import Company
from marketplace.yclients.client import YclientsClient

log = structlog.get_logger(__name__)

T = TypeVar("T")

# Called after every long call of a step: renews the run's claim, or ends a run that lost it.
Beat = Callable[[], None]
# Rows come by the page, and nobody sees the pages: the claim is renewed at most this often (seconds).
BEAT_SECONDS = 5.0
# A list of rows nobody can read must not become a log of the same length.
_LOGGED = 5
# What a list no longer shows is asked for by its id before it counts as gone: pages shift under a
# reader. At most so many in one run; the next run takes the rest.
MOST_REREAD = 200


class OddRows:
    """Takes the rows of one list that cannot be read: they are logged, counted and left out."""

    def __init__(self, company_id: int, step: str) -> None:
        self._company_id, self._step = company_id, step
        self.count = 0
        self.ids: set[int] = set()
        # False: some row did not even tell its id, so nothing may be taken for absent.
        self.all_named = True

    def __call__(self, raw: Any) -> None:
        self.count += 1
        found = raw.get("id") if isinstance(raw, dict) else None
        if str(found).isdigit():
            self.ids.add(int(str(found)))
        else:
            self.all_named = False
        if self.count <= _LOGGED:
            log.warning(
                "sync.row_unreadable",
                company_id=self._company_id,
                step=self._step,
                row_id=str(found)[:20],
            )


@dataclass
class Reading:
    """One run at work. `counts`: rows read by step, drift, unreadable rows; `closing`: columns of the
    company that are written when the whole run has ended well."""

    client: YclientsClient
    company: Company
    scope: str
    beat: Beat
    counts: dict[str, int] = field(default_factory=dict)
    closing: dict[str, Any] = field(default_factory=dict)
    _odd: list[OddRows] = field(default_factory=list)

    def odd(self, step: str) -> OddRows:
        """For one list of a step."""
        rows = OddRows(self.company.pk, step)
        self._odd.append(rows)
        return rows

    def beaten(self, rows: Iterable[T]) -> Iterator[T]:
        """The same rows; the claim is renewed while they come."""
        renewed = time.monotonic() - BEAT_SECONDS
        for row in rows:
            if time.monotonic() - renewed >= BEAT_SECONDS:
                self.beat()
                renewed = time.monotonic()
            yield row

    def add(self, name: str, count: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + count

    def count_odd(self) -> None:
        """Shows the unreadable rows among the counts, if there were any."""
        found = sum(rows.count for rows in self._odd)
        if found:
            self.counts["unreadable"] = found
