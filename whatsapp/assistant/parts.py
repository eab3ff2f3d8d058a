"""One message of several wishes: visits on different days, and times to choose between. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from whatsapp.assistant.decisions import Decision, NothingFree, Offer, Propose
from whatsapp.assistant.dialogue import slots_of
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.state import DialogueState, PendingBook, Slots
from whatsapp.assistant.told import WaitsFor
from whatsapp.assistant.wishes import DayWish, TimeWish, Window

_NEXT_WISH = re.compile(
    r"\s+и\s+(?:(?:ещё|еще)\s+)?(?=на\s)|[,;]\s*а?\s*(?=на\s)|\s+а\s+(?=на\s)", re.IGNORECASE
)
_COMMA = re.compile(r"[,;](?!\d)\s*(?:а\s+)?(?:(?:ещё|еще)\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s+и\s+(?:(?:ещё|еще)\s+)?", re.IGNORECASE)
_OR = re.compile(
    r"[\s,;]+(?:или|либо)\s+"
    r"|[\s,.;]+(?:а\s+)?если\s+(?:нет|нету|не\s+получится|занято|не\s+выйдет)[\s,:—-]*(?:то\s+)?",
    re.IGNORECASE,
)
# «могу завтра в 12 и в пятницу в 14»: times to choose from.
_CHOICE = re.compile(r"\b(с?могу|с?можем|можно|или)\b|удобн|свобод|подход|подойд|устро", re.I)
MOST = 3  # wishes of one message
_TIMED = (Intent.BOOK, Intent.AVAILABILITY, Intent.RESCHEDULE)

Reader = Callable[[Sequence[str]], Frame]


def one_after_another(
    frame: Frame, texts: Sequence[str], read: Reader
) -> tuple[Frame, tuple[Slots, ...]]:
    """Visits of different days, or hours of one: the first is arranged now, the others wait their turn."""
    if frame.intent is not Intent.BOOK:
        return frame, ()
    if len(frame.services) == 1:
        return _again(frame, " ".join(texts), read)
    for parts in (_split(_NEXT_WISH, texts), *_halves(" ".join(texts))):
        found = [read([part]) for part in parts] if len(parts) > 1 else []
        apart = len({item.day for item in found}) == len(found) > 1
        if apart and all(item.services and item.day.given for item in found):
            first = replace(found[0], intent=Intent.BOOK)
            return first, tuple(slots_of(item, Slots()) for item in found[1:])
    return _each_at_its_hour(frame, texts, read)


def _each_at_its_hour(
    frame: Frame, texts: Sequence[str], read: Reader
) -> tuple[Frame, tuple[Slots, ...]]:
    """«маникюр в 10, педикюр в 12 завтра»: two visits of the one day that is named."""
    if frame.people is not None or frame.guest_name is not None:
        return frame, ()
    for parts in (_split(_COMMA, texts), *_halves(" ".join(texts))):
        found = [read([part]) for part in parts] if len(parts) > 1 else []
        days = {item.day for item in found if "day" in item.said}
        hours = {item.time.at for item in found if item.time.exact and "time" in item.said}
        apart = len(hours) == len(found) > 1 and len(days) == 1
        if apart and all("services" in item.said for item in found):
            day = days.pop()
            one, *others = (replace(item, day=day) for item in found)
            first = replace(one, intent=Intent.BOOK, past=frame.past, clarify=())
            return first, tuple(slots_of(item, Slots()) for item in others)
    return frame, ()


def _again(frame: Frame, text: str, read: Reader) -> tuple[Frame, tuple[Slots, ...]]:
    """«маникюр завтра в 12 и в пятницу в 14»: one service on two days, each with its own exact hour."""
    if len(frame.day.dates) != 2 or _CHOICE.search(text):
        return frame, ()
    for halves in _halves(text):
        found = [read([half]) for half in halves]
        exact = all(item.day.on is not None and item.time.exact for item in found)
        if exact and {"day", "time"} <= found[0].said & found[1].said:
            first, second = (
                replace(frame, day=item.day, time=item.time, past=item.past,
                        outside_hours=item.outside_hours, clarify=())
                for item in found
            )  # fmt: skip
            return first, (slots_of(second, Slots()),)
    return frame, ()


def other_days(state: DialogueState, decision: Decision) -> DialogueState:
    """A visit on each of several days, of which only one is spoken of now: the others come after it."""
    day = state.slots.day
    match decision:
        case Offer(wish=wish) | NothingFree(wish=wish):
            now = wish.day.on
        case WaitsFor(wish=waits):
            now = waits.days[0] if waits.each and len(waits.days) == 1 else None
        case Propose(pending=PendingBook(visits=visits)) if len(visits) == len(day.dates):
            return replace(state, later=()) if day.each else state
        case _:
            return state
    if not day.each or now not in day.dates:
        return state
    left = (replace(state.slots, day=DayWish(on=item)) for item in day.dates if item != now)
    return replace(state, later=tuple(left))


def _halves(text: str) -> tuple[tuple[str, str], ...]:
    """«маникюр завтра и стрижку в субботу», cut at each «и»."""
    cuts = list(_AND.finditer(text))[:MOST]
    return tuple((text[: cut.start()], text[cut.end() :]) for cut in cuts)


def either(frame: Frame, texts: Sequence[str], read: Reader) -> Frame:
    """«завтра после 6 или в субботу с утра»: `windows` in the order said, each a day and its own time.

    Left alone: days or hours that only differ by themselves («в пятницу или субботу», «в 3 или в 5»).
    """
    parts = _split(_OR, texts)
    if frame.intent not in _TIMED or frame.start is not None or len(parts) < 2:
        return frame
    found = [read([part]) for part in parts]
    if not all(item.said & {"day", "time"} for item in found):
        return frame
    day = found[0].day if "day" in found[0].said else frame.day
    windows: list[Window] = []
    for item in found:
        day = item.day if "day" in item.said else day
        windows.append((day, item.time if "time" in item.said else TimeWish()))
    exact_on_a_day = len({w[0] for w in windows}) == 1 and all(w[1].exact for w in windows)
    if not windows[0][1].given or exact_on_a_day or not all(w[0].on for w in windows):
        return frame
    days = tuple(dict.fromkeys(d.on for d, _ in windows if d.on is not None))
    span = DayWish(on=days[0]) if len(days) == 1 else DayWish(dates=tuple(sorted(days)))
    return replace(
        frame, windows=tuple(windows), day=span, time=TimeWish(), past=False, outside_hours=False
    )


def _split(at: re.Pattern[str], texts: Sequence[str]) -> tuple[str, ...]:
    """The message's parts; one item when it is one wish, or too many to tell apart."""
    text = " ".join(texts)
    parts = tuple(part.strip() for part in at.split(text) if part.strip())
    return parts if 1 < len(parts) <= MOST else (text,)
