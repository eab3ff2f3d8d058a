"""Orders that only point at visits: «вторую отмените, а первую на час позже», «перенесите обе». Pure.

What a further order points at is written into its words: the first order may change which is the second.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy import listed
from whatsapp.assistant.policy.pins import pin, pinned
from whatsapp.assistant.policy.said import ASKS, KEEPS, ORDERS, STOP
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import morph

_VISIT = r"(?:запис\w+|визит\w*)"
_PLACES = (("перв", 0), ("втор", 1), ("треть", 2), ("четв", 3), ("последн", -1))
_PLACE = re.compile(
    rf"\b(перв(?:ую|ой)|втор(?:ую|ой)|треть(?:ю|ей)|четв[её]рт(?:ую|ой)|последн(?:юю|ей))\b(?:\s+{_VISIT}\b)?(?=(?:\s+(\w+))?)"
    rf"|\b(перв|втор|последн)(?:ый|ой|ий)\s+визит\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    rf"\b(?:обе|обеих|оба\s+{_VISIT}|обоих)\b|\bвсе\s+(?:мои\s+|наши\s+|эти\s+)?{_VISIT}"
    r"|\b(?:перен[её]\w+|перенос\w+|сдви\w+|подвин\w+|перепи[сш]\w+)\s+(?:пожалуйста\W+)?(?:все|всех|вс[её]|их)\b"
    r"(?!\s+(?:равно|таки|же)\b)",
    re.IGNORECASE,
)
_BARE = re.compile(r"^\W*(?:обе|оба)\b", re.IGNORECASE)
_JOIN = re.compile(rf"{STOP}\s*(?:(?:а|и|но)\s+)?|\s+(?:а|и|но)\s+", re.IGNORECASE)
_VERB = re.compile(rf"\b{ORDERS}", re.IGNORECASE)
_ENDS = re.compile(r"(?:отмен|сним|убер)", re.IGNORECASE)  # a visit that ends has no new time
_OTHERS = re.compile(r"\b(?:остальн(?:ые|ую|ое)|другую|другие|прочие)\b", re.IGNORECASE)
_GIVEN_UP = re.compile(
    r"\b(?:уже\s+)?не\s+(?:надо|нужн[ао])\b(?!\s+\w*(?:отмен|перенос|трог))", re.I
)
_BARE_WORDS = re.compile(r"\b(?:и|а|тоже|также|пожалуйста)\b|\W+", re.IGNORECASE)
_TIMED = re.compile(r"\b(?:на|в|к|во|позже|раньше|попозже|пораньше)\b", re.IGNORECASE)
_BOTH = 2

Reader = Callable[[Sequence[str]], Frame]
# What is ordered, and of which visit; None = the words name it themselves.
Order = tuple[UpcomingBooking | None, str]
_OFF = Intent.CANCEL
_CHANGES = (Intent.RESCHEDULE, Intent.CANCEL)
_WISHES = (Intent.OTHER, Intent.BOOK, Intent.AVAILABILITY)
_ORDERED = (Intent.RESCHEDULE, Intent.CANCEL, Intent.BOOK, Intent.AVAILABILITY, Intent.OTHER)
# What is said of a visit and changes none.
_SPOKEN = (Intent.LATE, Intent.LIST, Intent.CONFIRM_VISIT)


def concerns(texts: Sequence[str]) -> bool:
    """True when the words may point at visits by their order: worth looking them up."""
    text = " ".join(texts)
    return bool(places(text)) or _ALL.search(text) is not None


def several(
    frame: Frame,
    texts: Sequence[str],
    state: DialogueState,
    context: Context,
    salon: SalonView,
    read: Reader,
) -> tuple[Frame, Sequence[str], tuple[str, ...]] | None:
    """The first order, its words, and the words of the others; None when nothing is pointed at."""
    text, shown = "\n".join(texts), listed.places(state, context)
    visits = [visit for visit in shown if visit is not None]
    if not visits or pinned(texts) or frame.intent not in (*_ORDERED, *_SPOKEN):
        return None
    if frame.intent in _CHANGES and state.asked is not Asked.BOOKING and _beyond(text, shown):
        ids = tuple(visit.id for visit in visits)
        lost = replace(frame, booking=None, bookings=(), booking_options=ids, booking_mismatch=True)
        return lost, texts, ()
    if len(visits) < _BOTH:
        return None
    if frame.intent in _SPOKEN:
        at = place(text)
        visit = shown[at] if at is not None and at < len(shown) else None
        return (replace(frame, booking=visit.id), texts, ()) if visit is not None else None
    if frame.intent in _WISHES and _BARE.match(text) and not frame.services:
        text = f"перенесите {text}"  # «обе на субботу»
        frame = read([text])
    if state.pending is None and _all_stay(text):
        return replace(frame, intent=Intent.OTHER, declined=True, clarify=()), texts, ()
    orders = _by_place(text, shown, state) or _of_all(frame, text, visits, state, salon, read)
    if not orders:
        return None
    words = [pin(v, said, salon) if v is not None else said for v, said in orders]
    frames = [read([item]) for item in words]
    told = all(one.said & {"day", "time"} or one.asap for one in frames)
    if not (told or _VERB.search(text) or _GIVEN_UP.search(text)):
        return None  # «что по второй, во сколько она?»
    off = [v.id for (v, _), one in zip(orders, frames, strict=True) if v and one.intent is _OFF]
    if len(off) == len(frames) > 1:
        return replace(frames[0], booking=None, bookings=tuple(off)), words[:1], ()
    first = frames[0]
    same = len({(item.day, item.time) for item in frames}) < len(frames)
    if same and first.intent is Intent.RESCHEDULE:
        first = replace(first, guessed=first.guessed | {"day"})  # two visits at one time: asked
    return first, words[:1], tuple(words[1:])


def places(text: str) -> list[int]:
    """Of all visits that are pointed at."""
    return [_at(hit) for hit in _PLACE.finditer(text) if _is_place(hit)]


def place(words: str) -> int | None:
    """«первую», «последнюю запись» as a place in a list."""
    return next(iter(places(words)), None)


def _by_place(text: str, visits: list[UpcomingBooking | None], state: DialogueState) -> list[Order]:
    """«вторую отмените, а первую на час позже»: what is ordered of each."""
    hits = [hit for hit in _PLACE.finditer(text) if _is_place(hit)]
    at_of = [_at(hit) for hit in hits]
    answers = state.asked is Asked.BOOKING and len(hits) == 1  # «первую» of those listed
    if not hits or answers or (state.options and state.asked is not Asked.BOOKING):
        return []
    if state.pending is not None or len(set(at_of)) < len(at_of):
        return []
    if _beyond(text, visits):
        return []
    starts = [_clause(text, hit.start()) for hit in hits]
    others = _OTHERS.search(text, hits[-1].end())
    end_of_all = _clause(text, others.start()) if others else len(text)
    ends = [*starts[1:], end_of_all]
    head = text[: starts[0]].strip(" ,;.")
    found: list[Order] = [(None, head)] if _VERB.search(head) else []
    parts = [
        _words(f"{text[begin : hit.start()]} {text[hit.end() : end]}", joined=begin > 0)
        for hit, begin, end in zip(hits, starts, ends, strict=True)
    ]
    if others is not None:
        left = _words(f"{text[end_of_all : others.start()]} {text[others.end() :]}", joined=True)
        at_of += [at for at, v in enumerate(visits) if v is not None and at not in at_of]
        parts += [left] * (len(at_of) - len(parts))
    asks = ASKS.search(text) is not None
    joined = {i for i, start in enumerate(starts[1:]) if re.match(r"\s*и\s", text[start:], re.I)}
    for at, (words, more) in zip(at_of, _told(parts, joined), strict=True):
        if KEEPS.search(words) or not (_VERB.search(words) or _TIMED.search(words)):
            continue
        ordered = words if _VERB.search(words) else f"перенесите {words}"
        found.append((visits[at], f"{ordered}?" if asks and not ASKS.search(words) else ordered))
        found += [(None, more)] if more else []
    return found


def _words(clause: str, *, joined: bool) -> tuple[str, str]:
    """What is said of the visit, and what else is ordered behind it."""
    clause = _GIVEN_UP.sub(" можно отменить? ", clause)
    clause = _JOIN.sub(" ", clause, count=1) if joined else clause
    own = _next_order(clause)
    more = _JOIN.sub("", f" {clause[own:].strip(' ,;.')}", count=1).strip()
    return " ".join(clause[:own].split()).strip(" ,;.—-"), more


def _told(parts: list[tuple[str, str]], joined: set[int]) -> list[tuple[str, str]]:
    """«вторую и третью отмените», «перенесите первую и вторую на субботу»: said once, of both."""
    told = list(parts)
    for i in range(len(told) - 2, -1, -1):
        words, more = told[i]
        verb = _VERB.search(words)
        behind, own = told[i + 1][0], _VERB.search(told[i + 1][0])
        alone = not _BARE_WORDS.sub("", words.replace(verb.group(), "") if verb else words)
        shares = not own and _ENDS.match(verb.group()) is None and i in joined if verb else True
        if alone and shares:
            told[i] = (f"{verb.group()} {behind}" if verb else behind, more)
    for i in range(1, len(told)):
        words, more = told[i]
        before = _VERB.search(told[i - 1][0])
        if before and not _BARE_WORDS.sub("", words):
            told[i] = (before.group(), more)
    return told


def _next_order(words: str) -> int:
    """Where something else is ordered behind what is said of the visit."""
    joins = (hit for hit in _JOIN.finditer(words) if words[: hit.start()].strip())
    return next((hit.start() for hit in joins if _VERB.match(words[hit.end() :])), len(words))


def _beyond(text: str, visits: Sequence[UpcomingBooking | None]) -> bool:
    """«третью отмените» where there are two, or where that one is gone."""
    return any(at >= len(visits) or visits[at] is None for at in places(text))


def _all_stay(text: str) -> bool:
    """«первую оставьте, и вторую не трогайте»"""
    hits = [hit for hit in _PLACE.finditer(text) if _is_place(hit)]
    starts = [*(_clause(text, hit.start()) for hit in hits), len(text)]
    parts = [text[a:b] for a, b in itertools.pairwise(starts)]
    ordered = any(_VERB.search(KEEPS.sub("", part)) for part in (text[: starts[0]], *parts))
    return bool(hits) and all(map(KEEPS.search, parts)) and not ordered


def after(texts: Sequence[str]) -> tuple[str, ...]:
    """What is ordered behind the first order, in its own words."""
    text = "\n".join(texts)
    more = _JOIN.sub("", f" {text[_next_order(text) :].strip(' ,;.')}", count=1).strip()
    return (more,) if more else ()


def _clause(text: str, at: int) -> int:
    """Where the clause that holds `at` begins."""
    return max((hit.start() for hit in _JOIN.finditer(text[:at])), default=0)


def _of_all(
    frame: Frame,
    text: str,
    visits: list[UpcomingBooking],
    state: DialogueState,
    salon: SalonView,
    read: Reader,
) -> list[Order]:
    """«перенесите обе на пятницу»: each of them; not those that stand there already."""
    if frame.intent is not Intent.RESCHEDULE or not _ALL.search(text) or frame.change:
        return []
    if state.asked is Asked.BOOKING:
        text = _asked_before(state)
    if not text:
        return []
    own = [v for v in visits if not frame.services or set(v.services) & {*frame.services}]
    own = own if len(own) >= _BOTH else visits
    asked = frame.day if frame.day.given or frame.time.given else None
    found: list[tuple[UpcomingBooking, Frame]] = []
    for visit in own:
        one = read([pin(visit, text, salon)])
        if one.intent is not Intent.RESCHEDULE:
            return []
        start = visit.start.astimezone(salon.zone)
        there = one.day.on == start.date() and one.time.at in (
            None,
            start.time().replace(tzinfo=None),
        )
        if not (there and asked is not None):
            found.append((visit, one))
    later = all(_behind(one, visit.start.astimezone(salon.zone)) for visit, one in found)
    # The one behind makes room first.
    ordered = sorted((v for v, _ in found), key=lambda v: v.start, reverse=later and _queue(own))
    return [(visit, text) for visit in ordered]


def _asked_before(state: DialogueState) -> str:
    """«обе» to «Какую запись перенести?»: where to was said before."""
    day, at = state.slots.day.on, state.slots.time.at
    if day is None:
        return ""
    return f"перенесите на {day:%d.%m}" + (f" в {at:%H:%M}" if at is not None else "")


def _behind(one: Frame, start: datetime) -> bool:
    """It is to go to a later hour or day."""
    at = one.time.at or start.time().replace(tzinfo=None)
    return one.day.on is not None and (one.day.on, at) > (start.date(), start.time())


def _queue(visits: list[UpcomingBooking]) -> bool:
    """They come one after the other to one master."""
    return len({(v.start.date(), v.staff) for v in visits}) == 1


def _is_place(hit: re.Match[str]) -> bool:
    """Not «первую половину дня»: the word behind is no thing of its own."""
    follow = (hit.group(2) or "").lower()
    if not hit.group(1) or re.search(_VISIT, hit.group(), re.IGNORECASE) or not follow:
        return True
    return not any(r.pos in ("NOUN", "ADJF") for r in morph.readings(follow)[:1])


def _at(hit: re.Match[str]) -> int:
    word = hit.group().lower()
    return next(at for stem, at in _PLACES if word.startswith(stem))
