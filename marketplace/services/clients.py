"""Our copy of the salon's client cards: upserted by phone, absence = soft delete."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from marketplace.models import Client, Company
from marketplace.services.texts import fit
from marketplace.services.upsert import upsert
from marketplace.yclients.calls import PAGE_SIZE
from marketplace.yclients.schemas import Client as Card

# One page of YCLIENTS: while it is stored, the next one comes.
_BATCH = PAGE_SIZE
_COLUMNS = ("yclients_id", "name", "visits_count", "last_visit", "deleted_at")


def upsert_clients(company: Company, cards: Iterable[Card]) -> int:
    """Stores cards in batches; returns how many were read.

    A card without a readable phone is left out: nobody could write to it. Of two cards with one phone
    the later one in the answer counts. What a card does not tell (an empty name, fields that were not
    asked for) stays as we know it.
    """
    count = 0
    batch: dict[str, Card] = {}
    for card in cards:
        count += 1
        if not card.phone:
            continue
        batch[card.phone] = card
        if len(batch) >= _BATCH:
            _store(company, batch)
            batch = {}
    if batch:
        _store(company, batch)
    return count


def mark_deleted(company: Company, client_id: int) -> bool:
    """A card that YCLIENTS no longer has; `client_id` is YCLIENTS's. True when our copy changed."""
    rows = Client.objects.filter(company=company, yclients_id=client_id, deleted_at=None)
    return rows.update(deleted_at=datetime.now(UTC)) > 0


def living_cards(company: Company) -> list[tuple[str, int]]:
    """(phone, YCLIENTS's id) of every card that YCLIENTS has shown us and not taken back.

    A card made by our own booking has no id until YCLIENTS shows it: it is never among these.
    """
    rows = Client.objects.filter(company=company, deleted_at=None, yclients_id__isnull=False)
    return [(phone, int(number or 0)) for phone, number in rows.values_list("phone", "yclients_id")]


def delete_phones(company: Company, phones: Collection[str]) -> int:
    """Soft delete of the cards with these phones; returns how many were there."""
    with transaction.atomic():
        rows = Client.objects.filter(company=company, phone__in=phones, deleted_at=None)
        # Locked in the order of the upserts.
        keys = list(
            rows.select_for_update(no_key=True).order_by("phone").values_list("pk", flat=True)
        )
        return Client.objects.filter(pk__in=keys).update(deleted_at=datetime.now(UTC))


def _store(company: Company, batch: dict[str, Card]) -> None:
    with transaction.atomic():
        rows = Client.objects.select_for_update(no_key=True).filter(
            company=company, phone__in=list(batch)
        )
        known = {row["phone"]: row for row in rows.order_by("phone").values("phone", *_COLUMNS)}
        fresh = [
            row
            # Sorted, so that two passes over one salon never wait for each other in a circle.
            for phone in sorted(batch)
            if (row := _row(company, batch[phone], known.get(phone))) is not None
        ]
        upsert(Client, fresh, unique=("company_id", "phone"), update=_COLUMNS)


def _row(company: Company, card: Card, old: dict[str, Any] | None) -> dict[str, Any] | None:
    """The row to write (column → value), None when it says what we know already."""
    row: dict[str, Any] = {
        "company_id": company.pk,
        "phone": card.phone,
        "yclients_id": card.id or None,
        "name": fit(card.name, 255),
        "visits_count": max(0, card.visits_count),
        "last_visit": card.last_visit_date,
        "deleted_at": None,
    }
    if old is None:
        return row
    told = card.model_fields_set
    row["name"] = row["name"] or old["name"]
    if "visits_count" not in told:
        row["visits_count"] = old["visits_count"]
    if "last_visit_date" not in told:
        row["last_visit"] = old["last_visit"]
    same = all(row[name] == old[name] for name in _COLUMNS)
    return None if same else row
