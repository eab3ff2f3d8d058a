"""Writes a salon's wishes and the numbers that have a role in it."""

from collections.abc import Iterable, Mapping

import structlog
from django.db import transaction

from marketplace.models import Company
from whatsapp.models import SalonPhone, SalonSettings

log = structlog.get_logger(__name__)


def change(company: Company, values: Mapping[str, object]) -> None:
    """Sets columns of SalonSettings; a salon without a row gets one."""
    # By its id: `company` must not remember a row that the next change makes old.
    SalonSettings.objects.update_or_create(company_id=company.pk, defaults=dict(values))
    log.info("whatsapp.wishes_changed", company_id=company.pk, names=sorted(values))


def replace_phones(company: Company, role: str, people: Iterable[tuple[str, str]]) -> None:
    """Exactly these (E.164, name) have the role afterwards; known rows keep their place."""
    wanted = dict(people)
    with transaction.atomic():
        SalonPhone.objects.filter(company=company, role=role).exclude(phone__in=wanted).delete()
        for phone, name in wanted.items():
            SalonPhone.objects.update_or_create(
                company=company, role=role, phone=phone, defaults={"name": name}
            )
