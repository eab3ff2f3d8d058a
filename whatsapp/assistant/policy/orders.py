"""Several orders about visits in one message: «отмените маникюр, а стрижку перенесите на субботу». Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from whatsapp.assistant.decisions import Written
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.tools import Booked, Cancelled, Moved
from whatsapp.assistant.types import Context

_ORDERS = (Intent.CANCEL, Intent.RESCHEDULE, Intent.BOOK)
_VERB = re.compile(
    r"\b(отмен\w+|перен(?:е[сc]|о[сc])\w*|перепи[сш]\w*|сним\w+|убер\w+|запи(?:ш|са)\w+)", re.I
)
_KEPT = re.compile(r"\b(остав\w+|не\s+(надо|нужно|трог\w+|отмен\w+|перенос\w+))\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:кроме|за исключением|но не)\s+", re.IGNORECASE)
# «отмените не маникюр, а стрижку»
_NOT_BUT = re.compile(r"\bне\s+(?:на\s+)?[а-яё]+\s*,?\s+а\s+", re.IGNORECASE)
_BREAK = re.compile(r"\s*[,;.]\s*(?:(?:а|и|но|потом|также)\s+)?|\s+(?:и|а|но)\s+", re.IGNORECASE)
_MOST_BREAKS = 4

Reader = Callable[[Sequence[str]], Frame]


def several(
    frame: Frame, texts: Sequence[str], context: Context, read: Reader
) -> tuple[Frame, tuple[str, ...]]:
    """The first order, and the words of the next one: it waits until nothing of the first is open."""
    text = " ".join(texts)
    if frame.undoes:
        return frame, frame.then
    if frame.intent not in _ORDERS or frame.confirmed or not context.upcoming:
        return frame, ()
    if frame.intent is not Intent.BOOK and (instead := _NOT_BUT.search(text)):
        return read([f"{text[: instead.start()]} {text[instead.end() :]}"]), ()
    if frame.intent is Intent.CANCEL and (excepted := _EXCEPT.search(text)):
        return _all_but(frame, text[excepted.end() :], context, read), ()
    for cut in list(_BREAK.finditer(text))[:_MOST_BREAKS]:
        first, second = text[: cut.start()], text[cut.end() :]
        verb = _VERB.search(first) or _VERB.search(second)
        if verb is None or _KEPT.search(text):
            continue
        parts = [p if _VERB.search(p) else f"{verb.group()} {p}" for p in (first, second)]
        one, two = read([parts[0]]), read([parts[1]])
        if (moved := _rearranged(one, two)) is not None:
            return moved, ()
        if not _apart(one, two):
            continue
        if one.intent is two.intent is Intent.CANCEL:
            both = tuple(item for item in (one.booking, two.booking) if item is not None)
            return _cancelling(frame, both), ()
        return one, (parts[1],)
    return frame, ()


def _apart(one: Frame, two: Frame) -> bool:
    """Orders about two things: two visits, or a visit and something new."""
    if one.intent not in _ORDERS or two.intent not in _ORDERS:
        return False
    own = [item for item in (one, two) if item.intent is not Intent.BOOK]
    new = [item for item in (one, two) if item.intent is Intent.BOOK]
    if not own or any(item.booking is None or not _named(item) for item in own):
        return False
    return bool(new[0].services) if new else one.booking != two.booking


def _rearranged(one: Frame, two: Frame) -> Frame | None:
    """«отмените маникюр и запишите на субботу»: its time is to be another, nothing is to be lost."""
    if one.intent is not Intent.CANCEL or two.intent is not Intent.BOOK or one.booking is None:
        return None
    timed = two.said & {"day", "time"}
    if not timed or (two.services and not _family(one) & _family(two)):
        return None
    return replace(
        two, intent=Intent.RESCHEDULE, also=(), booking=one.booking, services=(), service_family=(),
        service_options=(), said=two.said - {"services"}, guessed=two.guessed | {"day"}, clarify=(),
    )  # fmt: skip


def _named(frame: Frame) -> bool:
    return bool(frame.said & {"services", "day", "staff"})


def _family(frame: Frame) -> set[str]:
    return {*frame.services, *frame.service_family, *frame.service_options}


def _cancelling(frame: Frame, ids: tuple[str, ...]) -> Frame:
    return replace(
        frame, intent=Intent.CANCEL, also=(), booking=None, bookings=ids, booking_options=(),
        booking_mismatch=False, clarify=(),
    )  # fmt: skip


def _all_but(frame: Frame, kept: str, context: Context, read: Reader) -> Frame:
    """«отмените всё, кроме стрижки»: the others, and only when asked about."""
    stays = read([f"отмените {kept}"])
    known = tuple(v.id for v in context.upcoming or ())
    if stays.booking not in known:
        return replace(frame, booking=None, bookings=(), booking_options=known)
    return _cancelling(frame, tuple(item for item in known if item != stays.booking))


def next_one(state: DialogueState, done: TurnResult) -> tuple[tuple[str, ...], DialogueState]:
    """The words to go on with, none while something is asked; given up when the first came to nothing."""
    if not state.rest or (state.asked is not Asked.NOTHING and not done.kept):
        return (), state
    last = done.decisions[-1] if done.decisions else None
    carried_out = isinstance(last, Written) and all(
        isinstance(result, Booked | Moved | Cancelled) for _, result in last.results
    )
    if not carried_out or done.kept is not None:
        return (), replace(state, rest=())
    return state.rest[:1], replace(state, rest=state.rest[1:])
