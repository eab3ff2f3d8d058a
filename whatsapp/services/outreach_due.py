"""Which salons have something to do at `now`, of those that write first: a question for several together.

Which salons are asked about says `outreach_looks`. Each question is one statement and never misses a salon;
the few that are named without need find nothing when they look. `now` is business time.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Exists, Min, OuterRef, Q

from aiadmin.core.models import Alarm
from marketplace.models import Company
from marketplace.services.attendance import CAME
from whatsapp.models import SalonDigest, SalonSettings
from whatsapp.outreach import reminders, reviews
from whatsapp.outreach.hours import Hours
from whatsapp.services import (
    digest,
    outreach_plan,
    outreach_reviews,
    outreach_watch,
    preferences,
    waiting_list,
    waiting_offers,
)

log = structlog.get_logger(__name__)

# No salon's day lasts longer, a clock change included.
_LONGEST_DAY = timedelta(hours=26)
# The wishes that say when something is due.
_WISHES = (
    *("quiet_from", "quiet_to", "evening_reminder", "evening_at", "near_reminder", "near_minutes"),
    *("unconfirmed_at", "reviews", "review_minutes", "digest", "digest_at", "waiting_list"),
)


@dataclass(frozen=True)
class Alike:
    """Salons of one zone and the same wishes; `like` is none of them and has both."""

    ids: Sequence[int]
    like: Company

    @property
    def chosen(self) -> SalonSettings:
        return preferences.of(self.like)


def alike(company_ids: Collection[int]) -> list[Alike]:
    """Those of these salons that write first."""
    if not company_ids:
        return []
    columns = ("timezone", *(f"settings__{name}" for name in _WISHES))
    salons = outreach_plan.salons().order_by().filter(pk__in=list(company_ids))
    rows = salons.values_list(*columns).annotate(ids=ArrayAgg("pk"))
    found: list[Alike] = []
    for zone, *wishes, ids in rows:
        like = Company(timezone=zone)
        # Nobody has chosen anything: the defaults.
        like.settings = SalonSettings(
            **{} if wishes[0] is None else dict(zip(_WISHES, wishes, strict=True))
        )
        try:
            _ = like.zone
        except (KeyError, ValueError):
            log.error("outreach.zone_unknown", company_ids=ids, zone=zone)
        else:
            found.append(Alike(ids, like))
    return found


# A salon's visits are read up to the first that owes something.
_UNPLANNED = """
SELECT salon.id, alike.number, alike.kind, owed.start
FROM jsonb_to_recordset(%(alike)s::jsonb) AS alike (number int, ids int[], kind text)
CROSS JOIN unnest(alike.ids) AS salon (id)
CROSS JOIN LATERAL (
  SELECT visit.start FROM bookings AS visit
  WHERE visit.company_id = salon.id AND visit.start >= %(now)s
    AND NOT visit.is_deleted AND visit.attendance = ANY(%(expected)s) AND visit.client_phone <> ''
    AND NOT EXISTS (
      SELECT FROM outreach AS known
      WHERE known.booking_id = visit.id AND known.kind = alike.kind
        AND known.visit_at = visit.start AND known.occasion = ''
    )
  ORDER BY visit.start LIMIT 1
) AS owed
"""


def reminders_at(salons: Sequence[Alike], now: datetime) -> dict[int, datetime]:
    """Salon → no reminder of its visits ahead is to be written down before; `now`: one is."""
    wishes = [outreach_plan.wishes(item.like, item.chosen) for item in salons]
    reach = [reminders.reach(now, wished) for wished in wishes]
    rows = [
        {"number": number, "ids": salons[number].ids, "kind": kind}
        for number, kinds in enumerate(reach)
        for kind in kinds
    ]
    found: dict[int, datetime] = {}
    told = {"now": now, "expected": list(outreach_plan.EXPECTED)}
    for pk, number, kind, start in _ask(_UNPLANNED, rows, **told):
        late = start > reach[number][kind]
        at = reminders.earliest(kind, start, wishes[number]) if late else now
        found[pk] = min(at, found.get(pk, at))
    return found


def reminders_due(salons: Sequence[Alike], now: datetime) -> list[int]:
    return _due(reminders_at(salons, now), now)


_UNRATED = """
SELECT salon.id, alike.number, visit.start + make_interval(secs => visit.length_seconds)
FROM jsonb_to_recordset(%(alike)s::jsonb) AS alike (number int, ids int[])
CROSS JOIN unnest(alike.ids) AS salon (id)
JOIN bookings AS visit ON visit.company_id = salon.id AND visit.start >= %(since)s
  AND NOT visit.is_deleted AND visit.attendance = %(came)s AND visit.client_phone <> ''
  AND visit.start + make_interval(secs => visit.length_seconds) > %(late)s
