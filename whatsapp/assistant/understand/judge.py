"""Marks on an assembled frame: what was said and guessed, what is impossible, what must be asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.frame import Frame, Intent, Slot, Topic
from whatsapp.assistant.state import DialogueState, Slots
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import checks, merge, rated
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.heard import Heard, Verdict
from whatsapp.assistant.understand.reading import Reading

BOOKISH = (Intent.BOOK, Intent.AVAILABILITY)


_POSITIVE = (
    "понравил~|супер|шелк|поклон|лучш~|отличн~|прекрасн~|класс|восторг~|довольн~|шикарн~|красив~|спасиб~|огонь"
    "|красав~|топ|топчик|бомба|кайф|обалден~|офиген~|идеальн~|волшебн~|великолепн~",
)


_NEGATIVE = (
    "плохо|ужас~|испорт~|недовол~|разочарован~|кошмар~|криво|груб~|долго",
    "не ..1 понравил~|доволь~",
    "так|такое себе",
)


_CANCELS = ("отмен~|снимите|сними|удалите|удали|уберите|убери|аннулир~|вычеркните",)


def review(frame: Frame, read: Reading, heard: Heard) -> Frame:
    if frame.intent is not Intent.REVIEW:
        negative = frame.topic in (Topic.COMPLAINT, Topic.RUDE)
        return replace(frame, sentiment="negative") if negative else frame
    rating = read.answer.rating
    bad = rating is not None and rating <= 3
    good = rating is not None and rating >= 4
    if not bad and not good:
        bad = read.line.has(*_NEGATIVE, *rated.NEGATIVE_SIGNS)
        good = read.line.has(*_POSITIVE)
    return replace(
        frame, rating=rating, sentiment="negative" if bad else "positive" if good else None
    )


def flags(
    frame: Frame,
    found: merge.Services,
    person: merge.Staff,
    read: Reading,
    base: Slots,
    state: DialogueState,
    verdict: Verdict,
    salon: SalonView,
    index: Catalogue,
    now: datetime,
) -> Frame:
    w = read.when
    said = {
        name
        for name, spoken in (
            ("services", found.said),
            ("staff", person.said or bool(person.unknown)),
            (
                "day",
                w.day.given or w.same_day or frame.start is not None or _picked_day(read, state),
            ),
            (
                "time",
                w.time.given
                or w.shift is not None
                or w.asap
                or w.same_time
                or frame.start is not None,
            ),
            ("people", read.people.people is not None),
            ("name", read.people.client_name is not None),
            ("cancel", read.line.has(*_CANCELS)),
        )
        if spoken
    }
    guessed = {name for name in base.guessed if name not in said}
    # «маникюр и стрижку» where no hair is cut: what is left is confirmed before it is booked
    partly = found.said and frame.unknown_service is not None
    guessed |= {"services"} if found.guessed or partly else set()
    guessed |= {"staff"} if person.guessed else set()
    guessed |= (
        {"time"} if frame.start is None and (frame.time.approx or frame.time.guessed) else set()
    )
    guessed |= {"day"} if w.day_guessed and w.day.given and frame.day == w.day else set()
    able = merge.performers(index, frame.services)
    if not frame.services and frame.service_options:
        each = [merge.performers(index, (item,)) or frozenset() for item in frame.service_options]
        able = frozenset().union(*each) or None
    bookish = frame.intent in (*BOOKISH, Intent.RESCHEDULE)
    mismatch = bookish and frame.staff is not None and able is not None and frame.staff not in able
    changed = bool(said - {"name", "cancel"}) and _differs(frame, state.slots)
    return replace(
        frame,
        said=frozenset(said),
        guessed=frozenset(guessed),
        staff_mismatch=mismatch and frame.intent in BOOKISH,
        confirmed=verdict.confirmed and not changed and not _for_another(frame, read),
        past=bookish and checks.is_past(frame.day, frame.time, now),
        invalid_date=frame.day.invalid,
        outside_hours=bookish
        and not frame.day.past
        and checks.outside_hours(frame.day, frame.time, salon),
    )


def _for_another(frame: Frame, read: Reading) -> bool:
    """«и подругу запишите» to «Записать вас?» agrees to more than was proposed."""
    return frame.intent is Intent.BOOK and bool(read.people.relations) and frame.people != 1


def _picked_day(read: Reading, state: DialogueState) -> bool:
    return read.answer.index is not None and any(o.kind == "day" for o in state.options)


def _differs(frame: Frame, slots: Slots) -> bool:
    return (
        (frame.day.given and frame.day != slots.day)
        or (frame.time.given and frame.time != slots.time)
        or (frame.services != slots.services and bool(frame.services))
        or (frame.staff != slots.staff and frame.staff is not None)
    )


def clarify(frame: Frame, heard: Heard) -> tuple[Slot, ...]:
    """What would have to be asked before anything could be done."""
    out: list[Slot] = []
    if frame.intent in BOOKISH and not frame.add_to_booking:
        if not frame.services or frame.service_options:
            out.append(Slot.SERVICE)
        if (
            frame.day.any_of
            or frame.day.invalid
            or (frame.past and frame.day.past and not frame.time.at)
        ) or (not frame.day.given and not frame.asap and frame.intent is Intent.BOOK):
            out.append(Slot.DATE)
        if (
            frame.past
            or frame.outside_hours
            or (not frame.time.given and not frame.asap and frame.intent is Intent.BOOK)
        ):
            out.append(Slot.TIME)
        if (
            frame.staff_unknown
            or frame.staff_mismatch
            or (frame.staff_options and not frame.staff_any)
        ):
            out.append(Slot.STAFF)
    if frame.intent is Intent.RESCHEDULE:
        if frame.booking_options:
            out.append(Slot.BOOKING)
        if (
            not frame.day.given
            and not frame.time.given
            and not frame.staff
            and not frame.no_booking
        ):
            out.append(Slot.DATE)
        if frame.past or frame.outside_hours:
            out.append(Slot.TIME)
    if frame.intent is Intent.CANCEL and frame.booking_options:
        out.append(Slot.BOOKING)
    return tuple(dict.fromkeys(out))
