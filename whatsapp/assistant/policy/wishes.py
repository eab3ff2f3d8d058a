"""From what is known of a visit to the question still to be asked, or the wish to look for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import Ask, FindSlots, HandOver, Purpose, VisitWish, Why, Wish
from whatsapp.assistant.frame import Frame, Intent, Slot, Topic
from whatsapp.assistant.state import Asked, DialogueState, Slots, times_of
from whatsapp.assistant.told import AnswerStaff, BookElsewhere
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand.catalogue import catalogue
from whatsapp.assistant.understand.merge import performers
from whatsapp.assistant.wishes import Person

MAX_OPTIONS = 6
MAX_PARTY = 3


def performers_of(salon: SalonView, services: tuple[str, ...]) -> tuple[str, ...]:
    """Masters who do all of `services`, in the salon's order; everyone when the catalogue is silent."""
    able = performers(catalogue(salon), services)
    return tuple(s.id for s in salon.staff if able is None or s.id in able)


def kinds_of(
    salon: SalonView, staff: str | None, usual: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], ...]:
    """Services to name as examples, gathered by kind: all haircuts are one; those of `staff` if given.

    The client's `usual` services come first, each before others of its kind.
    """
    found: dict[frozenset[str], list[str]] = {}
    for profile in catalogue(salon).profiles:
        own = staff is None or not profile.staff or staff in profile.staff
        if own and not profile.composite and not profile.party:
            found.setdefault(profile.heads or frozenset((profile.id,)), []).append(profile.id)
    groups = [tuple(sorted(ids, key=lambda i: i not in usual)) for ids in found.values()]
    return tuple(sorted(groups, key=lambda ids: ids[0] not in usual))


def next_step(
    frame: Frame,
    state: DialogueState,
    salon: SalonView,
    now: datetime,
    usual: tuple[str, ...] = (),
) -> Ask | FindSlots | HandOver | BookElsewhere | AnswerStaff:
    """What stands between this wish and free time; `now` is aware, salon zone."""
    if (elsewhere := _elsewhere(frame, salon)) is not None:
        return elsewhere
    frame = _able(frame, salon)
    namesakes = _about_staff(frame, salon) if frame.staff_options and not frame.services else None
    unknown = frame.staff_unknown or (state.slots.staff_unknown if frame.staff is None else None)
    frame = replace(frame, staff_unknown=unknown)
    stranger = "staff" in frame.said and not (frame.services or frame.service_options)
    if frame.staff_unknown and stranger and not frame.unknown_service:
        namesakes = namesakes or _about_staff(frame, salon)
    question = namesakes or _about_service(frame, state, salon, usual)
    question = question or _about_staff(frame, salon)
    able = performers_of(salon, frame.services)
    if question is None and able and set(able) <= set(frame.exclude_staff):
        return AnswerStaff(frame.services)  # «к другому мастеру», and nobody else does it
    question = question or _about_day(frame, salon, now)
    if question is not None:
        return question
    visits = party(frame, salon)
    if visits is None:
        return HandOver(Topic.GROUP)
    wants = frame.intent is Intent.BOOK
    together = frame.one_master and len(visits) > 1 and _one_for_all(visits, salon)
    wish = Wish(
        visits=visits,
        day=frame.day,
        time=frame.time,
        windows=state.slots.windows,
        asap=frame.asap or (not frame.day.given and not wants),
        parallel=frame.parallel and not together,
        in_turn=frame.in_turn,
        one_master=together,
        again=frame.undoes,
        certain=wants
        and len(visits) == 1
        and not frame.day.each
        and not only_another_day(frame, state, now)
        and _certain(frame, state.slots, salon),
    )
    return FindSlots(wish, Purpose.BOOK if wants else Purpose.SHOW)


