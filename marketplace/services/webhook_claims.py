"""Who handles a webhook: one worker at a time, under a short lease that it renews while it works.

One call may wait 120 s for its place in the budget, then be answered late and tried again: a lease that
outlasts it would keep the event of a killed worker lying for minutes.
"""

from datetime import UTC, datetime

from django.db.models import QuerySet

from aiadmin.core import leases
from marketplace.models import WebhookEvent

Status = WebhookEvent.Status


def claim(event: WebhookEvent) -> bool:
    """Compare-and-set on the attempt number; a killed worker's claim ends by itself.

    The crash is counted beforehand and taken back when the try ends in our hands.
    """
    taken = (
        mine(event)
        .filter(due_at__lte=datetime.now(UTC))
        .update(attempts=event.attempts + 1, crashes=event.crashes + 1, due_at=leases.until())
    )
    event.attempts += 1
    event.crashes += 1
    return taken == 1


def mine(event: WebhookEvent) -> QuerySet[WebhookEvent]:
    """The event while nobody else has claimed it since."""
    return claimed(event.pk, event.attempts)


def claimed(event_id: int, attempt: int) -> QuerySet[WebhookEvent]:
    return WebhookEvent.objects.filter(pk=event_id, status=Status.NEW, attempts=attempt)


keeper = leases.Keeper(claimed, "due_at")
