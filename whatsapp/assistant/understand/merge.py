"""What the message names joined with what the dialogue already has: services and masters."""

from __future__ import annotations

from dataclasses import dataclass

from whatsapp.assistant.state import Asked, DialogueState, Slots
from whatsapp.assistant.types import Context, SalonView
from whatsapp.assistant.understand import choices, staff_index, variants
from whatsapp.assistant.understand.answers import Answer, position
from whatsapp.assistant.understand.catalogue import Catalogue, Profile
from whatsapp.assistant.understand.mention import Mention
from whatsapp.assistant.understand.services import ServiceReading
from whatsapp.assistant.understand.staff import StaffReading


@dataclass(frozen=True, slots=True)
class Services:
    chosen: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    words: str = ""
    guessed: bool = False
    said: bool = False


@dataclass(frozen=True, slots=True)
class Staff:
    id: str | None = None
    options: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    left: str | None = None
    any: bool = False
    said: bool = False
    same: bool = False
    unknown: str | None = None
    guessed: bool = False
    akin: tuple[str, ...] = ()  # others who answer to the name that was said


def performers(index: Catalogue, services: tuple[str, ...]) -> frozenset[str] | None:
    """Masters who do all of `services`; None when the catalogue does not say."""
    found: frozenset[str] | None = None
    for service in services:
        profile = index.get(service)
        if profile is None or not profile.staff:
            continue
        found = profile.staff if found is None else found & profile.staff
    return found


def merge_staff(
    reading: StaffReading,
    salon: SalonView,
    state: DialogueState,
    context: Context,
    answer: Answer,
    *,
    moving: bool,
    asking: bool,
) -> Staff:
    """The master meant now; inherited ones are added by the caller."""
    positive = [m for m in reading.mentions if not m.rejected]
    left = [m for m in positive if m.left]
    if left and (len(positive) > 1 or moving) and left[0].options:
        positive = [m for m in positive if m is not left[0]]
    else:
        left = []
    own = {v.staff for v in context.upcoming or ()}
    apart = moving and not left and not reading.either and len(positive) == 2
    if apart and own & set(positive[0].options):
        left, positive = positive[:1], positive[1:]  # «запись к Кате перебросьте к Ане»
    exclude = tuple(i for m in reading.mentions if m.rejected for i in m.options)
    if reading.another and state.slots.staff:
        exclude = (*exclude, state.slots.staff)
    named = tuple(dict.fromkeys(i for m in positive for i in m.options))
    source = left[0].options[0] if left else None
    common = {"exclude": exclude, "named": named, "left": source, "same": reading.same}
    offered = tuple(o.value for o in state.options if o.kind == "staff")
    if not positive and offered:
        chosen = _from_options(offered, reading, salon, answer)
        if chosen is not None:
            return Staff(id=chosen, said=True, **common)  # type: ignore[arg-type]  # one dict for all
    if len(named) == 1:
        exact = all(m.exact for m in positive)
        akin = tuple(i for m in positive for i in m.akin)
        return Staff(id=named[0], said=True, guessed=not exact, akin=akin, **common)  # type: ignore[arg-type]
    if reading.in_order and not moving:
        return Staff(options=reading.in_order, any=True, said=True, **common)  # type: ignore[arg-type]
    if len(named) > 1:
        narrowed = tuple(i for i in named if i in offered) if offered else ()
        if len(narrowed) == 1:
            return Staff(id=narrowed[0], said=True, **common)  # type: ignore[arg-type]
        return Staff(options=named, said=True, **common)  # type: ignore[arg-type]
    if (reading.pronoun and asking) or reading.to_pronoun:
        focus = state.slots.staff or state.focus.staff
        if focus:
            return Staff(id=focus, said=True, **common)  # type: ignore[arg-type]
    if reading.same and context.last_visit is not None and context.last_visit.staff:
        return Staff(id=context.last_visit.staff, said=True, **common)  # type: ignore[arg-type]
    if reading.gender and state.slots.staff_options:
        match = [
            i for i in state.slots.staff_options if staff_index.gender(salon, i) == reading.gender
        ]
        if len(match) == 1:
            return Staff(id=match[0], said=True, **common)  # type: ignore[arg-type]
    if reading.gender:
        usual = context.habits.staff
        everyone = sorted((s.id for s in salon.staff), key=lambda i: i != usual)
        wanted = tuple(i for i in everyone if staff_index.gender(salon, i) == reading.gender)
        return Staff(options=wanted, any=True, said=True, **common)  # type: ignore[arg-type]
    of_time = reading.vague and state.asked in (Asked.TIME, Asked.DAY)
    any_one = (
        (reading.any and not of_time)
        or reading.another
        or (state.asked is Asked.STAFF and answer.whatever)
    )
    return Staff(
        any=any_one,
        said=any_one or bool(exclude),
        unknown=reading.unknown,
        **common,  # type: ignore[arg-type]
    )


