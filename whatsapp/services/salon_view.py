"""The assistant's view of a salon, built from the marketplace's rows. Ids become text on the way."""

import threading
from collections import OrderedDict
from datetime import date, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connection, models

from aiadmin.core import clock
from marketplace.models import Company, ScheduleDay
from marketplace.services import booking_by_hand
from marketplace.services.salon import Offer, SalonFacts, ServiceFacts, facts
from marketplace.services.salon_rules import ChangeRule
from whatsapp.assistant import place, types
from whatsapp.assistant.types import (
    Elsewhere,
    OpenHours,
    SalonView,
    ServiceView,
    StaffOffer,
    StaffView,
)
from whatsapp.models import preferences as chosen
from whatsapp.services import preferences

# Weekly hours are read from this many days of the masters' schedule.
SCHEDULE_WINDOW = 28


# Of a changed row nothing is the same: neither its place in the table nor who wrote it.
_ROWS = """
SELECT array_agg(rows.hash ORDER BY rows.number) FROM (
  SELECT 1 AS number, sum(hashtextextended(t.ctid::text || t.xmin::text, 0)) AS hash
  FROM staff t WHERE t.company_id = %(company)s
  UNION ALL SELECT 2, sum(hashtextextended(t.ctid::text || t.xmin::text, 0))
  FROM services t WHERE t.company_id = %(company)s
  UNION ALL SELECT 3, sum(hashtextextended(t.ctid::text || t.xmin::text, 0))
  FROM service_categories t WHERE t.company_id = %(company)s
  UNION ALL SELECT 4, sum(hashtextextended(t.ctid::text || t.xmin::text, 0))
  FROM service_staff t JOIN services s ON s.id = t.service_id WHERE s.company_id = %(company)s
  UNION ALL SELECT 5, sum(hashtextextended(t.ctid::text || t.xmin::text, 0))
  FROM schedule_days t WHERE t.company_id = %(company)s AND t.day BETWEEN %(first)s AND %(last)s
) AS rows
"""
# Salons whose view a process keeps. One of a large salon takes some hundred kilobytes.
_KEPT = 256
_kept: OrderedDict[int, tuple[object, SalonView]] = OrderedDict()
_lock = threading.Lock()


def salon_view(company: Company) -> SalonView:
    """Everything the assistant may say about the salon. Made anew only when one of its rows has changed:
    to read and index a catalogue is the dearest part of an answer."""
    today = clock.now().astimezone(company.zone).date()
    wishes = preferences.of(company)
    # Looked at before the rows are read: a change in between is found the next time.
    made_of = (
        today,
        _rows(company, today),
        _columns(company),
        _columns(wishes),
        settings.YCLIENTS_USER_TOKEN,
    )
    with _lock:
        known = _kept.get(company.pk)
        if known is not None and known[0] == made_of:
            _kept.move_to_end(company.pk)
            return known[1]
    view = _made(company, wishes, today)
    with _lock:
        _kept[company.pk] = (made_of, view)
        _kept.move_to_end(company.pk)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return view


def _columns(row: models.Model) -> list[object]:
    """All of them: a list of those that a view is made of would have to be kept in step with it."""
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


def _rows(company: Company, today: date) -> object:
    last = today + timedelta(days=SCHEDULE_WINDOW - 1)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"company": company.pk, "first": today, "last": last})
        return cursor.fetchone()[0]


def _made(company: Company, wishes: chosen.SalonSettings, today: date) -> SalonView:
    known = facts(company)
    week, days = _hours(company, today)
    return SalonView(
        title=known.title,
        timezone=known.timezone,
        address=known.address,
        phone=known.phone,
        schedule_text=known.schedule_text,
        about=place.lines(wishes.about, known.description),
        booking_url=wishes.booking_link or known.rules.booking_link,
        tone=_TONES[chosen.Tone(wishes.tone)],
        moving=_rule(known.rules.moving),
        cancelling=_rule(known.rules.cancelling),
        elsewhere=_elsewhere(company),
        waiting_list=wishes.waiting_list,
        evening_at=wishes.evening_at if wishes.evening_reminder else None,
        near_minutes=wishes.near_minutes if wishes.near_reminder else None,
        services=tuple(_service(item) for item in known.services),
        staff=_staff(known),
        week=week,
        days=days,
    )


