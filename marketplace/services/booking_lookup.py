"""Reading the journal to learn how a write ended: found, absent, or unreadable. Never writes."""

from datetime import datetime

from aiadmin.core import phones
from marketplace.models import BookingAttempt, Company, Service, ServiceStaff
from marketplace.services.booking_outcomes import Done, Outcome, Refused, Unknown
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.drafts import Appointment
from marketplace.yclients.errors import NotFound, YclientsError
from marketplace.yclients.schemas import Record


def find_booked(
    client: YclientsClient, company: Company, attempt: BookingAttempt
) -> Outcome | None:
    """Done when the record of this attempt is in the journal, None when it is not, Unknown when
    the journal cannot be read (no right, no answer)."""
    wish = attempt.request
    start = datetime.fromisoformat(wish["start"]).astimezone(company.zone)
    try:
        records = list(
            client.records(
                company.salon_id,
                staff_id=wish["staff_id"],
                start_date=start.date(),
                end_date=start.date(),
            )
        )
    except YclientsError:
        return Unknown()
    standing = [record for record in records if not record.deleted]
    for record in standing:
        if _is_ours(record, company, attempt, start):
            return done_from_record(company, record)
    # Without the right to see phones a visit at that hour may be ours or a stranger's.
    if any(_may_be_ours(record, company, attempt, start) for record in standing):
        return Unknown()
    return None


def find_cancelled(client: YclientsClient, company: Company, record_id: int) -> Outcome | None:
    try:
        record = client.record(company.salon_id, record_id)
    except NotFound:
        return cancelled(company, record_id)
    except YclientsError:
        return Unknown()
    return done_from_record(company, record) if record.deleted else None


def find_moved(client: YclientsClient, company: Company, attempt: BookingAttempt) -> Outcome | None:
    wish = attempt.request
    start = datetime.fromisoformat(wish["start"])
    try:
        record = client.record(company.salon_id, wish["record_id"])
    except NotFound:
        return Refused("gone", "Этой записи уже нет в журнале")
    except YclientsError:
        return Unknown()
    if record.deleted:
        return Refused("gone", "Этой записи уже нет в журнале")
    # A visit may be moved to another master and keep its hour.
    there = record.starts_at(company.zone) == start
    there = there and wish["staff_id"] in (None, record.staff_id)
    if wish.get("service_ids"):
        there = there and set(record.service_ids) == set(expanded(company, wish["service_ids"]))
    return done_from_record(company, record) if there else None


def appointment(
    company: Company, service_ids: list[int], staff_id: int, start: datetime
) -> Appointment:
    """What `book_record` wants: composites expanded to their parts, in their order."""
    return Appointment(service_ids=expanded(company, service_ids), start=start, staff_id=staff_id)


def expanded(company: Company, service_ids: list[int]) -> list[int]:
    rows = Service.objects.filter(company=company, yclients_id__in=service_ids)
    parts = {row.yclients_id: row.parts for row in rows}
    return [part for wanted in service_ids for part in (parts.get(wanted) or [wanted])]


def own_offers(company: Company, ids: list[int], staff_id: int) -> dict[int, ServiceStaff]:
    """Service id → this master's own length and price of it, where there are any. YCLIENTS's ids."""
    rows = ServiceStaff.objects.filter(
        service__company=company, service__yclients_id__in=ids, staff__yclients_id=staff_id
    )
    return {row.service.yclients_id: row for row in rows.select_related("service")}


def done(company: Company, attempt: BookingAttempt, *, record_id: int) -> Done:
    """The outcome of a booking that YCLIENTS acknowledged: what was asked is what was booked."""
    wish = attempt.request
    wanted: list[int] = wish["service_ids"]
    rows = {
        row.yclients_id: row
        for row in Service.objects.filter(company=company, yclients_id__in=wanted)
    }
    offers = own_offers(company, wanted, wish["staff_id"])
    costs = [
        (service in offers and offers[service].price) or rows[service].price_min
        for service in wanted
        if service in rows
    ]
    return Done(
        record_id=record_id,
        start=datetime.fromisoformat(wish["start"]).astimezone(company.zone),
        staff_id=wish["staff_id"],
        service_ids=tuple(wanted),
        titles=tuple(rows[service].title for service in wanted if service in rows),
        cost=sum(costs[1:], costs[0]) if costs else None,
    )


def done_from_record(company: Company, record: Record) -> Done:
    costs = [item.cost for item in record.services]
    return Done(
        record_id=record.id,
        start=record.starts_at(company.zone),
        staff_id=record.staff_id,
        service_ids=record.service_ids,
        titles=tuple(item.title for item in record.services),
        cost=sum(costs[1:], costs[0]) if costs else None,
    )


def cancelled(company: Company, record_id: int) -> Outcome:
    """Done for a visit that is no more, described by our own copy of it."""
    row = company.bookings.filter(record_id=record_id).first()
    if row is None:
        return Refused("not_found", "Этой записи нет в журнале")
    return Done(
        record_id=record_id,
        start=row.start.astimezone(company.zone),
        staff_id=row.staff_yclients_id,
        service_ids=tuple(int(item["id"]) for item in row.services),
        titles=tuple(str(item.get("title", "")) for item in row.services),
        cost=None,
    )


def _is_ours(record: Record, company: Company, attempt: BookingAttempt, start: datetime) -> bool:
    if record.api_id:
        return record.api_id == attempt.api_id
    # YCLIENTS promises nothing about api_id: phone, start and services tell the same.
    same_phone = phones.digits(record.phone) == phones.digits(attempt.request["phone"])
    return same_phone and _same_visit(record, company, attempt, start)


def _may_be_ours(
    record: Record, company: Company, attempt: BookingAttempt, start: datetime
) -> bool:
    hidden = record.client is not None and not record.phone and not record.api_id
    return hidden and _same_visit(record, company, attempt, start)


def _same_visit(record: Record, company: Company, attempt: BookingAttempt, start: datetime) -> bool:
    wanted = set(expanded(company, attempt.request["service_ids"]))
    return record.starts_at(company.zone) == start and set(record.service_ids) == wanted
