"""Calls about the salon itself: company, catalogue, masters, schedules, webhooks, rights."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import ValidationError

from marketplace.yclients import errors, schemas
from marketplace.yclients.calls import Calls, Odd, parse, parse_rows, rows


class SalonCalls(Calls):
    """Lists take `odd`: it is told of rows that cannot be read; without it one raises Permanent."""

    def company(self, salon_id: int) -> schemas.Company:
        """Works with the partner token alone."""
        reply = self._transport.call("GET", f"/api/v1/company/{salon_id}/")
        try:
            return schemas.Company.parse(reply.data)
        except (ValidationError, TypeError, KeyError, IndexError) as error:
            raise errors.Permanent from error

    def service_categories(
        self, salon_id: int, *, odd: Odd | None = None
    ) -> list[schemas.ServiceCategory]:
        path = f"/api/v1/company/{salon_id}/service_categories"
        reply = self._transport.call("GET", path, right="settings_services_access")
        return parse_rows(schemas.ServiceCategory, reply.data, odd)

    def services(self, salon_id: int, *, odd: Odd | None = None) -> list[schemas.Service]:
        """The whole catalogue with each master's own length and price; composites look ordinary."""
        path = f"/api/v1/company/{salon_id}/services"
        reply = self._transport.call("GET", path, right="settings_services_access")
        return parse_rows(schemas.Service, reply.data, odd)

    def book_services(
        self, salon_id: int, *, staff_id: int = 0, service_ids: Iterable[int] = ()
    ) -> list[schemas.BookService]:
        """What online booking offers. Parts of composites are told only with a `staff_id`.

        Works with the partner token alone.
        """
        query: list[tuple[str, str | int]] = [("service_ids[]", item) for item in service_ids]
        if staff_id:
            query.append(("staff_id", staff_id))
        reply = self._transport.call("GET", f"/api/v1/book_services/{salon_id}", query=query)
        data = reply.data if isinstance(reply.data, dict) else {}
        return [parse(schemas.BookService, row) for row in rows(data.get("services"))]

    def staff(self, salon_id: int, *, odd: Odd | None = None) -> list[schemas.Staff]:
        """All masters, those not to be offered included (`Staff.offered`)."""
        path = f"/api/v1/company/{salon_id}/staff"
        reply = self._transport.call("GET", path, right="settings_master_access")
        return parse_rows(schemas.Staff, reply.data, odd)

    def schedule(
        self,
        salon_id: int,
        *,
        start: date,
        end: date,
        staff_ids: Iterable[int] = (),
        odd: Odd | None = None,
    ) -> list[schemas.ScheduleDay]:
        """Working days from `start` to `end`, both included; an absent day is a day off."""
        query: list[tuple[str, str | int]] = [
            ("start_date", start.isoformat()),
            ("end_date", end.isoformat()),
            ("include[]", "busy_intervals"),
        ]
        query += [("staff_ids[]", item) for item in staff_ids]
        path = f"/api/v1/company/{salon_id}/staff/schedule"
        reply = self._transport.call("GET", path, query=query, right="timetable_access")
        return parse_rows(schemas.ScheduleDay, reply.data, odd)

    def permissions(self, salon_id: int) -> dict[str, bool]:
        """The user token's rights in the salon: name → granted."""
        reply = self._transport.call("GET", f"/api/v1/user/permissions/{salon_id}")
        return _flatten(reply.data)

    def hooks_settings(self, salon_id: int) -> schemas.HooksSettings:
        path = f"/api/v1/hooks_settings/{salon_id}"
        reply = self._transport.call("GET", path, right="webhook_read_access")
        return parse(schemas.HooksSettings, reply.data)

    def set_hooks_settings(self, salon_id: int, settings: schemas.HooksSettings) -> None:
        """Replaces the salon's webhook settings: keep the URLs that others have put there."""
        body: dict[str, Any] = {"urls": settings.urls, "active": int(settings.active)}
        body |= {name: int(wanted) for name, wanted in settings.flags.items()}
        path = f"/api/v1/hooks_settings/{salon_id}"
        self._transport.call("POST", path, body=body, right="webhook_read_access")


def _flatten(data: Any) -> dict[str, bool]:
    """Rights come in groups or flat; values are booleans, 0/1 or their strings."""
    found: dict[str, bool] = {}
    for key, value in (data if isinstance(data, dict) else {}).items():
        if isinstance(value, dict):
            found |= _flatten(value)
        else:
            found[str(key)] = str(value).lower() in {"1", "true"}
    return found
