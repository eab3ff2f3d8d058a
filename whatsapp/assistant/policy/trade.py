"""«Поменяйте их местами»: two visits take each other's time, both or neither. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from whatsapp.assistant.decisions import Decision, FindSlots, HandOver, Purpose, VisitWish, Wish
from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy import pointed
from whatsapp.assistant.policy.changes import length
from whatsapp.assistant.told import Barred
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish

_TRADES = re.compile(
    r"\b(?:по|об)?мен[яи]\w*\b.*\bместами\b|\bместами\b.*\b(?:по|об)?мен[яи]\w*\b"
    r"|\bпоменяй\w*\s+(?:\w+\s+){0,4}друг\s+(?:с\s+друг|на\s+друг)\w+",
    re.IGNORECASE | re.DOTALL,
)
_PAIR = 2
_MEANT = (Intent.RESCHEDULE, Intent.OTHER, Intent.BOOK, Intent.LIST, Intent.AVAILABILITY)


def concerns(texts: Sequence[str]) -> bool:
    return _TRADES.search(" ".join(texts)) is not None


def heard(frame: Frame, texts: Sequence[str], context: Context) -> Frame | None:
    """The two visits that are to change places; None when nothing of the kind is said."""
    visits = sorted(context.upcoming or (), key=lambda visit: visit.start)
    if len(visits) < _PAIR or frame.intent not in _MEANT or not concerns(texts):
        return None
    named = {*frame.services, *frame.service_family, *frame.service_options}
    own = [visit for visit in visits if named & {*visit.services}]
    at = [place for place in pointed.places("\n".join(texts)) if place < len(visits)]
    pair = next((p for p in (own, [visits[i] for i in at], visits) if len(p) == _PAIR), None)
    if pair is None:  # of three or more: a person asks which
        return replace(frame, intent=Intent.HUMAN, topic=Topic.QUESTION, handoff=True, clarify=())
    return replace(
        frame, intent=Intent.RESCHEDULE, trades=(pair[0].id, pair[1].id), also=(), topic=None,
        booking=None, bookings=(), booking_options=(), booking_mismatch=False, clarify=(),
    )  # fmt: skip


def wanted(frame: Frame, salon: SalonView, now: datetime, context: Context) -> Decision:
    """Where each is to stand, for both to be looked for before either is moved."""
    one, two = (v for item in frame.trades for v in context.upcoming or () if v.id == item)
    if not all(salon.moving.admits(visit.start, now) for visit in (one, two)):
        return Barred("move", salon.moving)
    if one.staff == two.staff:
        if {*one.services} == {*two.services}:
            return HandOver(Topic.QUESTION)  # only whose they are would change
        # One master cannot do both at once: each time is kept, and what is done then is changed.
        first, second = (_to(v, v.start, o.services, salon) for v, o in ((one, two), (two, one)))
    else:
        ends = one.start + timedelta(seconds=length(salon, two.services, two.staff))
        later = max(two.start, ends)
        first, second = (
            _to(two, one.start, two.services, salon),
            _to(one, later, one.services, salon),
        )
    return replace(first, together=(second,))


def _to(
    visit: UpcomingBooking, start: datetime, services: tuple[str, ...], salon: SalonView
) -> FindSlots:
    local = start.astimezone(salon.zone)
    wish = Wish(
        visits=(VisitWish(services, visit.staff),),
        day=DayWish(on=local.date()),
        time=TimeWish(at=local.time().replace(tzinfo=None)),
        record_id=visit.id,
        old_start=visit.start.astimezone(salon.zone),
        changed={*services} != {*visit.services},
    )
    return FindSlots(wish, Purpose.MOVE)
