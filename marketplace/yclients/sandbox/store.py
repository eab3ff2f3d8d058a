"""All rows in memory with their indexes, one lock, and the journal behind them."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

from marketplace.yclients.sandbox.journal import Journal
from marketplace.yclients.sandbox.model import (
    Application,
    Category,
    Client,
    Record,
    Row,
    Salon,
    Service,
    Staff,
)

R = TypeVar("R", Salon, Category, Service, Staff, Client, Record, Application)

FIRST_IDS: dict[type[Row], int] = {
    Salon: 4001,
    Category: 7001,
    Service: 11001,
    Staff: 3101,
    Client: 60001,
    Record: 900001,
}
FIRST_VISIT = 800001


class Store:
    """`lock` is to be held around every check-and-write: it is what makes a slot be sold once."""

    def __init__(self, journal: Journal) -> None:
        self.lock = threading.RLock()
        self._journal = journal
        self._rows: dict[type[Row], dict[int, Row]] = defaultdict(dict)
        self._of_salon: dict[tuple[type[Row], int], dict[int, Row]] = defaultdict(dict)
        self._of_day: dict[tuple[int, str], set[int]] = defaultdict(set)
        self._of_client: dict[int, set[int]] = defaultdict(set)
        self._of_phone: dict[tuple[int, str], set[int]] = defaultdict(set)
        self._next_visit = FIRST_VISIT
        for row in journal.load():
            self._place(row)
        journal.compact(self._all())

    def commit(self, *rows: Row) -> None:
        """Stores the rows as one batch: all of them survive a kill, or none."""
        with self.lock:
            self._journal.append(rows)
            for row in rows:
                self._place(row)
            if self._journal.is_long():
                self._journal.compact(self._all())

    def get(self, kind: type[R], row_id: int) -> R | None:
        row = self._rows[kind].get(row_id)
        return row if isinstance(row, kind) else None

    def of_salon(self, kind: type[R], salon_id: int) -> list[R]:
        """The salon's rows of one kind, by id."""
        found = self._of_salon[kind, salon_id]
        return [row for _, row in sorted(found.items()) if isinstance(row, kind)]

    def salons(self) -> list[Salon]:
        return [row for _, row in sorted(self._rows[Salon].items()) if isinstance(row, Salon)]

    def records_of_day(self, staff_id: int, day: str) -> list[Record]:
        """Records that start on that day, deleted ones included."""
        found = (self.get(Record, record_id) for record_id in sorted(self._of_day[staff_id, day]))
        return [record for record in found if record is not None]

    def records_of_client(self, client_id: int) -> list[Record]:
        found = (self.get(Record, record_id) for record_id in sorted(self._of_client[client_id]))
        return [record for record in found if record is not None]

    def client_by_phone(self, salon_id: int, phone: str) -> Client | None:
        """The card whose last ten digits are these."""
        for client_id in sorted(self._of_phone[salon_id, phone[-10:]]):
            client = self.get(Client, client_id)
            if client is not None and not client.deleted:
                return client
        return None

    def count(self, kind: type[Row]) -> int:
        return len(self._rows[kind])

    def next_id(self, kind: type[Row]) -> int:
        """A free id; hand several out by counting on from it."""
        return max(self._rows[kind], default=FIRST_IDS[kind] - 1) + 1

    def next_visit(self) -> int:
        return self._next_visit

    def _all(self) -> Iterator[Row]:
        for table in self._rows.values():
            yield from table.values()

    def _place(self, row: Row) -> None:
        old = self._rows[type(row)].get(row.id)
        self._rows[type(row)][row.id] = row
        if isinstance(row, Salon | Application):
            return
        self._of_salon[type(row), row.salon_id][row.id] = row
        if isinstance(row, Record):
            if isinstance(old, Record):
                self._of_day[old.staff_id, old.day].discard(row.id)
                self._of_client[old.client_id].discard(row.id)
            self._of_day[row.staff_id, row.day].add(row.id)
            self._of_client[row.client_id].add(row.id)
            self._next_visit = max(self._next_visit, row.visit_id + 1)
        if isinstance(row, Client):
            if isinstance(old, Client):
                self._of_phone[row.salon_id, old.phone[-10:]].discard(row.id)
            self._of_phone[row.salon_id, row.phone[-10:]].add(row.id)
