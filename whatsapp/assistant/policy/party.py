"""Who of several people has what done and when: «маме в 12, мне следом», «я, муж и сын, всех постричь». Pure.

Each is read by itself, by the words said of them; what was said once is said of all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import time

from whatsapp.assistant.dialogue import slots_of
from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy.comers import Said, of, people_in
from whatsapp.assistant.policy.refused import kept
from whatsapp.assistant.state import Asked, DialogueState, Slots, Task
from whatsapp.assistant.understand import morph, people
from whatsapp.assistant.understand.normalise import unify
from whatsapp.assistant.wishes import Person

_SEVERAL, MOST = 2, 3
_TURN = re.compile(
    r"\b(?:следом|подряд|по\s+очереди|друг\s+за\s+другом|один\s+за\s+другим|одна\s+за\s+другой"
    r"|сразу\s+(?:после|за)|потом|затем|после\s+(?:не[её]|него|них|мамы|сына|дочки|мужа|меня))\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"\b(?:одновременно|параллельно|вместе|рядом|в\s+одно\s+время)\b", re.I)
_WISHES = (Intent.BOOK, Intent.AVAILABILITY, Intent.OTHER)
_WOMENS, _MENS = "женскую", "мужскую"
_OPPOSITE = {"муж": _WOMENS, "парень": _WOMENS, "жених": _WOMENS, "жена": _MENS, "невеста": _MENS}

Reader = Callable[[Sequence[str]], Frame]


def each(
    frame: Frame,
    texts: Sequence[str],
    state: DialogueState,
    name: Callable[[], str | None],
    read: Reader,
) -> tuple[Frame, tuple[Slots, ...]]:
    """`frame` with the people who come, and what is arranged after it, on another day.

    `name`: what the client is called, asked for when it is needed.
    """
    if frame.intent not in _WISHES or frame.confirmed or frame.handoff or frame.noted:
        return frame, ()
    if frame.topic is Topic.QUESTION and not frame.said - {"people"}:
        return frame, ()  # «а если я приду с ребёнком, он подождёт?»
    if frame.guest_name is not None and frame.more and frame.day.given and "day" not in frame.said:
        return frame, ()  # a guest beside the client's own visit
    if frame.services and frame.said == {"people"} and state.asked is Asked.CONFIRM:
        return frame, ()  # «вместе с мужем придём» to a proposal: who has what is known
    if frame.people == 1:
        return frame, ()  # «ребёнок просто посидит»
    text = " ".join(texts)
    said = people_in(text)
    whose = said[0].who if said else None
    among = whose in {p.who for p in state.slots.party} or not said
    if state.task is Task.BOOK and state.slots.party and len(said) < _SEVERAL and among:
        if said and "time" in frame.said:
            return _at_another(frame, whose, state), ()  # «а мне лучше в 14»
        return _continued(frame, text, whose, state, name, read), ()
    if frame.people == len(said) + 1 and all(item.who for item in said):
        said.insert(0, Said(None, ""))  # «хотим с мужем»
    if not _SEVERAL <= len(said) <= MOST:
        return frame, ()
    said = [replace(item, one=read([of(item.who, item.words)])) for item in said]
    told, turn = all(map(_tells, said)), _TURN.search(text) is not None
    days = {item.one.day for item in said if item.one and "day" in item.one.said}
    on_days = told and len(days) == len(said)
    if not (frame.people == len(said) or (told and (turn or on_days or _differ(said)))):
        return frame, ()
    persons = [_person(item, frame, read) for item in said]
    persons = _by_hours(_by_kin(persons, frame), said, frame)
    persons = [_chosen(p, persons, text, name, read) for p in persons]
    if on_days:
        return _on_days(persons, [item.one for item in said if item.one is not None])
    if turn:
        behind = {item.who for item in said if _TURN.search(item.words)}
        persons.sort(key=lambda p: p.who in behind)
    if all(p.at is not None for p in persons):
        persons.sort(key=lambda p: p.at or time.max)
    elif sum(p.at is not None for p in persons) == 1:  # said once, of all
        persons = [replace(p, at=None) for p in persons]
    return _come(frame, persons, turn), ()


def _by_kin(persons: list[Person], frame: Frame) -> list[Person]:
    """«мужа и сына к Тимуру»: what they have done is told by who they are."""
    if any(p.services or p.options for p in persons) or len(frame.services) != len(persons):
        return persons
    return [replace(p, services=(s,)) for p, s in zip(persons, frame.services, strict=True)]


def _by_hours(persons: list[Person], said: list[Said], frame: Frame) -> list[Person]:
    """«сына на 10, мужа на 11»: an hour that by itself might be a day of the month."""
    hours = [
        next((t for t in frame.time.options if re.search(rf"\b{t.hour}\b", i.words)), None)
        for i in said
    ]
    if len(set(hours)) < len(said) or None in hours:
        return persons
    return [replace(p, at=at) for p, at in zip(persons, hours, strict=True)]


def _tells(item: Said) -> bool:
    one = item.one
    named = one is not None and bool(one.said & {"services", "time", "day", "staff"})
    return named or _TURN.search(item.words) is not None


def _differ(said: list[Said]) -> bool:
    """Hours or masters of their own."""
    ones = [item.one for item in said if item.one is not None]
    return len({o.time.at for o in ones}) > 1 or len({o.staff for o in ones}) == len(said) > 1


def _person(item: Said, frame: Frame, read: Reader) -> Person:
    """What this one has done: their own, else what was said for all."""
    one = said = item.one
    own = one is not None and "services" in one.said and bool(one.services or one.service_options)
    if not own:
        shared = ", ".join(w for w in frame.service_words.split(", ") if not people.relative(w))
        said = read([of(item.who, shared)]) if shared else None
    services = said.services if said is not None else ()
    options = said.service_options if said is not None and not services else ()
    words = said.service_words if said is not None else ""
    at = one.time.at if one is not None and "time" in one.said and one.time.exact else None
    staff = one.staff if one is not None and "staff" in one.said else None
    return Person(item.who, services, options, at, staff, words)


def _chosen(
    person: Person, party: Sequence[Person], text: str, name: Callable[[], str | None], read: Reader
) -> Person:
    """The client's own of several kinds: by the verb, the spouse, the name; a guess, so it is asked about."""
    if person.who is not None or not person.options:
        return person
    kind = _by_verb(text) or next((_OPPOSITE[p.who] for p in party if p.who in _OPPOSITE), "")
    kind = kind or _by_name(name())
    one = read([of(None, f"{kind} {person.words}")]) if kind else None
    if one is None or not set(one.services[:1]) & set(person.options):
        return person
    return replace(person, services=one.services[:1], options=())


