"""Another service or another master for a visit that exists: how it is said, and what it becomes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from whatsapp.assistant.decisions import (
    AlreadyBooked,
    Ask,
    AskCancelOrMove,
    FindSlots,
    HandOver,
    Purpose,
    VisitWish,
    Why,
    Wish,
)
from whatsapp.assistant.frame import Change, Frame, Intent, Slot, Topic
from whatsapp.assistant.policy.said import CIRCUMSTANCES
from whatsapp.assistant.policy.who_comes import WHOM
from whatsapp.assistant.policy.wishes import MAX_OPTIONS, kinds_of, performers_of
from whatsapp.assistant.state import DialogueState, PendingBook, PendingMove, Slots, Task
from whatsapp.assistant.told import BookElsewhere
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import morph
from whatsapp.assistant.understand.catalogue import catalogue
from whatsapp.assistant.wishes import DayWish, TimeWish

# Words that may be about a visit the client has: worth looking it up.
_SPOKEN = re.compile(
    r"\b(вместо|(по|за|с)мен(я|и)\w*|измени\w*|переду?мал\w*|перезапи\w*|переписа\w*|перепиши\w*"
    r"|добав\w*|дополн\w*|заодно|убер\w*|убрать|исключи\w*|остав\w* только)\b"
    r"|\b(ещё|еще) и\b|\bв (тот|этот) же день\b|\bдруг(ой|ому|ого|им) мастер|\bвместе с (ней|ним|этим)\b",
    re.IGNORECASE,
)
_ADD = re.compile(
    r"\b(добав\w*|дополн\w*|заодно)\b|\b(ещё|еще) и\b|\bв (тот|этот) же день\b|\bвместе с (ней|ним|этим)\b",
    re.IGNORECASE,
)
_DROP = re.compile(r"\b(убер\w*|убрать|исключи\w*)\b", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(вместо|(по|за|с)мен(я|и)\w*|измени\w*)\b", re.IGNORECASE)
_VERB = r"(давай(те)?|хочу|хотел\w*|можно|лучше|сделай(те)?|запиши(те)?|постав(ь|ьте)|нужн\w+)"
_OLD_FIRST = re.compile(
    rf"\bвместо\s+(?P<old>.+?)[\s,—-]+{_VERB}\s+(бы\s+)?(на\s+)?(?P<new>.+)$", re.IGNORECASE
)
_INSTEAD_OF_IT = re.compile(r"\bвместо\s+(?:этого|него|не[её]|этой|того)\b", re.IGNORECASE)
_NEW_FIRST = re.compile(r"^(?P<new>.+?)[\s,]+(а не|вместо)\s+(?P<old>.+)$", re.IGNORECASE)
_WHICH_SERVICE = re.compile(
    r"\b((по|за|с)мен(я|и)\w*|измени\w*|друг(ую|ой|ая))\s+(\w+\s+)?(услуг|процедур)", re.IGNORECASE
)
_WISHES = (Intent.BOOK, Intent.AVAILABILITY, Intent.LIST, Intent.OTHER)


def concerns_visit(texts: Sequence[str], state: DialogueState) -> bool:
    """True when no new visit is being arranged and the words may be about one that exists."""
    if isinstance(state.pending, PendingMove):
        return bool(_SPOKEN.search(" ".join(texts)))
    busy = state.pending is not None or state.slots.day.given or bool(state.options)
    idle = state.task in (Task.NONE, Task.BOOK) and not busy
    return idle and bool(_SPOKEN.search(" ".join(texts)))


def heard(
    frame: Frame,
    texts: Sequence[str],
    state: DialogueState,
    salon: SalonView,
    context: Context,
    read: Callable[[Sequence[str]], Frame],
) -> Frame:
    """`frame` with what it asks to change of the client's visits; as it is when they have none."""
    text, visits = CIRCUMSTANCES.sub(" ", " ".join(texts)), context.upcoming or ()
    if isinstance(state.pending, PendingBook) or context.upcoming == ():
        return replace(frame, add_to_booking=False)  # to the visit that is being arranged
    # «и подругу тоже» is her own visit
    theirs = WHOM.search(text) or state.last_record in dict(state.guests)
    one_more = frame.add_to_booking and not theirs
    spoken = concerns_visit(texts, state) or one_more
    if visits and spoken and (swapped := _swapped(frame, text, visits, salon, read)) is not None:
        return swapped
    if frame.dropped and frame.intent is Intent.CANCEL and not _INSTEAD.search(text):
        own = [v for v in visits if v.id == frame.booking]
        part = replace(frame, services=frame.dropped, day=DayWish(), time=TimeWish(), staff=None)
        return replace(_for(part, own), change=Change.DROP, service_options=())
    if frame.intent is Intent.RESCHEDULE and frame.unknown_service and _INSTEAD.search(text):
        return replace(_for(frame, visits), change=Change.SWAP, services=(), service_options=())
    if frame.intent is Intent.RESCHEDULE and frame.change_service:
        change = Change.DROP if _DROP.search(text) and not frame.given_up else Change.SWAP
        return replace(frame, change=change)
    if not visits or not spoken:
        return frame
    if _DROP.search(text) and frame.services:
        named = _parts(frame.services, salon)
        holding = [v for v in visits if named & set(v.services)]
        return replace(_for(frame, holding), change=Change.DROP) if holding else frame
    if frame.add_to_booking or (_ADD.search(text) and frame.intent in _WISHES):
        return _adding(frame, visits, text)
    if frame.intent is Intent.BOOK and frame.staff and not frame.services and _INSTEAD.search(text):
        able = [v for v in visits if frame.staff in performers_of(salon, v.services)]
        return _for(frame, [v for v in able if v.staff != frame.staff])
    if _WHICH_SERVICE.search(text) and frame.intent in (*_WISHES, Intent.RESCHEDULE):
        return replace(_for(frame, visits), change=Change.SWAP)
    if frame.intent is Intent.CANCEL and _INSTEAD.search(text):
        return replace(_for(frame, visits), change=Change.SWAP)
    return frame


