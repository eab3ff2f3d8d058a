"""A short hold of a time while one client is asked about it, so that two are not led into one.

A hold promises nothing: the journal decides who gets the time. Lost or forgotten, it ends by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from marketplace.models import Company, SlotHold, Staff

# Real time; who answers later takes the time if it is still free.
HELD_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Span:
    """Half-open; both aware. `staff_id` is YCLIENTS's."""

    staff_id: int
    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """One master cannot do both."""
        same = self.staff_id == other.staff_id
        return same and self.start < other.end and other.start < self.end


def span(staff_id: int, start: datetime, length_seconds: int) -> Span:
    """At least a moment long: YCLIENTS does not always tell how long a visit takes."""
    return Span(staff_id, start, start + timedelta(seconds=max(length_seconds, 60)))


class _Start(Protocol):
    @property
    def start(self) -> datetime: ...
    @property
    def staff_id(self) -> int: ...
    @property
    def length_seconds(self) -> int: ...


_Slot = TypeVar("_Slot", bound=_Start)


def claim(
    company: Company, holder: str, spans: Sequence[Span], *, held_for: timedelta = HELD_FOR
) -> bool:
    """Holds all of `spans` for this holder or none; what it held before is given back either way.

    `held_for`: real time. A holder is a dialogue, or "dialogue:more" for what it holds apart.
    """
    now = datetime.now(UTC)
    staff = {span.staff_id for span in spans}
    with transaction.atomic():
        # Claims on one master wait for each other here, in one order.
        masters = Staff.objects.select_for_update(no_key=True).filter(
            company=company, yclients_id__in=staff
        )
        list(masters.order_by("yclients_id").values_list("pk"))
        _delete(company, Q(holder=holder) | Q(expires_at__lte=now, staff_yclients_id__in=staff))
        others = _living(company, now).exclude(_own(holder))
        if any(others.filter(_overlaps(span)).exists() for span in spans):
            return False
        SlotHold.objects.bulk_create(
            SlotHold(
                company=company,
                staff_yclients_id=span.staff_id,
                start=span.start,
                end=span.end,
                holder=holder,
                expires_at=now + held_for,
            )
            for span in spans
        )
    return True


def release(company: Company, holder: str) -> None:
    """Another choice, a no, or a booking: the time is anybody's again."""
    with transaction.atomic():
        _delete(company, Q(holder=holder))


def not_held(company: Company, holder: str, slots: Iterable[_Slot]) -> list[_Slot]:
    """The free starts that no other client is being asked about."""
    rows = _living(company, datetime.now(UTC)).exclude(_own(holder))
    held = [(row.staff_yclients_id, row.start, row.end) for row in rows]
    return [
        slot
        for slot in slots
        if not any(
            staff == slot.staff_id
            and slot.start < end
            and start < slot.start + timedelta(seconds=slot.length_seconds)
            for staff, start, end in held
        )
    ]


def _living(company: Company, now: datetime) -> QuerySet[SlotHold]:
    return SlotHold.objects.filter(company=company, expires_at__gt=now)


def _own(holder: str) -> Q:
    """All that the holder's dialogue holds."""
    dialogue = holder.partition(":")[0]
    return Q(holder=dialogue) | Q(holder__startswith=f"{dialogue}:")


def _overlaps(span: Span) -> Q:
    return Q(staff_yclients_id=span.staff_id, start__lt=span.end, end__gt=span.start)


def _delete(company: Company, which: Q) -> None:
    """In a transaction. Rows that another claim is deleting just now are left to it: no waiting."""
    rows = SlotHold.objects.select_for_update(skip_locked=True).filter(which, company=company)
    SlotHold.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