def _by_verb(text: str) -> str:
    if re.search(r"\b(?:хотела|записалась|решила|думала|смогла)\b", text, re.IGNORECASE):
        return _WOMENS
    own = re.search(r"\b(?:хотел|записался|решил|думал|смог)\b", text, re.IGNORECASE)
    return _MENS if own else ""


def _by_name(name: str | None) -> str:
    first = (name or "").split()[:1]
    found = {r.gender for word in first for r in morph.readings(unify(word)) if "Name" in r.tags}
    return {"femn": _WOMENS, "masc": _MENS}.get(found.pop() or "", "") if len(found) == 1 else ""


def _come(frame: Frame, persons: list[Person], turn: bool) -> Frame:
    """Those people, together on one day."""
    open_ = next((p for p in persons if p.options), None)
    told = all(p.services or p.options for p in persons)
    resolved = tuple(s for p in persons for s in p.services) if told else ()  # else it is asked
    first = persons[0].at
    when = replace(frame.time, at=first, options=()) if first is not None else frame.time
    own = len({p.at for p in persons}) > 1
    if not own:
        persons = [replace(p, at=None) for p in persons]
    masters = {p.staff for p in persons if p.staff}
    if len(masters) == 1:  # said once, of all whom they serve
        persons = [replace(p, staff=None) for p in persons]
    staff = next(iter(masters), frame.staff) if len(masters) < _SEVERAL else None
    return replace(
        frame, intent=Intent.BOOK if frame.intent is Intent.OTHER else frame.intent,
        party=tuple(persons), in_turn=turn, people=len(persons), services=resolved,
        service_options=open_.options if open_ is not None else (), time=when, guest_name=None,
        staff=staff, staff_mismatch=False, clarify=(), topic=None, handoff=False,
        said=frame.said | {"people"},
    )  # fmt: skip