_TONES = {chosen.Tone.VY: types.Tone.FORMAL, chosen.Tone.TY: types.Tone.FAMILIAR}


def _rule(rule: ChangeRule) -> types.ChangeRule:
    return types.ChangeRule(rule.allowed, rule.before)


def _elsewhere(company: Company) -> Elsewhere | None:
    """Online booking wants more than a chat can give, and we have no hand in the journal."""
    by_hand = booking_by_hand.wanted(company) and not booking_by_hand.possible(company)
    return Elsewhere.CONFIRMATION if by_hand else None


def _staff(known: SalonFacts) -> tuple[StaffView, ...]:
    return tuple(StaffView(str(item.id), item.name, item.specialization) for item in known.staff)


def _service(item: ServiceFacts) -> ServiceView:
    shows_price = bool(item.price_min or item.price_max)
    return ServiceView(
        id=str(item.id),
        title=item.title,
        category=item.category,
        price_min=_roubles(item.price_min) if shows_price else None,
        price_max=_roubles(item.price_max or item.price_min) if shows_price else None,
        duration_seconds=item.duration_seconds or None,
        staff={str(offer.staff_id): _offer(offer) for offer in item.offers},
        composite=bool(item.parts),
        composite_of=tuple(str(part) for part in item.parts),
        aliases=item.aliases,
        description=item.comment,
        elsewhere=Elsewhere.GROUP if item.group else Elsewhere.PREPAID if item.prepaid else None,
    )


def _offer(offer: Offer) -> StaffOffer:
    return StaffOffer(
        price=None if offer.price is None else _roubles(offer.price),
        duration_seconds=offer.duration_seconds or None,
    )


def _roubles(amount: Decimal) -> int:
    return int(amount.to_integral_value())


def _hours(
    company: Company, today: date
) -> tuple[tuple[OpenHours | None, ...], dict[date, OpenHours | None]]:
    """(Monday..Sunday, single dates): from the first master's start to the last one's end.

    A weekday on which nobody works in the whole window is closed; no schedule at all = unknown.
    """
    rows = ScheduleDay.objects.filter(
        company=company,
        day__range=(today, today + timedelta(days=SCHEDULE_WINDOW - 1)),
        # Said of the masters too, or a planner without statistics reads all salons' masters.
        staff__company=company,
        staff__deleted_at=None,
        staff__is_bookable=True,
    ).values_list("day", "slots")
    days: dict[date, OpenHours | None] = {}
    for day, slots in rows:
        for slot in slots:
            days[day] = _wider(days.get(day), _clock(slot["from"]), _clock(slot["to"]))
    if not days:
        return (), {}
    week: list[OpenHours | None] = [None] * 7
    for day, hours in days.items():
        if hours is not None:
            week[day.weekday()] = _wider(week[day.weekday()], hours.opens, hours.closes)
    # A day off inside the window is told as such; past its end the weekly hours speak.
    for ahead in range((max(days) - today).days + 1):
        days.setdefault(today + timedelta(days=ahead), None)
    return tuple(week), days


def _wider(known: OpenHours | None, opens: time, closes: time) -> OpenHours:
    """Both together; a closing time of 00:00 is midnight at the day's end."""
    if known is None:
        return OpenHours(opens, closes)
    midnight = time(0) in (closes, known.closes)
    return OpenHours(min(known.opens, opens), time(0) if midnight else max(known.closes, closes))


def _clock(text: str) -> time:
    """ "10:00", and "24:00" as midnight."""
    hours, minutes = text.split(":")[:2]
    return time(int(hours) % 24, int(minutes))