def _swapped(
    frame: Frame,
    text: str,
    visits: Sequence[UpcomingBooking],
    salon: SalonView,
    read: Callable[[Sequence[str]], Frame],
) -> Frame | None:
    """«вместо бороды давайте педикюр в субботу»: the one half names the visit, the other its future."""
    it = _INSTEAD_OF_IT.search(text)
    found = _OLD_FIRST.search(text) or _NEW_FIRST.search(text)
    if it is not None:
        old, new = read([text[: it.start()]]), read([text[it.end() :]])
    elif found is not None:
        old, new = read([found["old"]]), read([found["new"]])
    else:
        return None
    named = _parts((*old.services, *old.service_options, *old.service_family), salon)
    if it is not None and not named and len(visits) == 1:
        named = set(visits[0].services)
    if not (new.services or new.service_options or new.unknown_service):
        return None
    holding = [v for v in visits if named & set(v.services)]
    if "day" in old.said:
        holding = [v for v in holding if old.day.admits(v.start.astimezone(salon.zone).date())]
    if not holding:
        return None
    timed = new.said & {"day", "time"}
    meant = replace(
        new if timed else frame,
        services=new.services, service_options=new.service_options, service_words=new.service_words,
        unknown_service=new.unknown_service, unknown_more=new.unknown_more,
        staff=new.staff, staff_any=new.staff_any,
        given_up=tuple(sorted(named)), change=Change.SWAP,
        day=new.day if timed else DayWish(), time=new.time if timed else TimeWish(),
        past=new.past, outside_hours=new.outside_hours,
    )  # fmt: skip
    return _for(meant, holding)


def _adding(frame: Frame, visits: Sequence[UpcomingBooking], text: str) -> Frame:
    """«а можно в пятницу ещё и бороду?»: to the visit of that day, the only one where no day is said."""
    if not (frame.services or frame.service_options):
        return frame
    that_day = [v for v in visits if not frame.day.on or v.start.date() == frame.day.on]
    if not that_day or ("time" in frame.said and not frame.add_to_booking):
        return replace(frame, add_to_booking=False)
    return replace(_for(frame, that_day), change=Change.ADD, day=DayWish(), time=TimeWish())


def _for(frame: Frame, visits: Sequence[UpcomingBooking]) -> Frame:
    """The frame as a change of one of `visits`."""
    ids = tuple(v.id for v in visits)
    if not ids:
        return frame
    booking = frame.booking if frame.booking in ids else ids[0] if len(ids) == 1 else None
    options = () if booking else ids
    return replace(
        frame, intent=Intent.RESCHEDULE, booking=booking, booking_options=options,
        booking_mismatch=False, no_booking=False, add_to_booking=False, also=(), topic=None,
    )  # fmt: skip


