"""What a list of free times leaves open: the options, and the wish they came from. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import Offer, Purpose, Schedule
from whatsapp.assistant.frame import Change
from whatsapp.assistant.state import Asked, DialogueState, Option, Slots, Task
from whatsapp.assistant.told import OnDuty
from whatsapp.assistant.wishes import DayWish, TimeWish


def offered(state: DialogueState, offer: Offer, now: datetime) -> DialogueState:
    """The list of times is what is asked about."""
    options = tuple(
        Option(
            "slot",
            combo[0].start.isoformat(),
            combo[0].staff,
            # «Мария завтра работает?» named no service: none may be taken from our own search
            () if offer.wish.unnamed else combo[0].services,
        )
        for combo in offer.combos
    )
    task = Task.MOVE if offer.purpose is Purpose.MOVE else Task.BOOK
    services = tuple(dict.fromkeys(s for v in offer.wish.visits for s in v.services))
    base = state.slots if offer.purpose is not Purpose.WORKS else state.focus
    slots = replace(
        base,
        services=base.services or (services if not offer.wish.unnamed else ()),
        guessed=base.guessed - {"services", "time"},
        staff=None if offer.missed and not offer.wish.visits[0].staff else base.staff,
        time=TimeWish() if offer.missed and base.time.at is None else base.time,
    )
    if offer.other_days:  # a bare hour said next is an hour of the day we named
        days = {combo[0].start.astimezone(now.tzinfo).date() for combo in offer.combos}
        slots = replace(slots, day=DayWish(on=days.pop()) if len(days) == 1 else DayWish())
        slots = replace(slots, time=TimeWish())
    if task is Task.MOVE:
        changed = offer.wish.changed
        slots = replace(
            slots,
            services=services if changed else (),
            change=Change.SWAP if changed else Change.NONE,
            given_up=(),
        )
    return replace(
        state, task=task, asked=Asked.SLOT, options=options, pending=None, pending_at=None,
        slots=slots, focus=slots, misses=0, booking=offer.wish.record_id or state.booking,
    )  # fmt: skip


def told_schedule(state: DialogueState, told: Schedule, now: datetime) -> DialogueState:
    """The master asked about is the one to book with: the day and the service are what is missing."""
    known = replace(state.focus, staff=told.staff, staff_said=True)
    if told.free is not None:
        return offered(replace(state, focus=known), told.free, now)
    day = DayWish(on=told.asked) if told.asked and not told.off and not told.full else DayWish()
    slots = replace(known, services=(), day=day, time=TimeWish())
    return replace(
        state, task=Task.BOOK, asked=Asked.SERVICE if day.given else Asked.DAY, slots=slots,
        focus=slots, options=(), pending=None, pending_at=None, misses=0,
    )  # fmt: skip


def told_duty(state: DialogueState, told: OnDuty) -> DialogueState:
    """One of those who work that day is what is asked about; another day, when nobody does."""
    ids = tuple(staff for staff, _ in told.masters)
    one = told.services if len(told.services) == 1 else ()
    slots = Slots(
        services=one,
        service_options=told.services if not one else (),
        staff=ids[0] if len(ids) == 1 else None,
        staff_said=len(ids) == 1,
        day=DayWish(on=told.day) if ids else DayWish(),
    )
    asked = Asked.DAY if not ids else Asked.OFFER if len(ids) == 1 else Asked.STAFF
    options = tuple(Option("staff", item) for item in ids) if len(ids) > 1 else ()
    return replace(
        state, task=Task.BOOK, asked=asked, slots=slots, focus=slots, options=options, pending=None,
        pending_at=None, misses=0,
    )  # fmt: skip
