"""Others come than was said: «подруга передумала, только я», «это не мне, а маме», «и маме тоже». Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy.refused import kept
from whatsapp.assistant.state import Asked, DialogueState, PendingBook, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import morph
from whatsapp.assistant.wishes import DayWish, TimeWish

_ALONE = re.compile(
    r"\b(только|лишь)\s+(я|мне|меня)\b|\b(я|мне|меня|приду|буду|пойду)\s+(одна|один|одну|одной)\b"
    r"|\b(одна|один)\s+(приду|буду|пойду)\b",
    re.IGNORECASE,
)
KIN = (
    r"\b(?:(?:мам|пап|доч|сын|подруг|сестр|брат|баб[уш]|дед"
    r"|свекров|т[её]щ|реб[её]н|племян|коллег)\w*|муж[ау]?|жен[еуы])\b"
)
_NOT_ME = re.compile(
    r"\bне\s+(на\s+)?(мне|меня|я|для меня|себе|себя|для себя)\b|^\W*(ой\W+)?это\s+(для\s+)?" + KIN,
    re.IGNORECASE,
)
# Of what is booked already: «это будет для мамы», «запись на маму», «напишите, что это мужу».
_IS_FOR = re.compile(
    rf"\b(это|запись|она|визит)\b(\s+\w+){{0,2}}?\s+((для|на)\s+)?{KIN}|\bдля\s+{KIN}",
    re.IGNORECASE,
)
_MINE = r"(?:\s+мо[юеёяй]\w*)?"
_TOO = re.compile(
    rf"{KIN}{_MINE}\W+(тоже|также|рядом)\b|\b(тоже|также|рядом)\W+{KIN}"
    rf"|^\W*(да\W+)?((и|а|ещ[её])\W+)+(для\s+)?{KIN}",
    re.IGNORECASE,
)
_WITH = re.compile(
    rf"\bсо?\s+(?:\w+\s+)?(?:{KIN}|мужем|женой)\s*(?:прид[её]м|будем|вместе|$)"
    rf"|\bвместе\s+со?\s+(?:\w+\s+)?(?:{KIN}|мужем|женой)",
    re.IGNORECASE,
)
WHOM = re.compile(KIN, re.IGNORECASE)
# «можно вместо меня придёт брат?»
_IN_MY_PLACE = re.compile(
    rf"\bвместо\s+(меня|себя)\b[^.!?;]*{KIN}|{KIN}[^.!?;]*\bвместо\s+меня\b", re.IGNORECASE
)
# «не одна, с подругой, ей тоже педикюр» of the visit there is.
_ALONGSIDE = re.compile(rf"{KIN}[^.!?]{{0,20}}\b(?:ей|ему)\s+(?:тоже|также)\b", re.IGNORECASE)
_SAME_TIME = re.compile(
    r"\b(на|в|к)\s+(это|то)\s+же\s+(самое\s+)?врем\w+|\bодновременно\b", re.IGNORECASE
)
_CALLED = re.compile(r"\bзовут\b|\bимя\b", re.IGNORECASE)  # «её зовут Галина»
_I_AM = re.compile(r"^\W*(?:[Ээ]то\s+)?[Яя]\W+[А-ЯЁ][а-яё]+")
_WISHES = (Intent.BOOK, Intent.AVAILABILITY, Intent.LIST, Intent.OTHER)


def heard(frame: Frame, text: str, state: DialogueState) -> Frame | None:
    """The proposal for those who come now, to be asked about again; None when nothing is said of it."""
    pending = state.pending
    if state.asked is not Asked.CONFIRM or not isinstance(pending, PendingBook):
        return None
    own = next((visit for visit in pending.visits if visit.guest is None), None)
    if own is None:
        return None
    if len(pending.visits) > 1 and _ALONE.search(text):
        guest = None
    elif len(pending.visits) == 1 and _NOT_ME.search(text) and (kin := WHOM.search(text)):
        guest = frame.guest_name or morph.lemma(kin.group().lower())
    elif _WITH.search(text) and not frame.said & {"day", "time", "services", "staff"}:
        return _both(frame, state)
    else:
        return None
    return replace(
        kept(frame, state), services=own.services, staff=own.staff, people=1, parallel=False,
        guest_name=guest, said=frozenset({"people"}), guessed=frame.guessed | {"services"},
    )  # fmt: skip


def _both(frame: Frame, state: DialogueState) -> Frame:
    """«с мужем придём» to a proposal: for two, or each of its two services for one of them."""
    chosen = state.slots.staff if state.slots.staff_said else None
    return replace(
        kept(frame, state), people=2, staff=chosen, said=frozenset({"people"}),
        guessed=frame.guessed | {"services"},
    )  # fmt: skip


def proposed_again(frame: Frame, state: DialogueState) -> Frame:
    """What waits for «да», as it stands."""
    stays = replace(kept(frame, state), day=state.slots.day, staff=state.slots.staff)
    return replace(stays, said=frozenset(), guessed=frozenset({"day"}))


def concerns(texts: Sequence[str], state: DialogueState) -> bool:
    """True when a visit that exists has to be looked up to read these words."""
    text = " ".join(texts)
    if _IN_MY_PLACE.search(text) or (_ALONGSIDE.search(text) and _at_rest(state)):
        return True
    named = WHOM.search(text) or _CALLED.search(text) or _I_AM.search(text)
    return _after(state) and named is not None


def afterwards(
    frame: Frame, text: str, state: DialogueState, salon: SalonView, context: Context
) -> Frame | None:
    """What is said of the visit just booked: that it is another person's, or that one comes too."""
    if (replaced := _in_my_place(frame, text, salon, context)) is not None:
        return replaced
    if (together := _together(frame, text, state, salon, context)) is not None:
        return together
    own = next((v for v in context.upcoming or () if v.id == state.last_record), None)
    kin = WHOM.search(text)
    called = frame.guest_name if _CALLED.search(text) else None
    if own is not None and (named := _own_name(frame, own, state)) is not None:
        return named
    if own is None or not (kin or called) or not _after(state) or frame.intent not in _WISHES:
        return None
    same_time = _SAME_TIME.search(text) and not (frame.day.given or frame.time.given)
    if (frame.said & {"day", "time", "staff"} and not same_time) or frame.handoff:
        return None
    whom = morph.lemma(kin.group().lower()) if kin is not None else None
    guest = frame.guest_name or frame.client_name or whom
    if _TOO.search(text):
        return _with_me(frame, own, guest, salon)
    others = "services" in frame.said and not {*frame.services} <= {*own.services}
    if others or not (called or _NOT_ME.search(text) or _IS_FOR.search(text)):
        return None
    return _noted(frame, own, guest)