def services_after(
    frame: Frame, slots: Slots, own: UpcomingBooking, salon: SalonView
) -> tuple[str, ...] | Ask | AlreadyBooked | AskCancelOrMove | BookElsewhere:
    """What is to be done at `own` from now on, or what stands in the way."""
    if slots.change is Change.NONE:
        return own.services
    if frame.service_options and not slots.services:
        options = frame.service_options[:MAX_OPTIONS]
        return Ask(Slot.SERVICE, Why.AMBIGUOUS, options, moving=True)
    given_up, new = _parts(slots.given_up, salon) & set(own.services), slots.services
    if not new and given_up and not frame.unknown_service:
        new = _akin(given_up, salon)  # «вместо маникюра без покрытия давайте с покрытием»
        if len(new) > 1:
            return Ask(Slot.SERVICE, Why.AMBIGUOUS, new[:MAX_OPTIONS], moving=True)
    if not new:
        groups = kinds_of(salon, None)[:4]
        why = Why.UNKNOWN_SERVICE if frame.unknown_service else Why.MISSING
        first = tuple(g[0] for g in groups)
        return Ask(Slot.SERVICE, why, first, groups, word=frame.unknown_service or "", moving=True)
    if slots.change is Change.ADD:
        given_up = {s for s in own.services if any(_instead(n, s, salon) for n in new)}
    if slots.change is Change.DROP:
        given_up, new = _parts(new, salon) & set(own.services), ()
    # Nothing of it named: all that was to be done gives way.
    keeps = slots.change is not Change.SWAP or bool(given_up)
    left = tuple(s for s in own.services if s not in given_up) if keeps else ()
    after = tuple(dict.fromkeys((*left, *new)))
    if not after:
        return AskCancelOrMove(own.id)
    if set(after) == set(own.services):
        return AlreadyBooked(own.id)
    elsewhere = next((s for i in new if (s := salon.service(i)) and s.elsewhere), None)
    if elsewhere is not None and elsewhere.elsewhere is not None:
        return BookElsewhere(elsewhere.elsewhere, (elsewhere.id,))
    return after


def _instead(new: str, old: str, salon: SalonView) -> bool:
    """«добавьте покрытие» to a plain manicure is the other manicure, not a second one."""
    known = {p.id: p for p in catalogue(salon).profiles}
    a, b = known.get(new), known.get(old)
    if a is None or b is None or new == old or a.composite or b.composite:
        return False
    akin = bool(a.heads) and a.heads == b.heads and a.audience == b.audience
    return akin and _noun(new, salon) == _noun(old, salon) != ""


def _noun(service: str, salon: SalonView) -> str:
    """«маникюр» of «Маникюр с покрытием», «дизайн» of «Дизайн ногтей»."""
    found = salon.service(service)
    words = re.findall(r"[а-яё]+", found.title.lower()) if found is not None else []
    return next((w for w in words if any(r.pos == "NOUN" for r in morph.readings(w)[:1])), "")


def _akin(given_up: set[str], salon: SalonView) -> tuple[str, ...]:
    """Other services of the same kind."""
    kinds = (group for group in kinds_of(salon, None) if given_up & set(group))
    return tuple(s for group in kinds for s in group if s not in given_up)


def _parts(ids: tuple[str, ...], salon: SalonView) -> set[str]:
    """With the parts of sets: a visit in the journal holds those."""
    known = (salon.service(item) for item in ids)
    return {*ids, *(part for s in known if s is not None for part in s.composite_of)}


def beside(
    own: UpcomingBooking, added: tuple[str, ...], staff: str | None, salon: SalonView
) -> FindSlots | HandOver:
    """What nobody can do in one visit: a visit of its own, as soon as `own` is over."""
    able = performers_of(salon, added)
    if not able:
        return HandOver(Topic.GROUP)
    start = own.start.astimezone(salon.zone)
    seconds = own.duration_seconds or length(salon, own.services, own.staff)
    ends = start + timedelta(seconds=seconds)
    wish = Wish(
        visits=(VisitWish(added, staff if staff in able else None),),
        day=DayWish(on=start.date()),
        time=TimeWish(start=ends.time().replace(tzinfo=None), early=True),
        beside=(start, ends),
    )
    return FindSlots(wish, Purpose.BOOK)


def length(salon: SalonView, services: tuple[str, ...], staff: str | None) -> int:
    """Seconds of one visit, an hour where the catalogue is silent."""
    return sum(_length(salon, service, staff) for service in services) or 3600


def _length(salon: SalonView, service: str, staff: str | None) -> int:
    found = salon.service(service)
    offer = found.staff.get(staff) if found is not None and staff else None
    own = offer.duration_seconds if offer is not None else None
    return own or (found.duration_seconds if found is not None else None) or 0


def same_terms(salon: SalonView, services: tuple[str, ...], one: str | None, two: str) -> bool:
    """Both masters ask the same price and time: nothing is left for the client to be asked about."""

    def terms(staff: str | None) -> list[tuple[int | None, int]]:
        offers = [s.staff.get(staff or "") if (s := salon.service(i)) else None for i in services]
        return [
            (offer.price if offer else None, _length(salon, item, staff))
            for offer, item in zip(offers, services, strict=True)
        ]

    return terms(one) == terms(two)