def _able(frame: Frame, salon: SalonView) -> Frame:
    """«стрижку к Александре»: of several services only those that she does are asked about."""
    if frame.staff is None or not frame.service_options:
        return frame
    own = tuple(i for i in frame.service_options if frame.staff in performers_of(salon, (i,)))
    if len(own) != 1:
        return replace(frame, service_options=own or frame.service_options)
    return replace(frame, services=own, service_options=(), guessed=frame.guessed | {"services"})


def _elsewhere(frame: Frame, salon: SalonView) -> BookElsewhere | None:
    """Said before the client has chosen a day and an hour in vain."""
    if salon.elsewhere is not None:
        return BookElsewhere(salon.elsewhere, frame.services)
    known = (salon.service(item) for item in frame.services)
    found = next((item for item in known if item is not None and item.elsewhere), None)
    if found is None or found.elsewhere is None:
        return None
    return BookElsewhere(found.elsewhere, (found.id,))


def _about_service(
    frame: Frame, state: DialogueState, salon: SalonView, usual: tuple[str, ...]
) -> Ask | None:
    if frame.service_options:
        whom = next((p.who or "" for p in frame.party if p.options), None)
        return Ask(Slot.SERVICE, Why.AMBIGUOUS, frame.service_options[:MAX_OPTIONS], whom=whom)
    if frame.services:
        return None
    if frame.unknown_service and not frame.unknown_more:
        groups = kinds_of(salon, frame.staff, usual)[:4]
        first = tuple(g[0] for g in groups)
        return Ask(Slot.SERVICE, Why.UNKNOWN_SERVICE, first, groups, word=frame.unknown_service)
    groups = kinds_of(salon, frame.staff, usual)[:4]
    # «как обычно» with the visits known would have brought their service; said once.
    new = frame.same_as_last and state.asked is not Asked.SERVICE
    why = Why.FIRST_VISIT if new else Why.MISSING
    return Ask(Slot.SERVICE, why, tuple(g[0] for g in groups), groups, staff=frame.staff)


def _about_staff(frame: Frame, salon: SalonView) -> Ask | None:
    able = performers_of(salon, frame.services) or performers_of(salon, frame.services[:1])
    able = tuple(i for i in able if i not in frame.exclude_staff)[:MAX_OPTIONS]
    if frame.staff_unknown:
        word = frame.staff_unknown
        return Ask(Slot.STAFF, Why.UNKNOWN_STAFF, able, word=word, services=frame.services)
    if frame.staff_mismatch and not (len(frame.services) > 1 and _partly(frame, salon)):
        return Ask(Slot.STAFF, Why.MISMATCH, able, services=frame.services, staff=frame.staff)
    if frame.staff_options and not frame.staff_any and frame.staff is None:
        return Ask(Slot.STAFF, Why.AMBIGUOUS, frame.staff_options)
    return None


def _partly(frame: Frame, salon: SalonView) -> bool:
    """The named master does at least one of several services."""
    return any(frame.staff in performers_of(salon, (service,)) for service in frame.services)


def _about_day(frame: Frame, salon: SalonView, now: datetime) -> Ask | None:
    day = frame.day
    if day.any_of:
        return Ask(Slot.DATE, Why.CONFLICT, tuple(d.isoformat() for d in day.any_of), day=day)
    if day.invalid:
        return Ask(Slot.DATE, Why.INVALID)
    if frame.past:
        slot = Slot.TIME if day.on == now.date() else Slot.DATE
        return Ask(slot, Why.PAST, day=day, time=frame.time)
    if frame.outside_hours:
        closed = day.on is not None and salon.hours_on(day.on) is None
        return Ask(Slot.DATE if closed else Slot.TIME, Why.CLOSED, day=day, time=frame.time)
    if not day.given and not frame.asap and frame.intent is Intent.BOOK:
        return Ask(Slot.DATE, Why.MISSING, services=frame.services, staff=frame.staff)
    return None