def _together(
    frame: Frame, text: str, state: DialogueState, salon: SalonView, context: Context
) -> Frame | None:
    """The guest of a visit there is, told with it: «приду с подругой, ей тоже педикюр»."""
    beside = _ALONGSIDE.search(text)
    if beside is None or not _at_rest(state) or (kin := WHOM.search(beside.group())) is None:
        return None
    visits = context.upcoming or ()
    known = [v for v in visits if v.id in (state.last_record, state.booking)] or list(visits)
    if len(known) != 1 or frame.intent not in (*_WISHES, Intent.CONFIRM_VISIT) or frame.declined:
        return None
    guest = frame.guest_name or morph.lemma(kin.group().lower())
    return _with_me(frame, known[0], guest, salon)


def _with_me(frame: Frame, own: UpcomingBooking, guest: str | None, salon: SalonView) -> Frame:
    """A visit of the guest's at the hour of the client's own, to be asked about."""
    start = own.start.astimezone(salon.zone)
    services = frame.services if "services" in frame.said else own.services
    return replace(
        frame, intent=Intent.BOOK, also=(), topic=None, services=tuple(dict.fromkeys(services)),
        service_options=(), staff=None, day=DayWish(on=start.date()), people=None, party=(),
        guest_name=guest, more=True,
        time=TimeWish(at=start.time().replace(tzinfo=None)), clarify=(), add_to_booking=False,
        guessed=frame.guessed | {"services", "day"}, confirmed=False,
    )  # fmt: skip


def _at_rest(state: DialogueState) -> bool:
    reminded = state.asked is Asked.ATTEND and state.task is not Task.BOOK and state.pending is None
    return state.idle or reminded


def _in_my_place(frame: Frame, text: str, salon: SalonView, context: Context) -> Frame | None:
    """«в субботу вместо меня придёт брат»: the visit of that day, or the only one, is his now."""
    instead = _IN_MY_PLACE.search(text)
    if instead is None or (kin := WHOM.search(instead.group())) is None:
        return None
    day = frame.day.on
    visits = [
        v
        for v in context.upcoming or ()
        if day is None or v.start.astimezone(salon.zone).date() == day
    ]
    if len(visits) != 1:
        return None
    return _noted(frame, visits[0], frame.guest_name or morph.lemma(kin.group().lower()))


def _noted(frame: Frame, own: UpcomingBooking, guest: str | None) -> Frame:
    return replace(
        frame, intent=Intent.OTHER, also=(), topic=None, booking=own.id, guest_name=guest,
        noted=True, clarify=(), declined=False, agreed=False, client_name=None,
    )  # fmt: skip


def _own_name(frame: Frame, own: UpcomingBooking, state: DialogueState) -> Frame | None:
    """«Меня зовут Ольга» once it is booked: whom the salon is to expect."""
    plain = frame.intent in (Intent.OTHER, Intent.GREETING) and not frame.handoff
    told = frame.client_name is not None and frame.guest_name is None and frame.said <= {"name"}
    if not (plain and told and _after(state)) or own.id in dict(state.guests):
        return None
    return replace(frame, intent=Intent.OTHER, also=(), topic=None, booking=own.id, noted=True)


def _after(state: DialogueState) -> bool:
    return state.idle and state.last_record is not None
