"""Online booking: free days and times, the check, the booking. The partner token is enough."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from marketplace.yclients import errors, schemas
from marketplace.yclients.calls import Calls, parse, rows
from marketplace.yclients.drafts import Appointment


class BookingCalls(Calls):
    def book_dates(
        self,
        salon_id: int,
        *,
        service_ids: Iterable[int],
        staff_id: int = 0,
        date_from: date,
        date_to: date,
    ) -> list[date]:
        """Days with at least one free start, both ends included. `staff_id` 0: any master."""
        query = _services(service_ids)
        query += [("date_from", date_from.isoformat()), ("date_to", date_to.isoformat())]
        if staff_id:
            query.append(("staff_id", staff_id))
        reply = self._transport.call("GET", f"/api/v1/book_dates/{salon_id}", query=query)
        data = reply.data if isinstance(reply.data, dict) else {}
        return sorted(parse(date, day) for day in rows(data.get("booking_dates")))

    def book_times(
        self, salon_id: int, *, staff_id: int, day: date, service_ids: Iterable[int]
    ) -> list[schemas.Slot]:
        """Free starts of one day. A hint only: another client may be quicker.

        Does not free the time of a visit that is being moved: leave that record out yourself.
        """
        path = f"/api/v1/book_times/{salon_id}/{staff_id}/{day.isoformat()}"
        reply = self._transport.call("GET", path, query=_services(service_ids))
        return [parse(schemas.Slot, row) for row in rows(reply.data)]

    def book_check(self, salon_id: int, *, appointments: Sequence[Appointment]) -> None:
        """Asks whether these could be booked now. Raises SlotBusy or InvalidRequest."""
        body = {"appointments": [item.payload() for item in appointments]}
        self._transport.call("POST", f"/api/v1/book_check/{salon_id}", body=body, safe=True)

    def book_record(
        self,
        salon_id: int,
        *,
        phone: str,
        fullname: str,
        appointments: Sequence[Appointment],
        email: str = "",
        comment: str = "",
        api_id: str = "",
        code: str | None = None,
    ) -> list[schemas.BookedAppointment]:
        """Books all appointments or none. Returns one item an appointment, in their order.

        `phone` E.164 or digits; `api_id` our own mark on the records (YCLIENTS does not dedupe by
        it); `code` from an SMS where the company wants `phone_confirmation`.
        Raises SlotBusy, Blacklisted, InvalidRequest, NotFound (the master does not do the service;
        a composite's own id), OutcomeUnknown: look for `api_id` before any second attempt.
        """
        body: dict[str, Any] = {
            "phone": phone.lstrip("+"),
            "fullname": fullname,
            "email": email,
            "comment": comment,
            "api_id": api_id,
            "appointments": [item.payload() for item in appointments],
        }
        if code is not None:
            body["code"] = code
        reply = self._transport.call("POST", f"/api/v1/book_record/{salon_id}", body=body)
        booked = [parse(schemas.BookedAppointment, row, written=True) for row in rows(reply.data)]
        if not booked:
            # Success without ids: the visit very probably stands, but we cannot name it.
            raise errors.OutcomeUnknown(http_status=reply.status)
        return booked


def _services(service_ids: Iterable[int]) -> list[tuple[str, str | int]]:
    # The singular `service_id` is ignored by YCLIENTS: slots would not fit the service's length.
    query: list[tuple[str, str | int]] = [("service_ids[]", item) for item in service_ids]
    if not query:
        raise ValueError("service_ids must not be empty: the slots would not fit the service")
    return query
