"""The salon's journal: records and client cards. Needs a user token (or marketplace access)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from marketplace.yclients import schemas
from marketplace.yclients.answers import Reply
from marketplace.yclients.calls import PAGE_SIZE, Calls, Odd, parse, rows
from marketplace.yclients.drafts import RecordDraft
from marketplace.yclients.paging import pages
from marketplace.yclients.transport import Query

# What is kept of a card; no more of a person is asked for.
_CLIENT_FIELDS = ["id", "name", "phone", "visits_count", "last_visit_date"]
# Russian numbers are the same when their last ten digits are: 8…, 7… and +7… mean one phone.
_SAME_DIGITS = 10


class JournalCalls(Calls):
    def records(
        self,
        salon_id: int,
        *,
        staff_id: int | None = None,
        client_id: int | None = None,
        start_date: date | None = None,
        end_date: date | None = None,
        changed_after: datetime | None = None,
        with_deleted: bool = False,
        odd: Odd | None = None,
    ) -> Iterator[schemas.Record]:
        """Records page by page, in no promised order. Dates are days of the visit, both included.

        `changed_after` is aware. There is no filter by phone: search the client first. An unreadable
        row raises Permanent unless `odd` takes it.
        """
        query: list[tuple[str, str | int]] = []
        if staff_id is not None:
            query.append(("staff_id", staff_id))
        if client_id is not None:
            query.append(("client_id", client_id))
        if start_date is not None:
            query.append(("start_date", start_date.isoformat()))
        if end_date is not None:
            query.append(("end_date", end_date.isoformat()))
        if changed_after is not None:
            if changed_after.tzinfo is None:
                raise ValueError("changed_after must be aware")
            query.append(("changed_after", changed_after.isoformat(timespec="seconds")))
        if with_deleted:
            query.append(("with_deleted", 1))

        def fetch(number: int) -> Reply:
            page: Query = [*query, ("page", number), ("count", PAGE_SIZE)]
            path = f"/api/v1/records/{salon_id}"
            return self._transport.call("GET", path, query=page, right="timetable_access")

        for record in pages(fetch, size=PAGE_SIZE, key=_record_id, kind=schemas.Record, odd=odd):
            # Deleted rows are normally absent without the flag; filter all the same (sheet, 2.9).
            if with_deleted or not record.deleted:
                yield record

    def record(self, salon_id: int, record_id: int) -> schemas.Record:
        """One record; a deleted one comes with `deleted`, or raises NotFound."""
        path = f"/api/v1/record/{salon_id}/{record_id}"
        reply = self._transport.call("GET", path, right="timetable_access")
        return parse(schemas.Record, reply.data)

    def create_record(self, salon_id: int, draft: RecordDraft) -> schemas.Record:
        """Writes into the journal as the salon itself would; raises SlotBusy, OutcomeUnknown."""
        path = f"/api/v1/records/{salon_id}"
        body = draft.payload()
        reply = self._transport.call("POST", path, body=body, right="create_records_access")
        return parse(schemas.Record, reply.data, written=True)

    def update_record(self, salon_id: int, record_id: int, draft: RecordDraft) -> schemas.Record:
        """Replaces the record whole: start from `RecordDraft.of(record)`, read just before."""
        path = f"/api/v1/record/{salon_id}/{record_id}"
        body = draft.payload()
        reply = self._transport.call("PUT", path, body=body, right="edit_records_access")
        return parse(schemas.Record, reply.data, written=True)

    def mark_attendance(self, record: schemas.Record, attendance: int) -> None:
        """Marks one record of a visit (2: the client will come); nothing else of it is touched.

        NotFound: the visit is gone, or the right to mark it is missing.
        """
        path = f"/api/v1/visits/{record.visit_id}/{record.id}"
        body = {"attendance": attendance, "comment": record.comment}
        self._transport.call("PUT", path, body=body, right="edit_records_attendance_access")

    def delete_record(self, salon_id: int, record_id: int) -> None:
        """Cancels a visit. NotFound: it was already gone."""
        path = f"/api/v1/record/{salon_id}/{record_id}"
        self._transport.call("DELETE", path, right="delete_records_access")

    def search_clients(self, salon_id: int, *, phone: str) -> list[schemas.Client]:
        """Client cards with this very phone: YCLIENTS searches loosely, so digits are compared."""
        wanted = "".join(ch for ch in phone if ch.isdigit())
        if len(wanted) < _SAME_DIGITS:
            raise ValueError("phone must be a full number")
        # Ten digits find the card whichever way its country code was typed.
        wanted = wanted[-_SAME_DIGITS:]
        filters: list[dict[str, Any]] = [{"type": "quick_search", "state": {"value": wanted}}]
        found = self._search(salon_id, filters)
        return [card for card in found if card.phone[-_SAME_DIGITS:] == wanted]

    def clients(self, salon_id: int, *, odd: Odd | None = None) -> Iterator[schemas.Client]:
        """Every client card, page by page. An unreadable row raises Permanent unless `odd` takes it."""
        return self._search(salon_id, [], odd)

    def _search(
        self, salon_id: int, filters: list[dict[str, Any]], odd: Odd | None = None
    ) -> Iterator[schemas.Client]:
        def fetch(number: int) -> Reply:
            body = clients_page(number, filters)
            path = f"/api/v1/company/{salon_id}/clients/search"
            return self._transport.call("POST", path, body=body, safe=True, right="clients_access")

        return pages(fetch, size=PAGE_SIZE, key=_client_id, kind=schemas.Client, odd=odd)

    def client(self, salon_id: int, client_id: int) -> schemas.Client:
        path = f"/api/v1/client/{salon_id}/{client_id}"
        reply = self._transport.call("GET", path, right="clients_access")
        found = rows(reply.data)
        return parse(schemas.Client, found[0] if found else None)


def clients_page(number: int, filters: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The body that asks for one page of client cards; pages count from 1."""
    return {
        "page": number,
        "page_size": PAGE_SIZE,
        "fields": _CLIENT_FIELDS,
        "order_by": "id",
        "order_by_direction": "ASC",
        "operation": "AND",
        "filters": list(filters),
    }


def _record_id(record: schemas.Record) -> int:
    return record.id


def _client_id(client: schemas.Client) -> int:
    return client.id
