"""What we send to YCLIENTS: appointments of an online booking and records of the journal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace.yclients.schema_journal import Record


def format_start(start: datetime) -> str:
    """Aware: ISO with the offset, as `book_times` gave it. Naive: the salon's wall clock.

    An aware value must be in the salon's own zone: YCLIENTS reads the wall clock, and a time in UTC
    would book another hour.
    """
    if start.tzinfo is None:
        return start.strftime("%Y-%m-%d %H:%M:%S")
    return start.isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Appointment:
    """One visit of an online booking. `tag` is ours and comes back in answers and errors.

    `service_ids` in order, composites already expanded; `staff_id` 0 lets YCLIENTS choose.
    """

    service_ids: Sequence[int]
    start: datetime
    staff_id: int = 0
    tag: int = 1

    def payload(self) -> dict[str, Any]:
        return {
            "id": self.tag,
            "services": list(self.service_ids),
            "staff_id": self.staff_id,
            "datetime": format_start(self.start),
        }


@dataclass(frozen=True, slots=True)
class DraftService:
    """A service of a record with its price: sent without `cost` it would lose it."""

    id: int
    cost: Decimal
    first_cost: Decimal | None = None
    discount: Decimal = Decimal(0)
    amount: int = 1

    def payload(self) -> dict[str, Any]:
        first = self.cost if self.first_cost is None else self.first_cost
        return {
            "id": self.id,
            "first_cost": float(first),
            "cost": float(self.cost),
            "discount": float(self.discount),
            "amount": self.amount,
        }


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """A record for `create_record` or `update_record`, which replaces the whole record.

    Changing one thing: `dataclasses.replace(RecordDraft.of(record), start=…)`. `start` is the
    salon's wall clock (naive) or aware in its zone; `length_seconds` sums the master's lengths.
    """

    staff_id: int
    services: Sequence[DraftService]
    start: datetime
    length_seconds: int
    client_id: int = 0  # of the card, when known: phones may be hidden from us
    phone: str = ""
    name: str = ""
    surname: str = ""
    patronymic: str = ""
    email: str = ""
    comment: str = ""
    attendance: int = 0
    api_id: str = ""
    save_if_busy: bool = False
    activity_id: int = 0
    custom_color: str = ""
    record_labels: Sequence[str] = ()
    custom_fields: dict[str, Any] = field(default_factory=dict)
    technical_break_seconds: int | None = None
    sms_remain_hours: int = 0
    email_remain_hours: int = 0

    @classmethod
    def of(cls, record: Record) -> "RecordDraft":
        """The draft that would leave `record` as it is."""
        client = record.client
        return cls(
            staff_id=record.staff_id,
            services=[
                DraftService(
                    id=service.id,
                    cost=service.cost,
                    first_cost=service.first_cost,
                    discount=service.discount,
                    amount=service.amount,
                )
                for service in record.services
            ],
            start=record.wall,
            length_seconds=record.length_seconds,
            client_id=client.id if client else 0,
            phone=client.phone if client else "",
            name=client.name if client else "",
            surname=client.surname if client else "",
            patronymic=client.patronymic if client else "",
            email=client.email if client else "",
            comment=record.comment,
            attendance=record.attendance,
            api_id=record.api_id,
            activity_id=record.activity_id,
            custom_color=record.custom_color,
            record_labels=[label.id for label in record.record_labels],
            custom_fields=record.custom_fields,
            technical_break_seconds=record.technical_break_duration,
            sms_remain_hours=record.sms_remain_hours,
            email_remain_hours=record.email_remain_hours,
        )

    def payload(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "staff_id": self.staff_id,
            "services": [service.payload() for service in self.services],
            "client": self._client(),
            "save_if_busy": self.save_if_busy,
            "datetime": format_start(self.start),
            "seance_length": self.length_seconds,
            "send_sms": False,
            "comment": self.comment,
            "sms_remain_hours": self.sms_remain_hours,
            "email_remain_hours": self.email_remain_hours,
            "attendance": self.attendance,
            "api_id": self.api_id,
            "custom_color": self.custom_color,
            "record_labels": list(self.record_labels),
            "custom_fields": self.custom_fields,
            "technical_break_duration": self.technical_break_seconds or None,
        }
        if self.activity_id:
            body["activity_id"] = self.activity_id
        return body

    def _client(self) -> dict[str, Any] | None:
        if not (self.client_id or self.phone or self.name):
            return None  # blocked time has no client
        client: dict[str, Any] = {
            "phone": self.phone.lstrip("+"),
            "name": self.name,
            "surname": self.surname,
            "patronymic": self.patronymic,
            "email": self.email,
        }
        if self.client_id:
            client["id"] = self.client_id
        return client


@dataclass(frozen=True, slots=True)
class ClientDraft:
    """A client card for `create_client` or `change_client`; empty fields are not sent."""

    name: str
    phone: str
    surname: str = ""
    patronymic: str = ""
    email: str = ""
    comment: str = ""

    def payload(self) -> dict[str, Any]:
        extra = {
            "surname": self.surname,
            "patronymic": self.patronymic,
            "email": self.email,
            "comment": self.comment,
        }
        filled = {key: value for key, value in extra.items() if value}
        return {"name": self.name, "phone": self.phone.lstrip("+"), **filled}