def _from_options(
    offered: tuple[str, ...], reading: StaffReading, salon: SalonView, answer: Answer
) -> str | None:
    if reading.gender:
        match = [i for i in offered if staff_index.gender(salon, i) == reading.gender]
        if len(match) == 1:
            return match[0]
    at = position(answer.index, len(offered))
    if at is not None:
        return offered[at]
    return offered[0] if len(offered) == 1 and (answer.yes or answer.heart) else None


def merge_services(
    reading: ServiceReading,
    index: Catalogue,
    slots: Slots,
    state: DialogueState,
    context: Context,
    answer: Answer,
    staff: Staff,
    *,
    adds: bool,
    usual: bool,
) -> Services:
    """The services meant now, chosen with the help of the master and of what was offered."""
    shown = [o for o in state.options if o.kind == "service"]
    offered = tuple(i for o in shown if len(o.services) < 2 for i in (o.value,))
    at = position(answer.index, len(shown))
    if not reading.mentions and reading.size.given and (shown or slots.service_options):
        among = [p for i in offered or slots.service_options if (p := index.get(i)) is not None]
        sized = reading.size.among(among)
        if len(sized) == 1:
            return Services(chosen=(sized[0].id,), said=True)
    told = choices.settled(
        reading.choice, reading.mentions, offered or slots.service_options, index
    )
    if told:
        return Services(chosen=told, said=True)
    longer = variants.of_length(reading, slots, index) if not shown else None
    if longer is not None:
        return Services(chosen=(longer,), said=True)
    if not reading.wanted and at is not None:
        group = shown[at].services or (shown[at].value,)
        if len(group) == 1:
            return Services(chosen=group, said=True)
        return Services(options=group, family=group, said=True)
    masters = frozenset((staff.id,)) if staff.id else frozenset(staff.options)
    if not masters and adds and state.focus.staff:
        masters = frozenset((state.focus.staff,))  # «и снятие допишите»: to the visit spoken of
    chosen: list[str] = []
    options: tuple[str, ...] = ()
    family: list[str] = []
    guessed = False
    unsettled: list[Mention] = []
    usual_ones = context.last_visit.services if context.last_visit and usual else ()
    for mention in reading.wanted:
        talked = slots.services[:1] if len(slots.services) == 1 else ()
        picked, sure = _pick(mention, index, masters, offered or slots.service_options, talked)
        spoken = [i for i in slots.services if i in mention.options]
        if picked is None and len(spoken) == 1:
            picked, sure = spoken[0], True  # «а только стрижку?» of a man's with a beard
        again = [i for i in usual_ones if i in (*mention.options, *mention.family)]
        if picked is None and len(again) == 1:
            picked, sure = again[0], True  # «ресницы как в прошлый раз»
        family.extend(mention.family or mention.options)
        if picked is None:
            unsettled.append(mention)
        elif picked not in chosen:
            chosen.append(picked)
            guessed = guessed or not sure
    for mention in unsettled:
        with_what = chosen or (slots.services if adds else ()) or reading.added_to
        together = _by_company(mention, list(with_what), index)
        if together is None:
            options = options or mention.options
        elif together not in chosen:
            chosen.append(together)
            guessed = True
    words = ", ".join(dict.fromkeys(m.words for m in reading.wanted))
    last = usual_ones
    if not reading.wanted:
        refused = {m.chosen for m in reading.mentions}
        if refused:
            kept = variants.without(slots.services or last, refused, index)
            return Services(chosen=kept, words=slots.service_words, said=True)
        if last:
            return Services(chosen=variants.plainer(last, reading.bare, index), said=True)
        theirs = [i for i in slots.service_options if _does(i, staff.id, index)]
        if staff.id and not slots.services and len(theirs) == 1:
            return Services(
                chosen=(theirs[0],), words=slots.service_words
            )  # «к мужчине»: men's alone
        return Services(
            variants.plainer(slots.services, reading.bare, index),
            slots.service_options,
            words=slots.service_words,
            guessed="services" in slots.guessed,
        )
    for known in (slots.services, last):
        if (
            len(known) == 1
            and (profile := index.get(known[0]))
            and profile.parts == frozenset(chosen)
        ) and profile.parts:
            chosen = [profile.id]
    if state.asked is Asked.SERVICE and len(reading.wanted) == 1 and reading.wanted[0].joined:
        # «вместе с бородой» of a haircut that was asked about
        sets = [p for p in index.profiles if p.composite and not p.party and set(chosen) < p.parts]
        chosen = [sets[0].id] if chosen and len(sets) == 1 else chosen
    among_offered = bool(slots.service_options) and set(chosen) <= set(slots.service_options)
    if among_offered and slots.services and not options:
        # the grown-up's haircut chosen beside the child's: the client's own visit comes first
        chosen = list(dict.fromkeys([*chosen, *slots.services]))
    elif adds and slots.services:
        # «с покрытием тоже можно?» is another kind of the same, not one more
        found = [p for i in chosen if (p := index.get(i)) is not None]
        kinds = [p.heads for p in found if not _extra(p)]
        others = [i for i in slots.services if (p := index.get(i)) is None or p.heads not in kinds]
        held = {part for i in others if (p := index.get(i)) is not None for part in p.parts}
        chosen = [i for i in chosen if i not in held]  # «с бородой» of a set that has it
        chosen = list(dict.fromkeys([*others, *chosen]))
    return Services(tuple(chosen), options, tuple(dict.fromkeys(family)), words, guessed, said=True)


