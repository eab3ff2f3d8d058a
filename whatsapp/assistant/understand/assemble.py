"""Readings + verdict + what the dialogue has -> the Frame."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.state import DialogueState, Slots, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import checks, judge, merge, visit
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.heard import Heard, Verdict
from whatsapp.assistant.understand.judge import BOOKISH
from whatsapp.assistant.understand.reading import Reading, chosen_day, chosen_option
from whatsapp.assistant.wishes import DayWish, TimeWish

ASKING = (Intent.PRICE, Intent.SERVICES, Intent.STAFF_INFO, Intent.AVAILABILITY)


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
    person = merge.merge_staff(
        read.staff,
        salon,
        state,
        context,
        read.answer,
        moving=intent is Intent.RESCHEDULE,
        asking=asking,
    )
    person = _effective(person, base, index, read)
    found = merge.merge_services(
        read.services, index, base, state, context, read.answer, person,
        adds=_adds(read, heard, state), usual="usual" in heard.cues,
    )  # fmt: skip
    person = _able(person, found, index, base, read)
    frame = Frame(
        intent=intent,
        also=tuple(i for i in verdict.also if i is not intent),
        topic=verdict.topic,
        services=_services(intent, found, state, context),
        service_options=found.options,
        service_family=found.family,
        service_words=found.words,
        unknown_service=read.services.unknown if not found.chosen or not found.said else None,
        staff=person.id,
        staff_any=person.any or (base.staff_any and person.id is None),
        staff_options=person.options,
        exclude_staff=tuple(dict.fromkeys((*base.exclude_staff, *person.exclude))),
        staff_unknown=person.unknown,
        staff_named=person.named,
        same_staff=person.same,
        same_as_last="usual" in heard.cues or (base.same_as_last and not found.said),
        people=read.people.people if read.people.people is not None else base.people,
        parallel=read.people.parallel or base.parallel,
        client_name=read.people.client_name,
        guest_name=read.people.guest_name or base.guest_name,
        attending=verdict.attending,
        declined=verdict.declined,
        add_to_booking=verdict.add,
        handoff=verdict.handoff or verdict.topic in (Topic.MEDICAL, Topic.COMPLAINT),
        urgent="urgent" in heard.cues or (intent is Intent.LATE and verdict.handoff),
        rude="rude" in heard.cues,
        concerns_visit=_concerns(read, heard, state),
        agreed=read.answer.yes or read.answer.heart or read.answer.noted,
        injection=heard.injection,
        third_party=verdict.topic is Topic.THIRD_PARTY,
        greeted="greeting" in heard.cues,
        thanked="thanks" in heard.cues,
        late_min=heard.late_min if intent is Intent.LATE or Intent.LATE in verdict.also else None,
    )
    if any((p := index.get(item)) is not None and p.party for item in frame.services):
        frame = replace(frame, people=None)  # «отец и сын» is one visit as the salon sells it
    frame = _timed(frame, read, heard, base, state, salon, now)
    frame = _visits(frame, read, heard, salon, state, context)
    frame = judge.review(frame, read, heard)
    frame = judge.flags(frame, found, person, read, base, state, verdict, salon, index, now)
    return replace(frame, clarify=judge.clarify(frame, heard))


def _concerns(read: Reading, heard: Heard, state: DialogueState) -> bool:
    """Words that are about a visit only if there is one: «на час позже», «не смогу в пятницу»."""
    if heard.shift or heard.cues & {"move", "cancel", "late", "add", "mine", "coming"}:
        return True
    return state.task is not Task.BOOK and bool(
        read.when.rejected_days or read.line.has("не могу|смогу|успеваю")
    )


def _adds(read: Reading, heard: Heard, state: DialogueState) -> bool:
    """«и педикюр тоже» widens the visit; «лучше педикюр» replaces the service."""
    if state.task is not Task.BOOK or not read.services.wanted:
        return False
    first = read.services.wanted[0].start
    before = [t.word for t in read.line.tokens[max(0, first - 3) : first]]
    return (
        "add" in heard.cues
        or bool({"еще", "плюс", "+", "также"} & set(before))
        or (bool(before) and before[0] == "и" and first <= 3)
        or read.line.has("тоже|также|заодно")
    )


def _effective(person: merge.Staff, base: Slots, index: Catalogue, read: Reading) -> merge.Staff:
    """The master said now, else the one of the dialogue."""
    if person.id or person.any or person.unknown or person.options:
        return person
    if base.staff in person.exclude:
        return person
    if base.staff is None and base.staff_options:
        return replace(person, options=base.staff_options)
    return replace(person, id=base.staff)


def _able(
    person: merge.Staff, found: merge.Services, index: Catalogue, base: Slots, read: Reading
) -> merge.Staff:
    """Namesakes narrowed by who does the service; a master merely inherited gives way."""
    able = merge.performers(index, found.chosen)
    if able is None:
        return person
    if len(person.options) > 1 and not person.any:
        left = tuple(i for i in person.options if i in able)
        if len(left) == 1:
            return replace(person, id=left[0], options=())
        return replace(person, options=left or person.options)
    if person.id is not None and person.id not in able and not person.said and not base.staff_said:
        return replace(person, id=None)
    return person


def _services(
    intent: Intent, found: merge.Services, state: DialogueState, context: Context
) -> tuple[str, ...]:
    if intent in (Intent.PRICE, Intent.SERVICES) and found.options:
        return tuple(dict.fromkeys((*found.chosen, *found.family)))
    if found.chosen or found.said:
        return found.chosen
    if intent in (Intent.PRICE, Intent.LIST) and context.upcoming and not found.options:
        return context.upcoming[0].services
    return ()


def _timed(
    frame: Frame,
    read: Reading,
    heard: Heard,
    base: Slots,
    state: DialogueState,
    salon: SalonView,
    now: datetime,
) -> Frame:
    """Day and time: the offered slot that was chosen, else what was said, else what was known."""
    w = read.when
    option = (
        chosen_option(read, state, salon) if frame.intent in (*BOOKISH, Intent.RESCHEDULE) else None
    )
    if option is not None:
        start = datetime.fromisoformat(option.value).astimezone(salon.zone)
        return replace(
            frame,
            start=start,
            day=DayWish(on=start.date()),
            time=TimeWish(at=start.time().replace(tzinfo=None)),
            staff=option.staff if not read.staff.mentions and option.staff else frame.staff,
            services=frame.services or option.services,
        )
    if frame.intent in BOOKISH and w.shift is not None and base.day.on and base.time.at:
        moment = datetime.combine(base.day.on, base.time.at) + timedelta(minutes=w.shift)
        return replace(frame, day=DayWish(on=moment.date()), time=TimeWish(at=moment.time()))
    inherit = frame.intent in BOOKISH or frame.intent is Intent.STAFF_INFO
    day, time, asap = chosen_day(read, state) or w.day, w.time, w.asap
    if inherit and not day.given:
        gone = base.day.on is not None and base.day.on in w.rejected_days
        day = DayWish() if gone else base.day
        if day.on is not None and w.time.at is not None and checks.is_past(day, w.time, now):
            day = replace(day, past=True)
    if inherit and "others" in heard.cues and not time.given:
        time = TimeWish(anytime=True, early=time.early, late=time.late)
    elif inherit and not time.given and not w.rejected_time:
        time = _between_offers(time, state, salon) or base.time
    if inherit and not w.day.given and not w.time.given:
        asap = asap or base.asap
    return replace(frame, day=day, time=time, asap=asap)


def _between_offers(time: TimeWish, state: DialogueState, salon: SalonView) -> TimeWish | None:
    """«а попозже?» after an offer means later than what was offered."""
    starts = sorted(
        datetime.fromisoformat(o.value).astimezone(salon.zone)
        for o in state.options
        if o.kind == "slot"
    )
    if not starts or not (time.late or time.early):
        return None
    edge = starts[-1] + timedelta(minutes=1) if time.late else starts[0] - timedelta(minutes=1)
    wall = edge.time().replace(tzinfo=None)
    return TimeWish(start=wall) if time.late else TimeWish(end=wall, late=True)


def _visits(
    frame: Frame,
    read: Reading,
    heard: Heard,
    salon: SalonView,
    state: DialogueState,
    context: Context,
) -> Frame:
    """Which existing visit, and the target of a move."""
    intent = frame.intent
    targeted = (Intent.RESCHEDULE, Intent.CANCEL, Intent.CONFIRM_VISIT, Intent.LATE)
    if intent not in targeted and not frame.add_to_booking:
        return frame
    moving = intent is Intent.RESCHEDULE
    spoken = frame.add_to_booking
    chosen = visit.choose(
        context,
        state,
        salon,
        read.when,
        visit.Named(
            services=() if spoken else frame.services,
            kinds=() if spoken else (*frame.service_options, *frame.service_family),
            unknown_service=frame.unknown_service is not None and not spoken,
            staff=frame.staff_named,
            left=next((m.options[0] for m in read.staff.mentions if m.left and m.options), None),
            everything="all" in heard.cues and intent is Intent.CANCEL,
            pointed=bool(read.line.has("ее|эту|эта|его|этот|нее")),
            index=read.answer.index,
        ),
        moving=moving,
        strict=intent in (Intent.RESCHEDULE, Intent.CANCEL),
    )
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
    )
    return _moved(frame, read, own, salon, state) if moving else frame


def _moved(
    frame: Frame, read: Reading, own: UpcomingBooking | None, salon: SalonView, state: DialogueState
) -> Frame:
    if frame.start is not None:
        return frame
    kept = state.slots if state.task is Task.MOVE else Slots()
    w = read.when
    day, time = visit.target(own, w, salon, kept_day=kept.day, kept_time=kept.time)
    if (w.time.late or w.time.early) and not w.time.given and not w.day.given:
        time = _between_offers(w.time, state, salon) or time
    if not day.given and kept.day.given:
        day = kept.day
    staff = frame.staff or (kept.staff if not frame.staff_any else None)
    return replace(frame, day=day, time=time, staff=staff, asap=read.when.asap)
