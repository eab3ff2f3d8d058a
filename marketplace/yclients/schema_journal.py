"""What YCLIENTS answers about visits and clients, and the salon's webhook settings.

`wall` times are the salon's own clock without a zone; give them the salon's zone to get a moment.
Source: reference "yclients-api", sections 2.8, 2.9, 2.12 and 3.1, read 2026-11-23.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field

from marketplace.yclients.wire import (
    ZERO,
    Flag,
    Int,
    Money,
    Obj,
    OptionalDay,
    OptionalInt,
    OptionalMoment,
    OptionalMoney,
    Phone,
    Text,
    Wall,
    Wire,
    many,
    one,
)


class BookedAppointment(Wire):
    """`id` is the tag we sent; `record_hash` lets the client manage the record online."""

    id: Int = 0
    record_id: Int
    record_hash: Text = ""


class RecordService(Wire):
    id: Int
    title: Text = ""
    cost: Money = ZERO
    first_cost: OptionalMoney = None
    discount: Money = ZERO
    amount: Int = 1


class Client(Wire):
    """A client card, or the client inside a record. Absent fields were not asked for."""

    id: Int = 0
    name: Text = ""
    surname: Text = ""
    patronymic: Text = ""
    phone: Phone = ""
    email: Text = ""
    comment: Text = ""
    # The search says `visits_count`, the card `visits`.
    visits_count: Int = Field(default=0, validation_alias=AliasChoices("visits_count", "visits"))
    last_visit_date: OptionalDay = None


class RecordLabel(Wire):
    id: Text = ""


class Record(Wire):
    """A visit in the journal. `deleted` outranks `attendance` (-1 no-show, 0 waiting, 1 came,
    2 confirmed); there is no "cancelled" attendance. `client` is None for blocked time."""

    id: Int
    staff_id: Int = 0
    services: Annotated[list[RecordService], many] = []
    client: Annotated[Client | None, one] = None
    wall: Wall
    length_seconds: Int = Field(
        default=0, validation_alias=AliasChoices("seance_length", "length", "length_seconds")
    )
    comment: Text = ""
    online: Flag = False
    attendance: Int = Field(
        default=0, validation_alias=AliasChoices("attendance", "visit_attendance")
    )
    api_id: Text = ""
    visit_id: Int = 0
    activity_id: Int = 0  # > 0: a group event
    deleted: Flag = False
    changed_at: OptionalMoment = Field(
        default=None, validation_alias=AliasChoices("last_change_date", "changed_at")
    )
    custom_color: Text = ""
    record_labels: Annotated[list[RecordLabel], many] = []
    custom_fields: Obj = {}
    technical_break_duration: OptionalInt = None
    sms_remain_hours: Int = 0
    email_remain_hours: Int = 0

    @classmethod
    def _tidy(cls, value: dict[str, Any]) -> dict[str, Any]:
        """`date` is the wall clock; `datetime` serves where `date` is absent or a number."""
        if "wall" in value:
            return value
        texts = [value[key] for key in ("date", "datetime") if isinstance(value.get(key), str)]
        return {**value, "wall": next(filter(None, texts), None)}

    @property
    def service_ids(self) -> tuple[int, ...]:
        return tuple(service.id for service in self.services)

    @property
    def phone(self) -> str:
        return self.client.phone if self.client else ""

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """The aware start in the salon's zone."""
        return self.wall.replace(tzinfo=zone)

    def ends_at(self, zone: ZoneInfo) -> datetime:
        # Wall-clock arithmetic: a visit over a clock change ends where the journal shows it.
        return (self.wall + timedelta(seconds=self.length_seconds)).replace(tzinfo=zone)


class HooksSettings(Wire):
    """Webhooks of a salon. `flags`: resource ("record", "client", "master", …) → wanted."""

    urls: Annotated[list[Text], many] = []
    active: Flag = False
    flags: dict[str, bool] = {}

    @classmethod
    def _tidy(cls, value: dict[str, Any]) -> dict[str, Any]:
        if "flags" in value:
            return value
        rest = {key: value[key] for key in value if key not in {"urls", "url", "active"}}
        flags = {key: str(rest[key]) in {"1", "True"} for key in rest}
        # The older form has a single `url`.
        urls = value.get("urls") or value.get("url")
        return {"urls": urls, "active": value.get("active"), "flags": flags}
