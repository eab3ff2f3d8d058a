"""Amid a proposal others come than it says: «подруга передумала, только я», «это не мне, а маме». Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from whatsapp.assistant.frame import Frame
from whatsapp.assistant.policy.refused import kept
from whatsapp.assistant.state import Asked, DialogueState, PendingBook
from whatsapp.assistant.understand import morph

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
    r"\bне\s+(мне|меня|я|для меня|себе|себя|для себя)\b|^\W*(ой\W+)?это\s+(для\s+)?" + _KIN,
    re.IGNORECASE,
)
_WHOM = re.compile(_KIN, re.IGNORECASE)


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
