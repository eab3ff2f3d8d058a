"""A booking written into the journal as the salon's own hand would: where online booking asks too much.

A salon may demand a code from SMS or an e-mail address of everybody who books online. Nobody can read or
know it for the client, so the visit goes in by `POST records`, which needs a user token and computes
nothing for us.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace.models import BookingAttempt, Company, Service
from marketplace.services import booking_lookup as lookup
from marketplace.services import salon_rules
from marketplace.services.booking_outcomes import Done
from marketplace.services.yclients_access import user_token
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.drafts import DraftService, RecordDraft


def wanted(company: Company) -> bool:
    """The salon asks online clients for a code from SMS, or for an e-mail address."""
    rules = salon_rules.of(company)
    return rules.phone_confirmation or rules.email_required


def possible(company: Company) -> bool:
    """We have a user token to write with; whether it has the right, YCLIENTS says."""
    return user_token(company) is not None


def create(client: YclientsClient, company: Company, attempt: BookingAttempt) -> Done:
    """Writes the attempt's visit. Raises YclientsError; OutcomeUnknown as any write."""
    wish = attempt.request
    service_ids: list[int] = wish["service_ids"]
    draft = RecordDraft(
        staff_id=wish["staff_id"],
        services=_services(company, lookup.expanded(company, service_ids), wish["staff_id"]),
        start=datetime.fromisoformat(wish["start"]).astimezone(company.zone),
        # The master's own lengths, a composite's as a whole: the server derives nothing.
        length_seconds=sum(_lengths(company, service_ids, wish["staff_id"])),
        phone=wish["phone"],
        name=wish["name"],
        comment=wish["comment"],
        api_id=attempt.api_id,
    )
    record = client.create_record(company.salon_id, draft)
    return lookup.done(company, attempt, record_id=record.id)


def handed_to(company: Company, draft: RecordDraft, staff_id: int) -> RecordDraft:
    """The visit with another master: their own length and prices; a price set by hand stays."""
    ids = [service.id for service in draft.services]
    before = {item.id: item.cost for item in _services(company, ids, draft.staff_id)}
    after = {item.id: item.cost for item in _services(company, ids, staff_id)}
    services = [
        replace(item, cost=after[item.id], first_cost=after[item.id])
        if item.cost == before[item.id]
        else item
        for item in draft.services
    ]
    usual = sum(_lengths(company, ids, draft.staff_id))
    length = sum(_lengths(company, ids, staff_id)) if draft.length_seconds == usual else 0
    return replace(
        draft,
        staff_id=staff_id,
        services=services,
        length_seconds=length or draft.length_seconds,
    )


def served(
    company: Company, draft: RecordDraft, service_ids: list[int], staff_id: int
) -> RecordDraft:
    """The visit with other services, by `staff_id`. What stays with its master keeps its price."""
    ids = lookup.expanded(company, service_ids)
    stays = {item.id: item for item in draft.services} if staff_id == draft.staff_id else {}
    fresh = {item.id: item for item in _services(company, ids, staff_id)}
    return replace(
        draft,
        staff_id=staff_id,
        services=[stays.get(item, fresh[item]) for item in ids],
        length_seconds=length_with(company, draft, service_ids, staff_id),
    )


def length_with(company: Company, draft: RecordDraft, service_ids: list[int], staff_id: int) -> int:
    """Seconds of the visit with these services instead, by `staff_id`.

    Time that the salon gave beyond the usual stays while all that was to be done still is.
    """
    before = [item.id for item in draft.services]
    length = sum(_lengths(company, service_ids, staff_id))
    more = draft.length_seconds - sum(_lengths(company, before, draft.staff_id))
    stays = staff_id == draft.staff_id and set(before) <= set(lookup.expanded(company, service_ids))
    return length + max(0, more) if stays else length


def _services(company: Company, ids: list[int], staff_id: int) -> list[DraftService]:
    own, usual = lookup.own_offers(company, ids, staff_id), _usual(company, ids, "price_min")
    return [
        DraftService(id=item, cost=(item in own and own[item].price) or usual.get(item, Decimal(0)))
        for item in ids
    ]


def _lengths(company: Company, ids: list[int], staff_id: int) -> list[int]:
    own, usual = lookup.own_offers(company, ids, staff_id), _usual(company, ids, "duration_seconds")
    return [(item in own and own[item].duration_seconds) or usual.get(item, 0) for item in ids]


def _usual(company: Company, ids: list[int], column: str) -> dict[int, Any]:
    """Service id → what holds where the master has nothing of their own."""
    rows = Service.objects.filter(company=company, yclients_id__in=ids)
    return dict(rows.values_list("yclients_id", column))