WHERE NOT EXISTS (
  SELECT FROM outreach AS known WHERE known.booking_id = visit.id AND known.kind = 'review'
)
"""


def reviews_at(salons: Sequence[Alike], now: datetime) -> dict[int, datetime]:
    """Salon → when the first of its visits that have been is to be asked about; `now` or before: one is."""
    rows = [
        {"number": number, "ids": item.ids}
        for number, item in enumerate(salons)
        if item.chosen.reviews
    ]
    late = now - reviews.WITHIN
    told = {"since": late - outreach_reviews.LONGEST, "late": late, "came": CAME}
    found: dict[int, datetime] = {}
    for pk, number, end in _ask(_UNRATED, rows, **told):
        item = salons[number]
        after = timedelta(minutes=item.chosen.review_minutes)
        times = reviews.window(end, after, _hours(item))
        if times is not None and now < times[1]:
            found[pk] = min(times[0], found.get(pk, times[0]))
    return found


def reviews_due(salons: Sequence[Alike], now: datetime) -> list[int]:
    return _due(reviews_at(salons, now), now)


def digests_at(salons: Sequence[Alike], now: datetime) -> dict[int, datetime]:
    """Salon → its next hour of a digest, after `now`."""
    hours = ((item.ids, digest.next_at(item.like, now)) for item in salons)
    return {pk: at for ids, at in hours if at is not None for pk in ids}


def unconfirmed(_: Iterable[Alike], now: datetime) -> list[int]:
    rows = outreach_watch.unanswered(now).filter(visit_at__lt=now + _LONGEST_DAY)
    soonest = dict(rows.order_by().values_list("company_id").annotate(Min("visit_at")))
    until = ((item.ids, outreach_watch.told_until(item.like, now)) for item in alike(soonest))
    return [pk for ids, moment in until for pk in ids if soonest[pk] < moment]


def undelivered(_: Iterable[Alike], now: datetime) -> list[int]:
    return sorted(outreach_watch.salons_with_unseen(now))


def digests_due(salons: Iterable[Alike], now: datetime) -> list[int]:
    due = Q()
    for item in salons:
        if digest.is_time(item.like, now):
            day = now.astimezone(item.like.zone).date()
            made = SalonDigest.objects.filter(company=OuterRef("pk"), day=day)
            due |= Q(~Exists(made.exclude(digest.unsent(datetime.now(UTC)))), pk__in=item.ids)
    return list(Company.objects.filter(due).values_list("pk", flat=True)) if due else []


def double_reminders(salons: Iterable[Alike], _: datetime) -> list[int]:
    ids = [pk for item in salons for pk in item.ids]
    told = Alarm.objects.filter(kind=outreach_watch.DOUBLE, company_id=OuterRef("pk"))
    remind = Q(settings=None) | Q(settings__evening_reminder=True) | Q(settings__near_reminder=True)
    rows = outreach_plan.salons().filter(remind, pk__in=ids, raw_data__reminds_sms_disabled=False)
    return list(rows.exclude(Exists(told)).values_list("pk", flat=True))


def waiting(_: Iterable[Alike], now: datetime) -> list[int]:
    late = waiting_list.late(now).order_by().values_list("company_id", flat=True)
    passed = waiting_list.passed(now).order_by().values_list("company_id", flat=True)
    return list(late.union(passed))


def waiting_for_time(now: datetime) -> list[int]:
    """Where the journal is to be asked for those who wait; by night nobody is told of it."""
    return [
        pk
        for item in alike(waiting_offers.due())
        if item.chosen.waiting_list and not _hours(item).is_quiet(now)
        for pk in item.ids
    ]


def _hours(item: Alike) -> Hours:
    return preferences.hours(item.like, item.chosen)


def _due(moments: dict[int, datetime], now: datetime) -> list[int]:
    return sorted(pk for pk, at in moments.items() if at <= now)


def _ask(statement: str, rows: Sequence[dict[str, Any]], **told: Any) -> list[tuple[Any, ...]]:
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, {"alike": json.dumps(rows), **told})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
