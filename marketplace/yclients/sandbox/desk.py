"""Changes of the journal: every one is checked and written under the store's one lock.

Used by online booking, by the journal's API and by the control API (the salon's own hand).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from marketplace.yclients.sandbox import availability, events
from marketplace.yclients.sandbox.model import Client, Record, Row, Salon, Service, Staff
from marketplace.yclients.sandbox.times import stamp, wall_text
from marketplace.yclients.sandbox.web import ApiError
from marketplace.yclients.sandbox.world import World


@dataclass(frozen=True)
class Person:
    """Who comes. `phone` digits; "" for blocked time."""

    phone: str
    name: str
    surname: str = ""
    patronymic: str = ""
    email: str = ""


@dataclass(frozen=True)
class Visit:
    """One visit to be written. `start` is the salon's wall clock, `services` priced rows."""

    staff_id: int
    services: list[dict[str, Any]]
    start: datetime
    length: int
    extra: dict[str, Any]


def digits(phone: object) -> str:
    """Digits with the country code; 8… and ten digits are Russian. "" when there are none."""
    found = "".join(ch for ch in str(phone or "") if ch.isdigit())
    if len(found) == 11 and found[0] == "8":
        return f"7{found[1:]}"
    return f"7{found}" if len(found) == 10 else found


def priced(world: World, staff: Staff, service_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Service rows of a record at this master's prices."""
    found = []
    for service_id in service_ids:
        service = world.store.get(Service, service_id)
        if service is None or service.salon_id != staff.salon_id:
            raise ApiError(404, "Услуга не найдена.")
        link = staff.links.get(str(service_id), [0, None])
        cost = service.price_min if link[1] is None else link[1]
        found.append(service_row(service.id, service.title, cost))
    return found


def service_row(
    service_id: int,
    title: str,
    cost: float,
    *,
    first_cost: float | None = None,
    discount: float = 0,
    amount: int = 1,
) -> dict[str, Any]:
    return {
        "id": service_id,
        "title": title,
        "cost": cost,
        "cost_to_pay": cost,
        "manual_cost": cost,
        "cost_per_unit": cost,
        "discount": discount,
        "first_cost": cost if first_cost is None else first_cost,
        "amount": amount,
    }


def busy_text(staff: Staff, start: datetime) -> str:
    return (
        f"К сотруднику {staff.name}({staff.id}) нельзя записаться на {start:%d.%m.%Y} в "
        f"{start:%H:%M}. Выбранное время уже занято или является нерабочим."
    )


def write(
    world: World, salon: Salon, person: Person, visits: Sequence[Visit], *, via: str, own: bool
) -> list[Record]:
    """Stores checked visits of one person as one batch and tells the webhooks.

    The lock must be held from the check to this call.
    """
    now = stamp(world.clock)
    client, is_new = _card(world, salon, person, now)
    first_id = world.store.next_id(Record)
    visit_id = world.store.next_visit()
    rows = [
        Record(
            id=first_id + number,
            salon_id=salon.id,
            staff_id=visit.staff_id,
            services=visit.services,
            client_id=client.id if client else 0,
            start=wall_text(visit.start),
            length=visit.length,
            visit_id=visit_id,
            hash=secrets.token_hex(16),
            created_at=now,
            changed_at=now,
            created_via=via,
            **visit.extra,
        )
        for number, visit in enumerate(visits)
    ]
    batch: list[Row] = [client, *rows] if client and is_new else [*rows]
    world.store.commit(*batch)
    if client and is_new:
        events.client_changed(world, client, "create", own=own)
    for row in rows:
        events.record_changed(world, row, "create", own=own)
    return rows


def change(world: World, row: Record, *, own: bool, **values: Any) -> Record:
    """Stores new values of a record and tells the webhooks."""
    changed = replace(row, **values, changed_at=stamp(world.clock))
    world.store.commit(changed)
    events.record_changed(world, changed, "update", own=own)
    return changed


def delete(world: World, row: Record, *, own: bool) -> None:
    gone = replace(row, deleted=True, changed_at=stamp(world.clock))
    world.store.commit(gone)
    events.record_changed(world, gone, "delete", own=own)


def live_record(world: World, salon: Salon, record_id: int, *, deleted: bool = False) -> Record:
    row = world.store.get(Record, record_id)
    if row is None or row.salon_id != salon.id or (row.deleted and not deleted):
        raise ApiError(404, "Не найдено")
    return row


def staff_of(world: World, salon: Salon, staff_id: int) -> Staff:
    row = world.store.get(Staff, staff_id)
    if row is None or row.salon_id != salon.id or row.fired:
        raise ApiError(404, "Сотрудник не найден.")
    return row


def ensure_free(
    world: World, staff: Staff, start: datetime, length: int, *, except_record: int = 0
) -> None:
    """Raises 422 with words only: the code of a journal conflict is not known (sheet, 8.6)."""
    if not availability.can_take(world, staff, start, length, except_record=except_record):
        raise ApiError(422, busy_text(staff, start))


def card_of(
    world: World, salon: Salon, person: Person, current: int = 0
) -> tuple[Client | None, bool]:
    """The card for a person of a changed record: the current one when it is the same phone."""
    row = world.store.get(Client, current)
    if row is not None and person.phone in ("", row.phone):
        return row, False
    return _card(world, salon, person, stamp(world.clock))


def _card(world: World, salon: Salon, person: Person, now: str) -> tuple[Client | None, bool]:
    """The person's client card and whether it is new. Unknown phones get a card of their own."""
    if not person.phone:
        return None, False
    found = world.store.client_by_phone(salon.id, person.phone)
    if found is not None:
        return found, False
    fresh = Client(
        id=world.store.next_id(Client),
        salon_id=salon.id,
        name=person.name,
        phone=person.phone,
        surname=person.surname,
        patronymic=person.patronymic,
        email=person.email,
        created_at=now,
        changed_at=now,
    )
    return fresh, True
