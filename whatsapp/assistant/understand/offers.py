"""What a message of ours offers: clock times with their day and master, numbered services and masters."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date, datetime, timedelta

from whatsapp.assistant.state import Option, Slots
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import (
    date_rules,
    dates,
    services,
    shorthand,
    staff,
    time_rules,
    times,
)
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.normalise import unify
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.tokens import tokenise

_STOPS = frozenset(".!?|")
_NUMBERED = re.compile(r"(?:^|(?<=\s))([1-9])[).]\s*(.*?)(?=(?:\s[1-9][).]\s)|[?\n]|$)")


def slots_offered(line: Line, slots: Slots, now: datetime, salon: SalonView) -> tuple[Option, ...]:
    """Times listed one after another («11:00 у Полины, 15:30 у Кристины»); `now` aware, salon zone.

    A master and a day belong to the times they stand with: after a time («12:30 у Светланы») or
    before a row of them («у Анны 11:00, 14:00»).
    """
    mentions = sorted(
        (m for m in times.scan(line, set(), time_rules.PLAIN) if m.at is not None),
        key=lambda m: m.start,
    )
    if len(mentions) < 2 or line.has(
        "с . до", "с . по", "с . на", "перенести|переношу ..8 с|со ..8 на"
    ):
        return ()
    mentions = [m for m in mentions if not _busy(line, m.start)]
    starts = [m.start for m in mentions]
    days = _days(line, now.date(), {i for m in mentions for i in range(m.start, m.end)})
    people = [(m.start, m.options[0]) for m in staff.read(line, salon).mentions if m.options]
    trailing = bool(people) and people[0][0] > starts[0]
    found = []
    for at, mention in enumerate(mentions):
        if mention.at is None:
            continue
        day = next((on for place, on in reversed(days) if place < mention.start), None)
        day = day or slots.day.on or (days[0][1] if days else now.date())
        after = [t.word for t in line.tokens[mention.end : mention.end + 2]]
        beside = next(
            (
                who
                for place, who in people
                if 0 <= place - mention.end <= 1
                and not (place > mention.end and line.tokens[mention.end].word in (",", ";", "|"))
            ),
            None,
        )  # «11:00 у Анны»; not «Анна — 11:00, Ольга — 15:00»
        master = beside or _master(people, starts, at, trailing=trailing)
        if after in (["у", "него"], ["у", "нее"]):  # «Анна занята. Есть 13:30 у неё»
            master = next((who for place, who in reversed(people) if place < mention.start), None)
        master = master or slots.staff
        begin = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
        moment = begin + timedelta(hours=mention.at.hour, minutes=mention.at.minute)
        found.append(Option("slot", moment.isoformat(), master, slots.services))
    return tuple(found)


def _busy(line: Line, at: int) -> bool:
    """The time stands in a sentence that says it is taken («На 12:00 Анна уже занята»)."""
    words = [t.word for t in line.tokens]
    begin = max((i + 1 for i in range(at) if words[i] in _STOPS), default=0)
    end = next((i for i in range(at, len(words)) if words[i] in _STOPS), len(words))
    return any(word.startswith("занят") for word in words[begin:end])


def _days(line: Line, today: date, taken: set[int]) -> list[tuple[int, date]]:
    found = list(dates.scan(line, today, taken, date_rules.EXPLICIT))
    found += dates.scan(line, today, taken, date_rules.GENERAL)
    return sorted((m.start, m.on) for m in found if m.on is not None)


def _master(
    people: list[tuple[int, str]], starts: list[int], at: int, *, trailing: bool
) -> str | None:
    """The master named behind the time (or behind the row it stands in), else before it."""
    if trailing:
        return next((who for place, who in people if place > starts[at]), None)
    before = bisect_right([place for place, _ in people], starts[at])
    return people[before - 1][1] if before else None


_PARTING = re.compile(r",|;| или | либо ")
_LEAD = re.compile(r"^.*?:|^(?:вам|вас|запишу|записать|делаем|хотите)\b(?: на)?", re.IGNORECASE)


def alternatives(question: str, index: Catalogue, topic: str) -> tuple[Option, ...]:
    """«Маникюр без покрытия или с гель-лаком?», «Какую зону: ноги, бикини?»: one service a piece.

    `topic`: the client's words for what is spoken of, so that «коррекция» is of brows.
    """
    lower = unify(question)
    if " или " not in lower and not (":" in lower and re.match(r"\W*(?:на )?как|\W*что", lower)):
        return ()
    lead = lower.split(":")[0] if ":" in lower else ""
    pieces = [p.strip(" ?.") for p in _PARTING.split(_LEAD.sub("", lower.strip()))]
    found = [_one(piece, index, (lead, topic)) for piece in pieces if piece]
    ids = dict.fromkeys(item for item in found if item is not None)
    whole = len(ids) > 1 and None not in found
    return tuple(Option("service", item) for item in ids) if whole else ()


def _services(text: str, index: Catalogue) -> services.ServiceReading:
    return services.read(Line(tokenise(shorthand.heard(text, index.shorts))), index, frozenset())


def _one(piece: str, index: Catalogue, topics: tuple[str, str]) -> str | None:
    """The service a piece of our question names, by itself or with a topic before it."""
    for text in (*(f"{topic} {piece}" for topic in topics if topic), piece):
        read = _services(text, index)
        together = {m.chosen for m in read.wanted}
        if len(together) == 1 and None not in together:
            return together.pop()
        sets = [p.id for p in index.profiles if p.parts and p.parts == together]
        if len(sets) == 1:
            return sets[0]
    return None


def services_offered(text: str, index: Catalogue) -> tuple[Option, ...]:
    """«1) Педикюр 2) Педикюр с покрытием»: services by number."""
    found = []
    for match in _NUMBERED.finditer(text):
        read = _services(match.group(2), index)
        wanted = [m for m in read.wanted if m.chosen is not None or m.options]
        if len(wanted) == 1:
            best = wanted[0].chosen or wanted[0].options[0]
            found.append(Option("service", best))
    return tuple(found) if len(found) > 1 else ()
