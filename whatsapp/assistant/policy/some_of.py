"""«Да, но стрижку оставьте», «только маникюр» to «Отменить эти записи?»: not all of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy import pointed
from whatsapp.assistant.policy.said import ASKS, KEEPS, STOP
from whatsapp.assistant.state import Asked, DialogueState, PendingCancel
from whatsapp.assistant.types import Context

_BUT = re.compile(
    r"\b(?:кроме|за исключением|но не|только не|остав\w+\s+только|только\s+остав\w+)\b", re.I
)
_ONLY = re.compile(r"\b(?:только|лишь|одну)\b", re.IGNORECASE)
_CLAUSE = re.compile(rf"{STOP}|\bно\s(?!не\s)|\s(?:а)\s", re.IGNORECASE)
_AND = re.compile(r"\s(?:и|да)\s", re.IGNORECASE)
_YES = re.compile(r"^\W*(?:да|ага|угу|ок|хорошо|верно)\b", re.IGNORECASE)
# No part of the name of a visit.
_WORDS = re.compile(rf"{_BUT.pattern}|{_ONLY.pattern}|{KEEPS.pattern}|{_YES.pattern}", re.I)

Reader = Callable[[Sequence[str]], Frame]


def heard(
    frame: Frame, texts: Sequence[str], state: DialogueState, context: Context, read: Reader
) -> Frame | None:
    """The visits of those asked about that are to be taken off; None when nothing of the kind is said."""
    text, pending = "\n".join(texts), state.pending
    if not isinstance(pending, PendingCancel) or state.asked is not Asked.CONFIRM:
        return None
    stays = KEEPS.search(text) or _BUT.search(text)
    if not (stays or _ONLY.search(text)) or ASKS.search(text):
        return None
    names = _names(text)
    named = _visits(names, pending.record_ids, read)
    if stays is None and not named:
        return None
    left = [i for i in pending.record_ids if (i in named) is (stays is None)]
    if not left or not names:
        return replace(frame, intent=Intent.OTHER, declined=True, confirmed=False, topic=None)
    # A name that none of them has: all is asked about once more.
    agreed = bool(named) and bool(_YES.match(text))
    return replace(
        frame, intent=Intent.CANCEL, also=(), topic=None, confirmed=agreed, declined=False, booking=None,
        bookings=tuple(left), booking_options=(), booking_mismatch=False, no_booking=False, clarify=(),
    )  # fmt: skip


def _names(text: str) -> list[str]:
    """What the clause names beside its own words."""
    clauses = (
        c for c in _CLAUSE.split(text) if _BUT.search(c) or _ONLY.search(c) or KEEPS.search(c)
    )
    words = (_WORDS.sub(" ", part) for clause in clauses for part in _AND.split(clause))
    return [name for word in words if (name := word.strip(" ,.!-—")) and name not in ("нет", "не")]


def _visits(names: Sequence[str], records: tuple[str, ...], read: Reader) -> set[str]:
    places = (pointed.place(name) for name in names)
    shown = {records[at] for at in places if at is not None and at < len(records)}
    found = (read([f"отмените {name}"]) for name in names)
    return shown | {
        f.booking
        for f in found
        if f.booking is not None and f.booking in records and f.said & {"services", "day", "staff"}
    }
