"""Which visits are to be cancelled when some are named to stay, or several at once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand.chunk import BREAKS
from whatsapp.assistant.understand.mention import Mention
from whatsapp.assistant.understand.reading import Reading
from whatsapp.assistant.understand.staff_choice import StaffMention

_KEPT = re.compile(
    "остав|остает|остан|силе$|трог|нуж(ен|на|но|ны)$|приду$|придем$|буду$|будем$|пойду$|иду$"
)
_GONE = re.compile("не$|ни$|отмен|сним|убер|удал|вычерк|никак|отпад|пропу")
_AHEAD, _BACK = 5, 3  # tokens


def stays(read: Reading, mention: Mention | StaffMention) -> bool:
    """«а маникюр оставьте», «на маникюр приду», «кроме маникюра» of a message that cancels."""
    tokens = read.line.tokens
    if mention.start and tokens[mention.start - 1].word == "кроме":
        return True
    others = {m.start for m in read.services.mentions} | {m.start for m in read.staff.mentions}
    for words in (
        _until(tokens[i].word for i in range(mention.end, _edge(mention.end, others, len(tokens)))),
        _until(t.word for t in tokens[max(0, mention.start - _BACK) : mention.start][::-1]),
    ):
        kept = next((i for i, word in enumerate(words) if _KEPT.match(word)), None)
        gone = next((i for i, word in enumerate(words) if _GONE.match(word)), None)
        if kept is not None or gone is not None:
            refused = (
                "не" in words[:kept] or "не" in words[kept + 1 :] if kept is not None else True
            )
            return kept is not None and not refused and (gone is None or kept < gone)
    return False


def _edge(start: int, others: set[int], end: int) -> int:
    return min(start + _AHEAD, end, *(i for i in others if i >= start), end)


def _until(words: Iterable[str]) -> list[str]:
    """The words before the clause ends."""
    found: list[str] = []
    for word in words:
        if word in BREAKS or word in (",", "а", "но"):
            break
        found.append(word)
    return found


def visits(read: Reading, context: Context, salon: SalonView) -> tuple[str, ...] | None:
    """Ids of the visits given up, in order of time; None where no visit stays and not several are named."""
    own = sorted(context.upcoming or (), key=lambda v: v.start)
    if len(own) < 2:
        return None
    kept: set[str] = set()
    gone: list[set[str]] = []
    for mention in read.services.mentions:
        fit = {v.id for v in own if set(v.services) & set(mention.options)}
        fit = fit or {v.id for v in own if set(v.services) & set(mention.family)}
        if stays(read, mention):
            kept |= fit
        elif fit:
            gone.append(fit)
    for master in read.staff.mentions:  # «к Екатерине не приду, Марию оставьте»
        fit = {v.id for v in own if v.staff in master.options}
        if stays(read, master):
            kept |= fit
        elif fit and not gone:
            gone.append(fit)
    if kept:
        named = set().union(*gone) - kept if gone else {v.id for v in own} - kept
        return tuple(v.id for v in own if v.id in named) or None
    days = set(read.when.mentioned)
    dated = {v.id for v in own if v.start.astimezone(salon.zone).date() in days}
    if len(dated) > 1 and len(days) == len(dated) and not gone:
        return tuple(v.id for v in own if v.id in dated)
    if len(gone) > 1 and all(len(fit) == 1 for fit in gone):
        named = set().union(*gone)
        return tuple(v.id for v in own if v.id in named) if len(named) > 1 else None
    return None


def part(read: Reading, own: UpcomingBooking, salon: SalonView) -> tuple[str, ...]:
    """Services of the visit given up when others of it stay; empty when it is about all of them."""
    kept: set[str] = set()
    gone: set[str] = set()
    for mention in read.services.mentions:
        (kept if stays(read, mention) else gone).update(_of(own, mention, salon))
    off = gone - kept if gone else set(own.services) - kept if kept else set()
    found = tuple(service for service in own.services if service in off)
    return found if len(found) < len(set(own.services)) else ()


def _of(own: UpcomingBooking, mention: Mention, salon: SalonView) -> set[str]:
    """What of the visit is named; its journal holds the parts of a set."""
    for named in (mention.options, mention.family):
        parts = {p for i in named if (s := salon.service(i)) is not None for p in s.composite_of}
        if fit := set(own.services) & {*named, *parts}:
            return fit
    return set()