def _does(service: str, master: str | None, index: Catalogue) -> bool:
    profile = index.get(service)
    return profile is not None and (not profile.staff or master in profile.staff)


def _extra(p: Profile) -> bool:
    """«Дизайн ногтей», «Укрепление ногтей»: done beside a manicure, never instead of it."""
    named = any(word.startswith(("маник", "педик")) for word in p.words)
    return p.heads == {"manicure"} and bool(p.mods) and not named


def _by_company(mention: Mention, chosen: list[str], index: Catalogue) -> str | None:
    """«наращивание» beside «маникюр» is the nails': the only one whose masters do the other as well."""
    able = performers(index, tuple(chosen)) if chosen else None
    found = [i for i in mention.options if able and (p := index.get(i)) and p.staff & able]
    return found[0] if len(found) == 1 and len(found) < len(mention.options) else None


def _pick(
    mention: Mention,
    index: Catalogue,
    masters: frozenset[str],
    offered: tuple[str, ...],
    known: tuple[str, ...],
) -> tuple[str | None, bool]:
    """(service, sure). The master narrows namesake services; so do the options we offered.

    `known`: the service under discussion, so that «с покрытием» after a pedicure is a pedicure's.
    """
    candidates = [i for i in mention.options if i in offered] or list(mention.options)
    heads = {h for i in known if (p := index.get(i)) for h in p.heads}
    same = [i for i in candidates if i in known]
    if mention.chosen is None and len(same) == 1:
        return same[0], True  # «только стрижка» of a woman's: still hers
    akin = [i for i in candidates if (p := index.get(i)) and p.heads & heads and i not in known]
    if mention.chosen is None and len(candidates) > 1 and len(akin) == 1:
        return akin[0], True
    if len(candidates) == 1:
        return candidates[0], candidates[0] in offered or not mention.guessed
    able = []
    if masters:
        able = [i for i in candidates if (p := index.get(i)) and (not p.staff or p.staff & masters)]
    if len(able) == 1:
        return able[0], True
    if mention.chosen is not None and (not able or mention.chosen in able):
        return mention.chosen, not mention.guessed
    return None, False
