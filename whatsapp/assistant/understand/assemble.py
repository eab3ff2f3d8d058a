"""Readings + verdict + what the dialogue has -> the Frame."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.state import Asked, DialogueState, Slots, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import beauty, given_up, inherit, judge, merge, visit, when
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.heard import Heard, Verdict
from whatsapp.assistant.understand.inherit import ASKING
from whatsapp.assistant.understand.late import ONLY_THEN
from whatsapp.assistant.understand.reading import Reading
from whatsapp.assistant.understand.timed import between_offers, timed
from whatsapp.assistant.wishes import DayWish, TimeWish


def build(
    read: Reading,
    heard: Heard,
    verdict: Verdict,
    salon: SalonView,
    index: Catalogue,
    state: DialogueState,
    context: Context,
    now: datetime,
) -> Frame:
    """Everything the turn means, ids resolved. `now` is aware, salon zone."""
    intent = verdict.intent
    asking = intent in ASKING
    base = state.slots if not state.slots.empty or not asking else state.focus
    if intent not in (*ASKING, Intent.BOOK):
        base = Slots()
    if intent is Intent.BOOK and state.slots.empty:
        base = inherit.talked_of(base, state)
    person = merge.merge_staff(
        read.staff,
        salon,
        state,
        context,
        read.answer,
        moving=intent is Intent.RESCHEDULE,
        asking=asking,
    )
    person = inherit.effective(person, base, index, read)
    found = merge.merge_services(
        read.services, index, base, state, context, read.answer, person,
        adds=_adds(read, heard, state), usual="usual" in heard.cues,
    )  # fmt: skip
    person = inherit.able(inherit.usual(person, heard, context), found, index, base, read)
    frame = Frame(
        intent=intent,
        also=tuple(i for i in verdict.also if i is not intent),
        topic=verdict.topic,
        services=_services(intent, found, context, index),
        service_options=found.options,
        service_family=found.family,
        service_words=found.words,
        unknown_service=read.services.unknown,
        unknown_more=read.services.unknown_more,
        staff=person.id,
        staff_any=person.any or (base.staff_any and person.id is None),
        staff_options=person.options,
        exclude_staff=tuple(dict.fromkeys((*base.exclude_staff, *person.exclude))),
        staff_unknown=person.unknown,
        staff_named=person.named,
        same_staff=person.same and not read.people.one_master,
        same_as_last="usual" in heard.cues or (base.same_as_last and not found.said),
        people=read.people.people if read.people.people is not None else base.people,
        parallel=read.people.parallel or base.parallel,
        one_master=read.people.one_master or base.one_master,
        client_name=read.people.client_name,
        guest_name=read.people.guest_name or base.guest_name,
        attending=verdict.attending,
        declined=verdict.declined,
        add_to_booking=verdict.add,
        handoff=verdict.handoff or verdict.topic in (Topic.MEDICAL, Topic.COMPLAINT),
        urgent="urgent" in heard.cues or (intent is Intent.LATE and verdict.handoff),
        rude="rude" in heard.cues,
        concerns_visit=_concerns(read, heard, state),
        change_service=intent is Intent.RESCHEDULE and heard.swapped,
        given_up=tuple(
            dict.fromkeys(i for m in read.services.mentions if m.rejected for i in m.options)
        ),
        agreed=read.answer.yes or read.answer.heart or read.answer.noted,
        injection=heard.injection,
        third_party=verdict.topic is Topic.THIRD_PARTY,
        place=heard.place,
        greeted="greeting" in heard.cues,
        thanked="thanks" in heard.cues,
        words=heard.words,
        unread=heard.residue,
        late_min=heard.late_min if intent is Intent.LATE or Intent.LATE in verdict.also else None,
    )
    if any((p := index.get(item)) is not None and p.party for item in frame.services):
        frame = replace(frame, people=None)  # «отец и сын» is one visit as the salon sells it
    frame = timed(frame, read, heard, base, state, salon, now)
    frame = _visits(frame, read, heard, salon, state, context, index, now)
    frame = judge.review(frame, read, heard)
    frame = judge.flags(frame, found, person, read, base, state, verdict, salon, index, now)
    return replace(frame, clarify=judge.clarify(frame, heard))


def _concerns(read: Reading, heard: Heard, state: DialogueState) -> bool:
    """Words that are about a visit only if there is one: «на час позже», «не смогу в пятницу»."""
    if heard.shift or heard.cues & {"move", "cancel", "late", "add", "mine", "coming"}:
        return True
    return state.task is not Task.BOOK and bool(
        read.when.rejected_days or read.line.has("не могу|смогу|успеваю", *ONLY_THEN)
    )


def _adds(read: Reading, heard: Heard, state: DialogueState) -> bool:
    """«и педикюр тоже» widens the visit; «лучше педикюр» replaces the service."""
    if not read.services.wanted:
        return False
    at = read.services.wanted[0].start
    with_it = bool(at) and read.line.tokens[at - 1].word in ("с", "со")
    if with_it or "add" in heard.cues:
        return True  # «запишите с дизайном», «и снятие допишите»
    if state.task is not Task.BOOK:
        return False
    first = read.services.wanted[0].start
    before = [t.word for t in read.line.tokens[max(0, first - 3) : first]]
    after = [t.word for t in read.line.tokens[read.services.wanted[0].end :][:2]]
    return (
        (read.answer.yes and "и" in before)
        or "еще" in after
        or bool({"еще", "плюс", "+", "также"} & set(before))
        or (state.asked is Asked.SLOT and before[-1:] == ["и"] and read.when.time.given)
        or (bool(before) and before[0] == "и" and (first <= 3 or bool(read.people.relations)))
        or read.line.has("тоже|также|заодно")
    )


def _heads(service: str, index: Catalogue) -> frozenset[str]:
    profile = index.get(service)
    return profile.heads if profile is not None else frozenset()


def _services(
    intent: Intent, found: merge.Services, context: Context, index: Catalogue
) -> tuple[str, ...]:
    asked = intent in (Intent.PRICE, Intent.SERVICES)
    if asked and (found.options or (found.said and found.guessed)):
        kinds = [p.heads for item in found.chosen if (p := index.get(item)) is not None]
        family = (f for f in found.family if found.options or _heads(f, index) in kinds)
        return tuple(dict.fromkeys((*found.chosen, *family)))
    if intent is Intent.STAFF_INFO and found.options and not found.chosen:
        return found.options
    if found.chosen or found.said:
        return found.chosen
    if intent in (Intent.PRICE, Intent.LIST) and context.upcoming and not found.options:
        return context.upcoming[0].services
    return ()


def _visits(
    frame: Frame,
    read: Reading,
    heard: Heard,
    salon: SalonView,
    state: DialogueState,
    context: Context,
    index: Catalogue,
    now: datetime,
) -> Frame:
    """Which existing visit, and the target of a move."""
    intent = frame.intent
    targeted = (Intent.RESCHEDULE, Intent.CANCEL, Intent.CONFIRM_VISIT, Intent.LATE)
    if intent not in targeted and not frame.add_to_booking:
        return frame
    moving = intent is Intent.RESCHEDULE
    spoken = frame.add_to_booking
    place = visit.place(read.line)
    days = {v.start.astimezone(salon.zone).date() for v in context.upcoming or ()}
    selecting = state.asked is Asked.BOOKING and not set(read.when.mentioned) - days
    chosen = visit.choose(
        context,
        state,
        salon,
        read.when,
        visit.Named(
            services=() if spoken else _named_services(frame, read),
            akin=() if spoken else _akin(frame, index),
            kinds=read.services.added_to if spoken else _named_kinds(frame, read, context, index),
            unknown_service=frame.unknown_service is not None and not spoken,
            staff=frame.staff_named,
            left=_left(read, context),
            everything="all" in heard.cues and intent is Intent.CANCEL,
            pointed=bool(read.line.has("ее|эту|эта|его|этот|нее")),
            index=read.answer.index,
            place=place,
        ),
        moving=moving and not selecting,
        strict=intent in (Intent.RESCHEDULE, Intent.CANCEL),
    )
    # to «Какую запись отменить?» the visit named is the answer, also when it is to stay
    told = intent is Intent.CANCEL and state.asked is not Asked.BOOKING
    if told and (apart := given_up.visits(read, context, salon)):
        chosen = visit.Chosen(ids=apart)
    if intent in (Intent.CONFIRM_VISIT, Intent.LATE) and chosen.options and context.upcoming:
        first = min(context.upcoming, key=lambda v: v.start)
        chosen = visit.Chosen(ids=(first.id,))
    own = next((v for v in context.upcoming or () if v.id == chosen.one), None)
    frame = replace(
        frame,
        booking=chosen.one,
        bookings=chosen.ids if len(chosen.ids) > 1 else (),
        booking_options=chosen.options,
        booking_mismatch=chosen.mismatch,
        no_booking=chosen.none,
        needs_confirm=len(chosen.ids) > 1,
        dropped=given_up.part(read, own, salon) if told and own is not None else (),
    )
    if spoken and own is not None:  # «и укладку после стрижки» of the haircut's visit
        added = tuple(s for s in frame.services if s not in own.services)
        frame = replace(frame, services=added or frame.services)
    if place is not None:
        read.when.asap = False  # «первую запись» is no first free time
        frame = replace(frame, asap=False)
    if selecting and moving and own is not None:
        visit.unless_target(read.when, own.start.astimezone(salon.zone))
    return _moved(frame, read, own, salon, state, now) if moving else frame


def _named_services(frame: Frame, read: Reading) -> tuple[str, ...]:
    """The service by which a visit is meant: what is given up, before what takes its place.

    «мелирование не надо, отмените» cancels what is refused.
    """
    refused = [m for m in read.services.mentions if m.rejected and not given_up.stays(read, m)]
    dropped = tuple(m.chosen or m.options[0] for m in refused)
    if frame.intent is Intent.CANCEL:
        return frame.services or dropped
    return dropped if frame.change_service else frame.services


def _left(read: Reading, context: Context) -> str | None:
    """The master given up: «вместо Нади», «не к Наде, а к Жене» of a visit to her."""
    own = {v.staff for v in context.upcoming or ()}
    named = [m for m in read.staff.mentions if m.options]
    left = next((m.options[0] for m in named if m.left), None)
    return left or next((m.options[0] for m in named if m.rejected and m.options[0] in own), None)


def _akin(frame: Frame, index: Catalogue) -> tuple[str, ...]:
    """«маникюр» may be the one with polish, never «наращивание ногтей»."""
    heads = [p.heads for item in frame.services if (p := index.get(item)) is not None]
    return tuple(p.id for p in index.profiles if p.heads in heads)


def _named_kinds(
    frame: Frame, read: Reading, context: Context, index: Catalogue
) -> tuple[str, ...]:
    """Services of the kind named; with none named, those for whom is spoken of: «запись сына»."""
    if frame.change_service:
        return tuple(i for m in read.services.mentions if m.rejected for i in m.family)
    kinds = (*frame.service_options, *frame.service_family)
    if frame.intent is Intent.CANCEL and not frame.services:
        refused = (m for m in read.services.mentions if m.rejected and not given_up.stays(read, m))
        kinds += tuple(i for m in refused for i in m.family)
    if kinds or frame.services:
        return kinds
    whom = {a for word in read.people.relations for a in beauty.person(word)} & {"kids"}
    own = [s for v in context.upcoming or () for s in v.services]
    return tuple(s for s in own if (p := index.get(s)) is not None and p.audience & whom)


def _moved(
    frame: Frame,
    read: Reading,
    own: UpcomingBooking | None,
    salon: SalonView,
    state: DialogueState,
    now: datetime,
) -> Frame:
    if frame.start is not None:
        return frame
    kept = state.slots if state.task is Task.MOVE else Slots()
    w = read.when
    if own is not None:
        when.anchor_weekday(w, now.date(), own.start.astimezone(salon.zone).date())
    since = visit.proposed(state)
    day, time = visit.target(own, w, salon, kept_day=kept.day, kept_time=kept.time, since=since)
    other = bool(frame.staff_named) or frame.change_service
    if own is not None and other and not day.given and not time.given and not w.asap:
        start = own.start.astimezone(salon.zone)  # another master or service, all else as it was
        day, time = DayWish(on=start.date()), TimeWish(at=start.time().replace(tzinfo=None))
    if (w.time.late or w.time.early) and not w.time.given and not w.day.given:
        time = between_offers(w.time, state, salon) or time
    if not day.given and kept.day.given:
        day = kept.day
    staff = frame.staff or (kept.staff if not frame.staff_any else None)
    return replace(frame, day=day, time=time, staff=staff, asap=read.when.asap)
