"""Steps of the sync that read the catalogue: the card, services, masters, schedule."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from aiadmin.core import alarms
from marketplace.models import (
    Company,
    ScheduleDay,
    Service,
    ServiceCategory,
    ServiceStaff,
    Staff,
)
from marketplace.services.texts import fit
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.schemas import Service as YclientsService
from marketplace.yclients.schemas import ServiceCategory as YclientsCategory

# Called after every long call of a step: renews the run's claim, or ends a run that lost it.
Beat = Callable[[], None]


def company_card(client: YclientsClient, company: Company, beat: Beat) -> int:
    """Title, address, zone. The phone and e-mail stay: they are what the owner registered."""
    card = client.company(company.salon_id)
    beat()
    Company.objects.filter(pk=company.pk).update(
        title=fit(card.title or card.public_title, 255),
        address=fit(f"{card.city}, {card.address}" if card.city else card.address, 500),
        timezone=_zone_name(company, card.timezone_name),
        raw_data=card.raw,
        updated_at=datetime.now(UTC),
    )
    company.refresh_from_db()
    return 1


def services(client: YclientsClient, company: Company, beat: Beat) -> int:
    """Services, the parts of composites, and who does what. Local aliases are not touched.

    Masters must have been read before.
    """
    category_ids = _categories(company, client.service_categories(company.salon_id))
    beat()
    found = client.services(company.salon_id)
    beat()
    parts = _parts(client, company, found, beat)
    rows = [
        Service(
            company=company,
            yclients_id=item.id,
            title=fit(item.booking_title or item.title, 500),
            category_id=category_ids.get(item.category_id),
            price_min=item.price_min,
            price_max=item.price_max,
            duration_seconds=item.duration,
            is_online=item.bookable,
            prepaid=item.needs_prepayment,
            parts=parts.get(item.id, []),
            deleted_at=None,
        )
        for item in found
    ]
    with transaction.atomic():
        Service.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=("company", "yclients_id"),
            update_fields=(
                "title",
                "category",
                "price_min",
                "price_max",
                "duration_seconds",
                "is_online",
                "prepaid",
                "parts",
                "deleted_at",
            ),
        )
        gone = Service.objects.filter(company=company, deleted_at=None)
        gone.exclude(yclients_id__in=[row.yclients_id for row in rows]).update(
            deleted_at=datetime.now(UTC)
        )
        _offers(company, found)
    return len(rows)


def staff(client: YclientsClient, company: Company, beat: Beat) -> int:
    """Masters; who may be offered to clients is decided here."""
    found = client.staff(company.salon_id)
    beat()
    rows = [
        Staff(
            company=company,
            yclients_id=item.id,
            name=fit(item.name, 255),
            specialization=fit(item.specialization, 500),
            is_bookable=item.offered,
            deleted_at=None,
        )
        for item in found
    ]
    with transaction.atomic():
        Staff.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=("company", "yclients_id"),
            update_fields=("name", "specialization", "is_bookable", "deleted_at"),
        )
        gone = Staff.objects.filter(company=company, deleted_at=None)
        gone.exclude(yclients_id__in=[row.yclients_id for row in rows]).update(
            deleted_at=datetime.now(UTC)
        )
    return len(rows)


def schedule(
    client: YclientsClient, company: Company, beat: Beat, *, start: date, end: date
) -> int:
    """Working days of [start, end]; a day that is absent from the answer becomes a day off."""
    found = client.schedule(company.salon_id, start=start, end=end)
    beat()
    staff_ids = dict(Staff.objects.filter(company=company).values_list("yclients_id", "pk"))
    rows = {
        (staff_ids[item.staff_id], item.day): ScheduleDay(
            company=company,
            staff_id=staff_ids[item.staff_id],
            day=item.day,
            slots=[{"from": slot.start, "to": slot.end} for slot in item.slots],
        )
        for item in found
        if item.staff_id in staff_ids
    }
    with transaction.atomic():
        ScheduleDay.objects.filter(company=company, day__range=(start, end)).delete()
        ScheduleDay.objects.bulk_create(rows.values(), batch_size=500)
    return len(rows)


def _zone_name(company: Company, name: str) -> str | None:
    """What YCLIENTS calls the salon's zone; one nobody knows keeps the old and is told to staff."""
    if not name:
        return company.timezone
    try:
        ZoneInfo(name)
    # ValueError: no path inside the zones; OSError: a folder of them.
    except (KeyError, ValueError, OSError):
        alarms.raise_alarm(
            "timezone_unknown",
            f"YCLIENTS назвал неизвестный часовой пояс «{fit(name, 60)}»: {company}. Время показываем "
            f"по-прежнему ({company.timezone}). Проверьте часовой пояс в настройках филиала.",
            company_id=company.pk,
        )
        return company.timezone
    return name


def _categories(company: Company, found: list[YclientsCategory]) -> dict[int, int]:
    """Upserts the categories; YCLIENTS's id → ours."""
    rows = [
        ServiceCategory(
            company=company,
            yclients_id=item.id,
            title=fit(item.title, 255),
            weight=item.weight,
            deleted_at=None,
        )
        for item in found
    ]
    with transaction.atomic():
        ServiceCategory.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=("company", "yclients_id"),
            update_fields=("title", "weight", "deleted_at"),
        )
        gone = ServiceCategory.objects.filter(company=company, deleted_at=None)
        gone.exclude(yclients_id__in=[row.yclients_id for row in rows]).update(
            deleted_at=datetime.now(UTC)
        )
    known = ServiceCategory.objects.filter(company=company)
    return dict(known.values_list("yclients_id", "pk"))


def _parts(
    client: YclientsClient, company: Company, found: list[YclientsService], beat: Beat
) -> dict[int, list[int]]:
    """Composite service → its parts. YCLIENTS tells them only for a named master, so as few masters
    are asked as together do every service."""
    uncovered = {item.id for item in found if item.bookable and item.staff}
    able: dict[int, set[int]] = {}
    for item in found:
        for offer in item.staff:
            able.setdefault(offer.id, set()).add(item.id)
    parts: dict[int, list[int]] = {}
    while uncovered:
        master = max(able, key=lambda staff_id: (len(able[staff_id] & uncovered), -staff_id))
        for row in client.book_services(company.salon_id, staff_id=master):
            if row.parts:
                parts[row.id] = list(row.parts)
        uncovered -= able.pop(master)
        beat()
    return parts


def _offers(company: Company, found: list[YclientsService]) -> None:
    """Replaces the company's offers by what YCLIENTS says now. In a transaction."""
    service_ids = dict(Service.objects.filter(company=company).values_list("yclients_id", "pk"))
    staff_ids = dict(Staff.objects.filter(company=company).values_list("yclients_id", "pk"))
    rows = {
        (item.id, offer.id): ServiceStaff(
            service_id=service_ids[item.id],
            staff_id=staff_ids[offer.id],
            duration_seconds=offer.seance_length or item.duration,
            price=offer.price,
        )
        for item in found
        for offer in item.staff
        if offer.id in staff_ids
    }
    ServiceStaff.objects.filter(service__company=company).delete()
    ServiceStaff.objects.bulk_create(rows.values(), batch_size=500)
