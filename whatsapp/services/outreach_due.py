"""Which salons have something to do at `now`, of those that write first: a question for all of them together.

A beat costs what there is to do, not what there are salons. Each question is one statement and never misses
a salon; the few that are named without need find nothing when they look. `now` is business time.
"""

import json
from collections.abc import Iterable, Sequence
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


def alike() -> list[Alike]:
    """All salons that write first."""
    columns = ("timezone", *(f"settings__{name}" for name in _WISHES))
    rows = outreach_plan.salons().order_by().values_list(*columns).annotate(ids=ArrayAgg("pk"))
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
SELECT salon.id
FROM jsonb_to_recordset(%(alike)s::jsonb) AS alike (ids int[], kind text, latest timestamptz)
CROSS JOIN unnest(alike.ids) AS salon (id)
CROSS JOIN LATERAL (
  SELECT FROM bookings AS visit
  WHERE visit.company_id = salon.id AND visit.start >= %(now)s AND visit.start <= alike.latest
    AND NOT visit.is_deleted AND visit.attendance = ANY(%(expected)s) AND visit.client_phone <> ''
    AND NOT EXISTS (
      SELECT FROM outreach AS known
      WHERE known.booking_id = visit.id AND known.kind = alike.kind
        AND known.visit_at = visit.start AND known.occasion = ''
    )
  LIMIT 1
) AS owed
"""


def reminders_due(salons: Iterable[Alike], now: datetime) -> list[int]:
    rows = [
        {"ids": item.ids, "kind": kind, "latest": latest.isoformat()}
        for item in salons
        for kind, latest in reminders.reach(
            now, outreach_plan.wishes(item.like, item.chosen)
        ).items()
    ]
    return _ask(_UNPLANNED, rows, now=now, expected=list(outreach_plan.EXPECTED))


_UNRATED = """
SELECT salon.id
FROM jsonb_to_recordset(%(alike)s::jsonb) AS alike (ids int[], ended timestamptz)
CROSS JOIN unnest(alike.ids) AS salon (id)
CROSS JOIN LATERAL (
  SELECT FROM bookings AS visit
  WHERE visit.company_id = salon.id AND visit.start >= %(since)s AND visit.start <= alike.ended
    AND NOT visit.is_deleted AND visit.attendance = %(came)s AND visit.client_phone <> ''
    AND visit.start + make_interval(secs => visit.length_seconds) > %(late)s
    AND visit.start + make_interval(secs => visit.length_seconds) <= alike.ended
    AND NOT EXISTS (
      SELECT FROM outreach AS known WHERE known.booking_id = visit.id AND known.kind = 'review'
    )
  LIMIT 1
) AS owed
"""


def reviews_due(salons: Iterable[Alike], now: datetime) -> list[int]:
    rows = [
        {"ids": item.ids, "ended": _review_reach(item, now).isoformat()}
        for item in salons
        if item.chosen.reviews
    ]
    late = now - reviews.WITHIN
    since = late - outreach_reviews.LONGEST
    return _ask(_UNRATED, rows, since=since, late=late, came=CAME)


def _review_reach(item: Alike, now: datetime) -> datetime:
    after = timedelta(minutes=item.chosen.review_minutes)
    return reviews.reach(now, after, _hours(item))


def unconfirmed(salons: Iterable[Alike], now: datetime) -> list[int]:
    until = [(item.ids, outreach_watch.told_until(item.like, now)) for item in salons]
    latest = max((moment for _, moment in until), default=now)
    rows = outreach_watch.unanswered(now).filter(visit_at__lt=latest)
    soonest = dict(rows.order_by().values_list("company_id").annotate(Min("visit_at")))
    return [pk for ids, moment in until for pk in soonest.keys() & ids if soonest[pk] < moment]


def undelivered(_: Iterable[Alike], now: datetime) -> list[int]:
    rows = outreach_watch.unseen(now).order_by()
    return list(rows.values_list("company_id", flat=True).distinct())


def digests_due(salons: Iterable[Alike], now: datetime) -> list[int]:
    due = Q()
    for item in salons:
        if digest.is_time(item.like, now):
            day = now.astimezone(item.like.zone).date()
            made = SalonDigest.objects.filter(company=OuterRef("pk"), day=day)
            due |= Q(~Exists(made.exclude(digest.unsent(datetime.now(UTC)))), pk__in=item.ids)
    return list(Company.objects.filter(due).values_list("pk", flat=True)) if due else []


def double_reminders(_: Iterable[Alike], __: datetime) -> list[int]:
    told = Alarm.objects.filter(kind=outreach_watch.DOUBLE, company_id=OuterRef("pk"))
    remind = Q(settings=None) | Q(settings__evening_reminder=True) | Q(settings__near_reminder=True)
    rows = outreach_plan.salons().filter(remind, raw_data__reminds_sms_disabled=False)
    return list(rows.exclude(Exists(told)).values_list("pk", flat=True))


def waiting(_: Iterable[Alike], now: datetime) -> list[int]:
    late = waiting_list.late(now).order_by().values_list("company_id", flat=True)
    passed = waiting_list.passed(now).order_by().values_list("company_id", flat=True)
    return list(late.union(passed))


def waiting_for_time(salons: Iterable[Alike], now: datetime) -> list[int]:
    """Where the journal is to be asked for those who wait; by night nobody is told of it."""
    awake = {
        pk
        for item in salons
        if item.chosen.waiting_list and not _hours(item).is_quiet(now)
        for pk in item.ids
    }
    return [pk for pk in waiting_offers.due() if pk in awake]


def _hours(item: Alike) -> Hours:
    return preferences.hours(item.like, item.chosen)


def _ask(statement: str, rows: Sequence[dict[str, Any]], **told: Any) -> list[int]:
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, {"alike": json.dumps(rows), **told})
        return sorted({pk for (pk,) in cursor.fetchall()})