def _on_days(persons: list[Person], ones: list[Frame]) -> tuple[Frame, tuple[Slots, ...]]:
    """«мужу в пятницу, а мне в субботу»: one visit after the other."""
    found = [
        replace(
            one, intent=Intent.BOOK, services=p.services, service_options=p.options, people=None,
            guest_name=p.who, clarify=(),
        )
        for one, p in zip(ones, persons, strict=True)
    ]  # fmt: skip
    return found[0], tuple(slots_of(item, Slots()) for item in found[1:])


def _continued(
    frame: Frame,
    text: str,
    whose: str | None,
    state: DialogueState,
    name: Callable[[], str | None],
    read: Reader,
) -> Frame:
    """The same people: what is said now is the day, the hour, or what was still open of one of them.

    `whose`: of whom it is said, the client where nobody is named.
    """
    party, turn = state.slots.party, state.slots.in_turn
    if state.asked is Asked.CONFIRM and (_TOGETHER.search(text) or _TURN.search(text)):
        turn = _TOGETHER.search(text) is None
        again = replace(kept(frame, state), declined=False, said=frozenset({"people"}))
        same = tuple(replace(p, at=None) for p in party)
        return replace(_come(again, list(same), turn), parallel=not turn)
    if "people" in frame.said or frame.declined:
        return frame
    if "services" in frame.said:
        if all(p.services for p in party):
            party = tuple(_corrected(p, frame, read) if p.who == whose else p for p in party)
            if not {*frame.services} & {s for p in party for s in p.services}:
                return frame  # another wish
        settled = [_settled(p, frame, text, read) for p in party]
        party = tuple(_chosen(p, settled, text, name, read) for p in settled)
    if "time" in frame.said or frame.start is not None:
        party = _shifted(party, frame)
    came = _come(frame, list(party), turn)
    return replace(came, said=frame.said)


def _corrected(person: Person, frame: Frame, read: Reader) -> Person:
    """«мне мужскую», where a guess was made."""
    if not person.words:
        return person
    one = read([of(person.who, person.words)])
    could = {*one.service_options, *one.service_family}
    chosen = tuple(s for s in frame.services if s in could)[:1]
    return replace(person, services=chosen or person.services)


def _at_another(frame: Frame, whose: str | None, state: DialogueState) -> Frame:
    """One of them comes at another hour; the others as it was."""
    before, now = state.slots.time.at, frame.time.at
    party = [replace(p, at=now if p.who == whose else p.at or before) for p in state.slots.party]
    party.sort(key=lambda p: p.at or time.max)
    return replace(_come(frame, party, turn=False), said=frame.said)


def _settled(person: Person, frame: Frame, text: str, read: Reader) -> Person:
    if person.services:
        return person
    if person.options:
        chosen = tuple(s for s in frame.services if s in person.options)[:1]
        return replace(person, services=chosen, options=() if chosen else person.options)
    one = read([of(person.who, frame.service_words or text)])
    options = () if one.services else one.service_options
    return replace(person, services=one.services[:1], options=options, words=one.service_words)


def _shifted(party: tuple[Person, ...], frame: Frame) -> tuple[Person, ...]:
    """Another hour is the first one's; the others come in turn behind."""
    if frame.time.at is None or party[0].at is None:
        return party
    if frame.time.at == party[0].at:
        return party
    return (replace(party[0], at=None), *(replace(p, at=None) for p in party[1:]))
