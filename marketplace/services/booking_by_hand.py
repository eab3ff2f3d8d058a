"""A booking written into the journal as the salon's own hand would: where clients must confirm a code.

A salon may demand a code from SMS of everybody who books online. Nobody can read it for the client, so
the visit goes in by `POST records`, which needs a user token and computes nothing for us.
"""

from datetime import datetime
from decimal import Decimal

from marketplace.models import BookingAttempt, Company, Service, ServiceStaff
from marketplace.services import booking_lookup as lookup
from marketplace.services.booking_outcomes import Done
from marketplace.services.yclients_access import user_token
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.drafts import DraftService, RecordDraft


def wanted(company: Company) -> bool:
    """The salon asks online clients for a code from SMS."""
    return bool((company.raw_data or {}).get("phone_confirmation"))


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


def _services(company: Company, ids: list[int], staff_id: int) -> list[DraftService]:
    prices = {offer.service.yclients_id: offer.price for offer in _offers(company, ids, staff_id)}
    usual = dict(
        Service.objects.filter(company=company, yclients_id__in=ids).values_list(
            "yclients_id", "price_min"
        )
    )
    return [
        DraftService(id=item, cost=prices.get(item) or usual.get(item, Decimal(0))) for item in ids
    ]


def _lengths(company: Company, ids: list[int], staff_id: int) -> list[int]:
    own = {
        offer.service.yclients_id: offer.duration_seconds
        for offer in _offers(company, ids, staff_id)
    }
    usual = dict(
        Service.objects.filter(company=company, yclients_id__in=ids).values_list(
            "yclients_id", "duration_seconds"
        )
    )
    return [own.get(item) or usual.get(item, 0) for item in ids]


def _offers(company: Company, ids: list[int], staff_id: int) -> list[ServiceStaff]:
    rows = ServiceStaff.objects.filter(
        service__company=company, service__yclients_id__in=ids, staff__yclients_id=staff_id
    )
    return list(rows.select_related("service"))