def party(frame: Frame, salon: SalonView) -> tuple[VisitWish, ...] | None:
    """Who has what done: one visit, several in a row, or one for each person; None = too much for us."""
    people, services = frame.people or 1, frame.services
    among = frame.staff_options if frame.staff is None else ()

    def wish(of: tuple[str, ...], guest: str | None = None) -> VisitWish:
        able = performers_of(salon, of)
        staff = frame.staff if frame.staff in able else None
        return VisitWish(of, staff, among, frame.exclude_staff, guest)

    if people > MAX_PARTY:
        return None
    if not all(p.services and performers_of(salon, p.services) for p in frame.party):
        return None  # nobody does all of it in one visit
    if frame.party:
        return tuple(
            replace(wish(p.services, p.who), at=p.at, staff=_own_master(p, frame, salon))
            for p in frame.party
        )
    if people > 1:
        if len(services) == people:
            groups = [(service,) for service in services]
        elif len(services) == 1:
            groups = [services] * people
        else:
            return None
        names = [None, *([frame.guest_name or "гость"] * (people - 1))]
        visits = tuple(wish(group, name) for group, name in zip(groups, names, strict=True))
        return _each_by_another(visits) if frame.parallel else visits
    at_once = frame.parallel and _several_masters(salon, services)
    if len(services) == 1 or (performers_of(salon, services) and not at_once):
        return (wish(services, frame.guest_name),)
    if len(services) > MAX_PARTY:
        return None
    visits = tuple(wish((service,), frame.guest_name) for service in services)
    return _each_by_another(visits) if frame.parallel else visits


def _one_for_all(visits: tuple[VisitWish, ...], salon: SalonView) -> bool:
    """«к одному мастеру»: somebody does all of it."""
    return bool(set.intersection(*(set(performers_of(salon, v.services)) for v in visits)))


def _each_by_another(visits: tuple[VisitWish, ...]) -> tuple[VisitWish, ...]:
    """Nobody does two things at one time: the master of the first of them is not asked for the others."""
    taken: set[str] = set()
    out = []
    for visit in visits:
        twice = visit.staff is not None and visit.staff in taken
        out.append(replace(visit, staff=None) if twice else visit)
        taken |= {visit.staff} if visit.staff else set()
    return tuple(out)


def _own_master(person: Person, frame: Frame, salon: SalonView) -> str | None:
    able = performers_of(salon, person.services)
    return next((s for s in (person.staff, frame.staff) if s in able), None)


def _several_masters(salon: SalonView, services: tuple[str, ...]) -> bool:
    """«в 4 руки»: a master for each of the services, the one beside the other."""
    able = [performers_of(salon, (service,)) for service in services]
    return all(able) and len({master for group in able for master in group}) >= len(services)


def only_another_day(frame: Frame, state: DialogueState, now: datetime) -> bool:
    """«нет, лучше в понедельник» to a proposal: its hour was not named for that day. `now`: salon zone."""
    if "day" not in frame.said or "time" in frame.said or frame.start is not None:
        return False
    proposed = {visit.start.astimezone(now.tzinfo).date() for visit in times_of(state.pending)}
    return state.slots.shown and frame.day.on not in proposed


def _certain(frame: Frame, slots: Slots, salon: SalonView) -> bool:
    """Everything was said exactly, so a confirmation would only be a delay."""
    if frame.day.on is None or frame.time.at is None:
        return False
    if frame.start is not None or slots.shown:
        # «ой, сегодня заболела» names a day too, and is no wish for it: what was not read is asked about.
        passing = frame.start is None and frame.unread > 0
        return not passing and not frame.time.approx and not {"day", "time"} & frame.guessed
    if frame.guessed or not frame.time.exact:
        return False
    if frame.staff_any and len(frame.staff_named) > 1:
        return False  # «к Кате, если занята — к Ане»: whose chair it became is asked
    chosen = frame.staff is not None and slots.staff_said
    return chosen or frame.staff_any or len(performers_of(salon, frame.services)) == 1
