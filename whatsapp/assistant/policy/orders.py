"""Several orders about visits in one message: «отмените маникюр, а стрижку перенесите на субботу». Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy.said import ASKS, CIRCUMSTANCES, KEEPS, ORDERS, STOP
from whatsapp.assistant.types import Context

_ORDERS = (Intent.CANCEL, Intent.RESCHEDULE, Intent.BOOK)
_VERB = re.compile(rf"\b{ORDERS}", re.IGNORECASE)
# Whether a haircut or its cancelling is not needed, nobody can tell: then nothing is taken apart.
_UNSURE = re.compile(r"\bне\s+(?:надо|нужно)\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:кроме|за исключением|но не)\s+", re.IGNORECASE)
# «отмените не маникюр, а стрижку»
_NOT_BUT = re.compile(r"\bне\s+(?:на\s+)?[а-яё]+\s*,?\s+а\s+", re.IGNORECASE)
_BREAK = re.compile(
    rf"\s*{STOP}\s*(?:(?:а|и|но|потом|затем|также|ещё|еще)\s+)*"
    r"|\s+(?:и|а|но|плюс)\s+(?:(?:потом|затем|также|ещё|еще)\s+)*"
    rf"|\s+(?={ORDERS}\b)",
    re.IGNORECASE,
)
# «отмените субботу, давайте в воскресенье»: the other time of the same visit.
_RATHER = re.compile(
    r"^\W*((а|но|и|тогда|можно|ли)\W+)*(давай\w*|лучше|тогда|можно|хочу|хотел\w*|смогу|сможем|приду|прид[её]м"
    r"|подойду|пусть|вместо)\b",
    re.IGNORECASE,
)
_TELLS_LATER = re.compile(
    r"\b(напи[шс]|позвон|перезвон|сообщ|скаж|реш|отпиш)(у|им|ем|ём)\w*\b", re.IGNORECASE
)
_MOST_BREAKS = 12
_LONGEST = 4  # parts between breaks that one order may need to be told from the next

Reader = Callable[[Sequence[str]], Frame]


def several(
    frame: Frame, texts: Sequence[str], context: Context, read: Reader
) -> tuple[Frame, Sequence[str], tuple[str, ...]]:
    """The first order and its own words, and the words of what follows it: that waits its turn."""
    text = "\n".join(texts)
    if frame.undoes:
        return frame, texts, frame.then
    if frame.intent not in _ORDERS or frame.confirmed or not context.upcoming:
        return frame, texts, ()
    if frame.intent is not Intent.BOOK and (instead := _NOT_BUT.search(text)):
        return read([f"{text[: instead.start()]} {text[instead.end() :]}"]), texts, ()
    if frame.intent is Intent.CANCEL and (excepted := _EXCEPT.search(text)):
        return _all_but(frame, text[excepted.end() :], context, read), texts, ()
    text = _without_kept(CIRCUMSTANCES.sub(" ", text))
    if _UNSURE.search(text):
        return frame, texts, ()
    for cut in _breaks(text):
        found = _rather(cut, text, context, read) or _cut_at(cut, frame, text, read)
        if found is not None:
            return found
    return frame, texts, ()


def orders_something(text: str) -> bool:
    """By its verb."""
    return _VERB.search(text) is not None


def before_the_first(text: str) -> list[tuple[str, str]]:
    """The text cut in two where words without an order come before the first order."""
    halves = ((text[: hit.start()], text[hit.end() :]) for hit in _breaks(text))
    return [h for h in halves if not _VERB.search(h[0]) and _VERB.search(h[1])]


def _rather(
    cut: re.Match[str], text: str, context: Context, read: Reader
) -> tuple[Frame, Sequence[str], tuple[str, ...]] | None:
    """A visit to be taken off, and another time for it said without a verb: it is moved."""
    first, others = text[: cut.start()], text[cut.end() :]
    ends = (*(hit.start() for hit in _breaks(others)), len(others))
    end = next((e for e in reversed(ends) if not _VERB.search(others[:e])), 0)
    words = others[:end]
    if not (_RATHER.match(words) and _VERB.search(first)) or _TELLS_LATER.search(words):
        return None
    one, two, visits = read([first]), read([f"запишите {words}"]), context.upcoming or ()
    if one.booking is None and not one.booking_options and len(visits) == 1:
        one = replace(one, booking=visits[0].id)
    if (moved := _rearranged(one, two)) is not None:
        return moved, [words], _left(others[end:], "", read)
    apart = one.intent is Intent.CANCEL and two.intent is Intent.BOOK and _apart(one, two)
    return (one, [first], (f"запишите {others}",)) if apart else None


def _cut_at(
    cut: re.Match[str], frame: Frame, text: str, read: Reader
) -> tuple[Frame, Sequence[str], tuple[str, ...]] | None:
    """The orders on either side of a break, if they are two."""
    first, others = text[: cut.start()], text[cut.end() :]
    if ASKS.search(text):
        first = f"{first}?"  # «можно отменить маникюр и перенести стрижку?» asks about both
    before = [hit.group() for hit in _VERB.finditer(first)]
    verb = _VERB.search(others)
    if not before and verb is None:
        return None
    if not before and verb is not None:
        first = f"{verb.group()} {first}"  # «маникюр отмените» may name its verb last
    one = read([first])
    if one.intent not in _ORDERS or not (of_own(one) or one.services):
        return None
    said = before[-1] if before else ""
    ends = [hit.start() for hit in _breaks(others)][: _LONGEST - 1]
    for end in (*ends, len(others)):
        two = read([_ordered(others[:end], said)])
        if _rearranged(one, two) is not None:
            end = _up_to_the_next(others)
            moved = _rearranged(one, read([_ordered(others[:end], said)]))
            return moved or one, [others[:end]], _left(others[end:], said, read)
        if not _apart(one, two):
            continue
        one = _when_of(one, two)
        if one.intent is two.intent is Intent.CANCEL:
            return _together(frame, (one, two), others[end:], said, read)
        return one, [first], (_ordered(others, said),)
    return None


def _breaks(text: str) -> list[re.Match[str]]:
    """Between words: not before the first of them, and before a bare verb only after another order."""
    found: list[re.Match[str]] = []
    for hit in _BREAK.finditer(text):
        before = text[found[-1].end() if found else 0 : hit.start()]
        if before.strip() and (hit.group().strip() or _VERB.search(before)):
            found.append(hit)
    return found[:_MOST_BREAKS]


def _ordered(words: str, verb: str) -> str:
    """«стрижку на воскресенье» after «перенесите маникюр на субботу» is to be moved, too."""
    end = next((hit.start() for hit in _breaks(words)), len(words))
    return words if _VERB.search(words[:end]) or not verb else f"{verb} {words}"


def _up_to_the_next(text: str) -> int:
    """Where an order of its own begins."""
    return next((h.start() for h in _breaks(text) if _VERB.match(text[h.end() :])), len(text))


def _left(text: str, verb: str, read: Reader) -> tuple[str, ...]:
    """What follows orders that are carried out together, if it is an order at all."""
    cut = _BREAK.match(text)
    words = (text[cut.end() :] if cut else text).strip()
    if not words:
        return ()
    if _VERB.search(words):
        return (_ordered(words, verb),)
    found = read([_ordered(words, verb)])
    return (_ordered(words, verb),) if found.said & {"services", "staff"} else ()


def _without_kept(text: str) -> str:
    """«отмените маникюр, стрижку оставьте, а педикюр перенесите»: of the haircut nothing is ordered."""
    if not KEEPS.search(text):
        return text
    cuts = _breaks(text)
    starts = [0, *(hit.end() for hit in cuts)]
    ends = [*(hit.start() for hit in cuts), len(text)]
    parts = [text[a:b] for a, b in zip(starts, ends, strict=True)]
    return ", ".join(part for part in parts if not KEEPS.search(part))


def of_own(frame: Frame) -> bool:
    """About a visit that exists, and it was named."""
    named = frame.said & {"services", "day", "staff"}
    if frame.intent is Intent.CANCEL and frame.bookings:
        return True  # «отмените обе»
    return frame.intent is not Intent.BOOK and frame.booking is not None and bool(named)


def _apart(one: Frame, two: Frame) -> bool:
    """Orders about two things: two visits, or a visit and something new."""
    if one.intent not in _ORDERS or two.intent not in _ORDERS:
        return False
    own = [item for item in (one, two) if item.intent is not Intent.BOOK]
    new = [item for item in (one, two) if item.intent is Intent.BOOK]
    if not own or not all(of_own(item) for item in own):
        return False
    if new:
        named = new[0].services or new[0].service_options or new[0].unknown_service
        return bool(named)
    return one.booking != two.booking


def _when_of(one: Frame, two: Frame) -> Frame:
    """«перенесите маникюр и стрижку на субботу в 12»: that is said of both, and so it is asked."""
    when = two.said & {"day", "time"}
    if not (one.intent is two.intent is Intent.RESCHEDULE and when) or one.said & {"day", "time"}:
        return one
    return replace(
        one, day=two.day, time=two.time, said=one.said | when, guessed=one.guessed | {"day"},
        past=two.past, outside_hours=two.outside_hours,
    )  # fmt: skip


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


def _family(frame: Frame) -> set[str]:
    return {*frame.services, *frame.service_family, *frame.service_options}


def _together(
    frame: Frame, found: tuple[Frame, Frame], others: str, verb: str, read: Reader
) -> tuple[Frame, Sequence[str], tuple[str, ...]]:
    """Visits that are all to be taken off, asked about at once."""
    ids = [item.booking for item in found if item.booking is not None]
    while (cut := _BREAK.match(others)) is not None:
        words = others[cut.end() :]
        end = next((hit.start() for hit in _breaks(words)), len(words))
        more = read([_ordered(words[:end], verb)])
        if more.intent is not Intent.CANCEL or not of_own(more) or more.booking in ids:
            break
        ids.append(more.booking or "")
        others = words[end:]
    return _cancelling(frame, tuple(ids)), (), _left(others, verb, read)


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
