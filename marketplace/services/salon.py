"""What a salon offers, read from its rows in one go: the facts every answer is made of."""

from dataclasses import dataclass
from decimal import Decimal

from marketplace.models import Company, Service, ServiceStaff, Staff
from marketplace.services import salon_rules
from marketplace.services.salon_rules import Rules


@dataclass(frozen=True)
class Offer:
    """One master's version of a service: length in seconds, price in roubles (None: the service's)."""

    staff_id: int
    duration_seconds: int
    price: Decimal | None


@dataclass(frozen=True)
class ServiceFacts:
    """Ids are YCLIENTS's. `parts` are the services of a composite, in their order."""

    id: int
    title: str
    category: str
    price_min: Decimal
    price_max: Decimal
    duration_seconds: int
    prepaid: bool
    group: bool
    comment: str
    parts: tuple[int, ...]
    aliases: tuple[str, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class StaffFacts:
    id: int
    name: str
    specialization: str


@dataclass(frozen=True)
class SalonFacts:
    title: str
    address: str
    timezone: str
    phone: str
    schedule_text: str
    description: str  # free text of the salon's card, for people; may hold HTML
    rules: Rules
    services: tuple[ServiceFacts, ...]
    staff: tuple[StaffFacts, ...]


def facts(company: Company) -> SalonFacts:
    """Bookable services and masters of the company; three queries however large the salon is."""
    staff = {
        row.pk: row
        for row in Staff.objects.filter(company=company, deleted_at=None, is_bookable=True)
    }
    offers: dict[int, list[Offer]] = {}
    rows = ServiceStaff.objects.filter(service__company=company, staff_id__in=staff)
    for row in rows.order_by("staff_id"):
        offer = Offer(staff[row.staff_id].yclients_id, row.duration_seconds, row.price)
        offers.setdefault(row.service_id, []).append(offer)
    services = Service.objects.filter(
        company=company, deleted_at=None, is_online=True
    ).select_related("category")
    raw = company.raw_data or {}
    return SalonFacts(
        title=company.title or "",
        address=company.address or "",
        timezone=str(company.zone),
        phone=company.phone or "",
        schedule_text=str(raw.get("schedule") or ""),
        description=str(raw.get("description") or ""),
        rules=salon_rules.of(company),
        services=tuple(
            _service(row, tuple(offers.get(row.pk, ()))) for row in services.order_by("pk")
        ),
        staff=tuple(
            StaffFacts(row.yclients_id, row.name, row.specialization) for row in staff.values()
        ),
    )


def _service(row: Service, offers: tuple[Offer, ...]) -> ServiceFacts:
    return ServiceFacts(
        id=row.yclients_id,
        title=row.title,
        category=row.category.title if row.category else "",
        price_min=row.price_min,
        price_max=row.price_max,
        duration_seconds=row.duration_seconds,
        prepaid=row.prepaid,
        group=row.group,
        comment=row.comment,
        parts=tuple(row.parts),
        aliases=tuple(row.aliases),
        offers=offers,
    )
