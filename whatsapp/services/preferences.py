"""A salon's wishes for its assistant, and the numbers that have a role in it."""

from typing import Any

from aiadmin.core.compiled import Select
from marketplace.models import Company
from whatsapp.models import SalonPhone, SalonSettings
from whatsapp.outreach.hours import Hours

_ROLES = Select(
    lambda company, phone: SalonPhone.objects.filter(company_id=company, phone=phone).values_list(
        "role", flat=True
    )
)
_SETTINGS: Any = SalonSettings._meta.get_field("company").remote_field


def of(company: Company) -> SalonSettings:
    """The salon's settings; unsaved defaults where nobody has chosen yet.

    Read each time, unless the company was read together with them (`select_related("settings")`), as
    where a client is answered, for every step of it asks.
    """
    if _SETTINGS.is_cached(company):
        found: SalonSettings | None = _SETTINGS.get_cached_value(company)
    else:
        found = SalonSettings.objects.filter(company=company).first()
    # By its id: an unsaved row must not pass for the settings that the company was read with.
    return found or SalonSettings(company_id=company.pk)


def hours(company: Company, chosen: SalonSettings) -> Hours:
    """When the salon may write first."""
    return Hours(company.zone, chosen.quiet_from, chosen.quiet_to)


def hours_of(company: Company) -> Hours:
    """The same for who has not read the settings."""
    return hours(company, of(company))


def roles(company: Company, phone: str) -> frozenset[str]:
    """`PhoneRole`s of a number (E.164) in this salon."""
    if not phone:
        return frozenset()
    return frozenset(_ROLES(company=company.pk, phone=phone))


def phones(company: Company, role: str) -> list[str]:
    """E.164, in the order they were added."""
    rows = SalonPhone.objects.filter(company=company, role=role).order_by("pk")
    return list(rows.values_list("phone", flat=True))
