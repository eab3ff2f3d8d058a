"""Our copy of the salon's client cards: upserted by phone, absence = soft delete."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import transaction

from marketplace.models import Client, Company
from marketplace.services.texts import fit
from marketplace.yclients.schemas import Client as Card

_BATCH = 500
_COLUMNS = ("yclients_id", "name", "visits_count", "last_visit", "deleted_at")


def upsert_clients(company: Company, cards: Iterable[Card]) -> int:
    """Stores cards in batches; returns how many were read.

    A card without a readable phone is left out: nobody could write to it. Of two cards with one phone
    the later one in the answer counts.
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


def _store(company: Company, batch: dict[str, Card]) -> None:
    rows = [
        Client(
            company=company,
            phone=phone,
            yclients_id=batch[phone].id or None,
            name=fit(batch[phone].name, 255),
            visits_count=max(0, batch[phone].visits_count),
            last_visit=batch[phone].last_visit_date,
            deleted_at=None,
        )
        # Sorted, so that two passes over one salon never wait for each other in a circle.
        for phone in sorted(batch)
    ]
    with transaction.atomic():
        Client.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=("company", "phone"),
            update_fields=_COLUMNS,
        )
