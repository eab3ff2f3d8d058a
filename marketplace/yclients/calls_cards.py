"""Visits and client cards: attendance, and cards made or changed. Needs a user token."""

from dataclasses import replace

from marketplace.yclients import schemas
from marketplace.yclients.calls import Calls, parse
from marketplace.yclients.drafts import ClientDraft, RecordDraft


class CardCalls(Calls):
    def visit(self, visit_id: int) -> schemas.Visit:
        """The visit with all its records. NotFound also when the right is missing."""
        reply = self._transport.call("GET", f"/api/v1/visits/{visit_id}", right="timetable_access")
        return parse(schemas.Visit, reply.data)

    def set_attendance(
        self, salon_id: int, record: schemas.Record, attendance: schemas.Attendance
    ) -> schemas.Record:
        """Marks a record as confirmed, attended or missed; everything else of it stays.

        `record` read just before: YCLIENTS's own answer is a replacement of the whole record.
        """
        # Its time does not move: a record laid over another, or outside the hours, stays where it is.
        draft = replace(RecordDraft.of(record), attendance=int(attendance), save_if_busy=True)
        path = f"/api/v1/record/{salon_id}/{record.id}"
        right = "edit_records_attendance_access"
        reply = self._transport.call("PUT", path, body=draft.payload(), right=right)
        return parse(schemas.Record, reply.data, written=True)

    def create_client(self, salon_id: int, draft: ClientDraft) -> schemas.Client:
        """InvalidRequest when the phone already has a card: search first."""
        path = f"/api/v1/clients/{salon_id}"
        reply = self._transport.call("POST", path, body=draft.payload(), right="clients_access")
        return parse(schemas.Client, reply.data, written=True)

    def change_client(self, salon_id: int, client_id: int, draft: ClientDraft) -> schemas.Client:
        """Name and phone are demanded by YCLIENTS even where they do not change."""
        path = f"/api/v1/client/{salon_id}/{client_id}"
        reply = self._transport.call("PUT", path, body=draft.payload(), right="clients_access")
        return parse(schemas.Client, reply.data, written=True)
