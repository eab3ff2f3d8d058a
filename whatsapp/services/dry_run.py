"""The assistant's tools where nothing is to be written: drafts, the self-test and a talk in the terminal."""

from datetime import datetime

from marketplace.services import booking
from whatsapp.assistant import tools as asked
from whatsapp.services.tools import JournalTools


class DryRunTools(JournalTools):
    """Looks at the real journal and writes nothing: every write is said to have worked."""

    def hold(self, visits: tuple[asked.SlotOption, ...]) -> asked.Hold:
        return asked.Held()

    def release(self) -> None:
        """Nothing was held."""

    def book(self, request: asked.BookRequest, *, step: str, left: str = "") -> asked.BookResult:
        return asked.Booked(step, request.start, request.staff_id, request.service_ids)

    def move(
        self,
        record_id: str,
        new_start: datetime,
        staff_id: str,
        *,
        step: str,
        services: tuple[str, ...] = (),
        left: str = "",
    ) -> asked.MoveResult:
        for visit in booking.upcoming(self.company, self.phone):
            if str(visit.record_id) == record_id:
                done = services or tuple(str(item) for item in visit.service_ids)
                return asked.Moved(record_id, new_start, staff_id, done, visit.start)
        return asked.Refused(asked.RefusedReason.NOT_FOUND)

    def cancel(self, record_id: str, *, step: str, left: str = "") -> asked.CancelResult:
        for visit in booking.upcoming(self.company, self.phone):
            if str(visit.record_id) == record_id:
                return asked.Cancelled(record_id, visit.start)
        return asked.Refused(asked.RefusedReason.NOT_FOUND)

    def confirm(self, record_id: str) -> asked.ConfirmResult:
        return asked.Confirmed(record_id)

    def note(self, record_id: str, text: str) -> asked.ConfirmResult:
        return asked.Confirmed(record_id)
