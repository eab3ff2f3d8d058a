"""Others come than was said: «подруга передумала, только я», «это не мне, а маме», «и маме тоже». Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy.refused import kept
from whatsapp.assistant.state import Asked, DialogueState, PendingBook, Task
from whatsapp.assistant.types import Context, SalonView
from whatsapp.assistant.understand import morph
from whatsapp.assistant.wishes import DayWish, TimeWish

_ALONE = re.compile(
    r"\b(только|лишь)\s+(я|мне|меня)\b|\b(я|мне|меня|приду|буду|пойду)\s+(одна|один|одну|одной)\b"
    r"|\b(одна|один)\s+(приду|буду|пойду)\b",
    re.IGNORECASE,
)
_KIN = (
    r"\b(?:(?:мам|пап|доч|сын|подруг|сестр|брат|баб[уш]|дед"
    r"|свекров|т[её]щ|реб[её]н|племян|коллег)\w*|муж[ау]?|жен[еуы])\b"
)
_NOT_ME = re.compile(
    r"\bне\s+(на\s+)?(мне|меня|я|для меня|себе|себя|для себя)\b|^\W*(ой\W+)?это\s+(для\s+)?" + _KIN,
    re.IGNORECASE,
)
# Of what is booked already: «это будет для мамы», «запись на маму», «напишите, что это мужу».
_IS_FOR = re.compile(
    rf"\b(это|запись|она|визит)\b(\s+\w+){{0,2}}?\s+((для|на)\s+)?{_KIN}|\bдля\s+{_KIN}",
    re.IGNORECASE,
)
_TOO = re.compile(
    rf"{_KIN}\W+(тоже|также|рядом)\b|\b(тоже|также|рядом)\W+{_KIN}|^\W*(да\W+)?(и|ещ[её])\W+(для\s+)?{_KIN}",
    re.IGNORECASE,
)
_WHOM = re.compile(_KIN, re.IGNORECASE)
_CALLED = re.compile(r"\bзовут\b|\bимя\b", re.IGNORECASE)  # «её зовут Галина»
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
    elif len(pending.visits) == 1 and _NOT_ME.search(text) and (kin := _WHOM.search(text)):
        guest = frame.guest_name or morph.lemma(kin.group().lower())
    else:
        return None
    return replace(
        kept(frame, state), services=own.services, staff=own.staff, people=1, parallel=False,
        guest_name=guest, said=frozenset({"people"}), guessed=frame.guessed | {"services"},
    )  # fmt: skip


def concerns(texts: Sequence[str], state: DialogueState) -> bool:
    """True when the visit that was just booked has to be looked up to read these words."""
    text = " ".join(texts)
    return _after(state) and bool(_WHOM.search(text) or _CALLED.search(text))


def afterwards(
    frame: Frame, text: str, state: DialogueState, salon: SalonView, context: Context
) -> Frame | None:
    """What is said of the visit just booked: that it is another person's, or that one comes too."""
    own = next((v for v in context.upcoming or () if v.id == state.last_record), None)
    kin = _WHOM.search(text)
    called = frame.guest_name if _CALLED.search(text) else None
    if own is None or not (kin or called) or not _after(state) or frame.intent not in _WISHES:
        return None
    if frame.said & {"day", "time", "staff"} or frame.handoff:
        return None
    whom = morph.lemma(kin.group().lower()) if kin is not None else None
    guest = frame.guest_name or frame.client_name or whom
    if _TOO.search(text):
        start = own.start.astimezone(salon.zone)
        services = frame.services if "services" in frame.said else own.services
        return replace(
            frame, intent=Intent.BOOK, also=(), topic=None, services=services, service_options=(),
            staff=None, day=DayWish(on=start.date()), people=None, guest_name=guest, more=True,
            time=TimeWish(at=start.time().replace(tzinfo=None)), clarify=(), add_to_booking=False,
            guessed=frame.guessed | {"services", "day"},
        )  # fmt: skip
    if "services" in frame.said or not (called or _NOT_ME.search(text) or _IS_FOR.search(text)):
        return None
    return replace(
        frame, intent=Intent.OTHER, also=(), topic=None, booking=own.id, guest_name=guest,
        noted=True, clarify=(), declined=False, agreed=False, client_name=None,
    )  # fmt: skip


def _after(state: DialogueState) -> bool:
    idle = state.asked is Asked.NOTHING and state.task is not Task.BOOK and state.pending is None
    return idle and state.last_record is not None
