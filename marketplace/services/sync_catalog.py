"""Steps of the sync that read the catalogue: the card, masters, services with their categories."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from aiadmin.core import alarms
from marketplace.models import (
    Company,
    Service,
    ServiceCategory,
    ServiceStaff,
    Staff,
)
from marketplace.services.sync_reading import OddRows, Reading
from marketplace.services.texts import fit
from marketplace.yclients.schemas import Service as YclientsService
from marketplace.yclients.schemas import ServiceCategory as YclientsCategory
from marketplace.yclients.schemas import Staff as YclientsStaff

Row = TypeVar("Row", YclientsService, YclientsCategory, YclientsStaff)


def company_card(reading: Reading) -> int:
    """Title, address, zone. The phone and e-mail stay: they are what the owner registered."""
    company = reading.company
    card = reading.client.company(company.salon_id)
    reading.beat()
    Company.objects.filter(pk=company.pk).update(
        title=fit(card.title or card.public_title, 255),
        address=fit(f"{card.city}, {card.address}" if card.city else card.address, 500),
        timezone=_zone_name(company, card.timezone_name),
        raw_data=card.raw,
        updated_at=datetime.now(UTC),
    )
    company.refresh_from_db()
    return 1


def services(reading: Reading) -> int:
    """Services, the parts of composites, and who does what. Local aliases are not touched.

    Masters must have been read before.
    """
    company = reading.company
    category_ids = _categories(reading)
    odd = reading.odd("services")
    found = reading.client.services(company.salon_id, odd=odd)
    reading.beat()
    parts = _parts(reading, found)
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
            group=item.group,
            comment=fit(item.comment, 1000),
            parts=parts.get(item.id, []),
            deleted_at=None,
        )
        for item in _once(found)
    ]
    with transaction.atomic():
        _lock(Service.objects.filter(company=company))
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
                "group",
                "comment",
                "parts",
                "deleted_at",
            ),
        )
        _delete_absent(Service.objects.filter(company=company), rows, odd)
        _offers(company, found)
    return len(rows)


def staff(reading: Reading) -> int:
    """Masters; who may be offered to clients is decided here."""
    company = reading.company
    odd = reading.odd("staff")
    found = reading.client.staff(company.salon_id, odd=odd)
    reading.beat()
    rows = [
        Staff(
            company=company,
            yclients_id=item.id,
            name=fit(item.name, 255),
            specialization=fit(item.specialization, 500),
            is_bookable=item.offered,
            deleted_at=None,
        )
        for item in _once(found)
    ]
    with transaction.atomic():
        _lock(Staff.objects.filter(company=company))
        Staff.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=("company", "yclients_id"),
            update_fields=("name", "specialization", "is_bookable", "deleted_at"),
        )
        _delete_absent(Staff.objects.filter(company=company), rows, odd)
    return len(rows)


def _once(found: Iterable[Row]) -> list[Row]:
    """Each id once, in order: one statement cannot write a row twice."""
    by_id = {item.id: item for item in found}
    return [by_id[number] for number in sorted(by_id)]


def _lock(rows: QuerySet[Any]) -> None:
    """Two passes over one salon take its rows in one order, so neither waits for the other for ever."""
    list(rows.select_for_update(no_key=True).order_by("yclients_id").values_list("pk"))


def _delete_absent(rows: QuerySet[Any], read: Sequence[Any], odd: OddRows) -> None:
    """What YCLIENTS lists no more is deleted softly; a row that could not be read is no absent one."""
    if not odd.all_named:
        return
    listed = {row.yclients_id for row in read} | odd.ids
    gone = rows.filter(deleted_at=None).exclude(yclients_id__in=listed)
    gone.update(deleted_at=datetime.now(UTC))


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


def _categories(reading: Reading) -> dict[int, int]:
    """Upserts the categories; YCLIENTS's id → ours."""
    company = reading.company
    odd = reading.odd("categories")
    found = reading.client.service_categories(company.salon_id, odd=odd)
    reading.beat()
    rows = [
        ServiceCategory(
            company=company,
            yclients_id=item.id,
            title=fit(item.title, 255),
            weight=item.weight,
            deleted_at=None,
        )
        for item in _once(found)
    ]
    with transaction.atomic():
        _lock(ServiceCategory.objects.filter(company=company))
        ServiceCategory.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=("company", "yclients_id"),
            update_fields=("title", "weight", "deleted_at"),
        )
        _delete_absent(ServiceCategory.objects.filter(company=company), rows, odd)
    known = ServiceCategory.objects.filter(company=company)
    return dict(known.values_list("yclients_id", "pk"))


def _parts(reading: Reading, found: list[YclientsService]) -> dict[int, list[int]]:
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
        for row in reading.client.book_services(reading.company.salon_id, staff_id=master):
            if row.parts:
                parts[row.id] = list(row.parts)
        uncovered -= able.pop(master)
        reading.beat()
    return parts


def _offers(company: Company, found: list[YclientsService]) -> None:
    """Replaces the offers of the services found. In a transaction that has locked the services."""
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
    read = [service_ids[item.id] for item in found]
    ServiceStaff.objects.filter(service__company=company, service_id__in=read).delete()
    ServiceStaff.objects.bulk_create(rows.values(), batch_size=500)
