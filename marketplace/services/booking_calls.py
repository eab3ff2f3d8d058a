"""The one call of each kind of write, by the salon's rules for clients. The ledger is `booking`'s.

Each raises YclientsError, OutcomeUnknown among them; none is repeated here.
"""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aiadmin.core import clock, phones
from marketplace.models import BookingAttempt, Company
from marketplace.services import booking_by_hand, salon_rules
from marketplace.services import booking_lookup as lookup
from marketplace.services.booking_outcomes import Outcome, Refused
from marketplace.yclients import errors
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.drafts import RecordDraft

# What a record says where the salon demands a comment and the client said nothing to note.
OUR_COMMENT = "Запись через WhatsApp"


def book(client: YclientsClient, company: Company, attempt: BookingAttempt) -> Outcome:
    if booking_by_hand.wanted(company):
        return booking_by_hand.create(client, company, attempt)
    wish = attempt.request
    start = datetime.fromisoformat(wish["start"]).astimezone(company.zone)
    comment = wish["comment"]
    if not comment and salon_rules.of(company).comment_required:
        comment = OUR_COMMENT
    booked = client.book_record(
        company.salon_id,
        phone=phones.digits(wish["phone"]),
        fullname=wish["name"],
        email="",
        appointments=[lookup.appointment(company, wish["service_ids"], wish["staff_id"], start)],
        comment=comment,
        api_id=attempt.api_id,
    )
    return lookup.done(company, attempt, record_id=booked[0].record_id)


def cancel(client: YclientsClient, company: Company, attempt: BookingAttempt) -> Outcome:
    record_id = attempt.request["record_id"]
    known = company.bookings.filter(record_id=record_id).first()
    if known is None:
        return lookup.cancelled(company, record_id)
    refused = salon_rules.of(company).cancelling.refusal(known.start, clock.now())
    if refused is not None and not known.is_deleted:
        return refused
    # Already gone: what the client wanted is true.
    with contextlib.suppress(errors.NotFound):
        client.delete_record(company.salon_id, record_id)
    return lookup.cancelled(company, record_id)


def move(client: YclientsClient, company: Company, attempt: BookingAttempt) -> Outcome:
    wish = attempt.request
    start = datetime.fromisoformat(wish["start"]).astimezone(company.zone)
    record = client.record(company.salon_id, wish["record_id"])
    if record.deleted:
        return Refused("gone", "Этой записи уже нет в журнале")
    refused = salon_rules.of(company).moving.refusal(record.starts_at(company.zone), clock.now())
    if refused is not None:
        return refused
    # The update replaces the whole record: everything that stays is sent again.
    draft = replace(RecordDraft.of(record), start=start)
    staff_id = wish["staff_id"] or record.staff_id
    if wish.get("service_ids"):
        draft = booking_by_hand.served(company, draft, wish["service_ids"], staff_id)
    elif staff_id != record.staff_id:
        draft = booking_by_hand.handed_to(company, draft, staff_id)
    updated = client.update_record(company.salon_id, record.id, draft)
    return lookup.done_from_record(company, updated)


CALLS: dict[str, Callable[[YclientsClient, Company, BookingAttempt], Outcome]] = {
    BookingAttempt.Kind.BOOK: book,
    BookingAttempt.Kind.CANCEL: cancel,
    BookingAttempt.Kind.MOVE: move,
}
