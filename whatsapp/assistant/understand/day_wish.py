"""Mentions of days that stand after corrections -> one DayWish."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from whatsapp.assistant.understand.dates import DayMention
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.wishes import DayWish

_EACH = (
    "оба|обе|обеих раз~|дня|день|запис~|визит~",
    "каждый раз",
    "две|2|два|#n2 запис~|раза",
    "дважды",
)
_SETTLES = frozenset(("давай", "давайте", "лучше", "тогда", "все-таки", "пусть", "ладно"))
_STRETCH = 7  # days: a longer stretch refused names no day of it
_KEPT = re.compile(r"[ ,]*(?:пусть |пускай |все |тоже )*(?:остав|остает|останет|в силе|не трог)")


def settled(line: Line, mentions: list[DayMention]) -> list[DayMention]:
    """«в субботу, а может в воскресенье, давайте воскресенье»; «завтрашнюю отмените, субботняя остаётся»."""
    if len(mentions) < 2:
        return mentions
    last = mentions[-1]
    ends = next(i for i in range(len(mentions)) if all(m.on == last.on for m in mentions[i:]))
    before = {t.word for m in mentions[ends:] for t in line.tokens[max(0, m.start - 3) : m.start]}
    repeated = last.on is not None and any(m.on == last.on for m in mentions[:ends])
    repeated = repeated or (last.on is not None and 0 < ends < len(mentions) - 1)
    if repeated and before & _SETTLES:
        return [last]
    text = [" ".join(t.word for t in line.tokens[m.end : m.end + 5]) for m in mentions]
    changed = [m for m, tail in zip(mentions, text, strict=True) if not _KEPT.match(tail)]
    return changed or mentions


def also_rejected(line: Line, mentions: list[DayMention]) -> list[DayMention]:
    """«в понедельник не могу, во вторник тоже»"""
    out: list[DayMention] = []
    for mention in mentions:
        follow = line.tokens[mention.end].word if mention.end < len(line.tokens) else ""
        if out and out[-1].rejected and follow in ("тоже", "также"):
            mention = replace(mention, rejected=True)
        out.append(mention)
    return out


def refused(mentions: list[DayMention]) -> tuple[date, ...]:
    """Every day refused, those of a weekend or a short stretch too."""
    out: list[date] = []
    for m in mentions:
        if m.rejected and m.on is not None:
            out.append(m.on)
        elif m.rejected and m.begins and m.ends and (m.ends - m.begins).days < _STRETCH:
            out += [m.begins + timedelta(days=i) for i in range((m.ends - m.begins).days + 1)]
    return tuple(out)


def without(wish: DayWish, refused: tuple[date, ...]) -> DayWish:
    """A range less the days refused: «на выходных, только не в воскресенье»."""
    if not refused or wish.start is None or wish.end is None:
        return wish
    span = [wish.start + timedelta(days=i) for i in range((wish.end - wish.start).days + 1)]
    left = tuple(day for day in span if day not in refused)
    if len(left) == len(span) or not left or len(span) > 14:
        return wish
    return DayWish(on=left[0]) if len(left) == 1 else DayWish(dates=left)


def one_wish(line: Line, mentions: list[DayMention], today: date) -> DayWish:
    if not mentions:
        return DayWish()
    conflict = next((m for m in mentions if m.any_of), None)
    if conflict is not None:
        return DayWish(any_of=conflict.any_of)
    each = any(line.has(text) for text in _EACH) or _both(line, mentions)
    if len(mentions) == 1 and mentions[0].dates:
        return DayWish(dates=mentions[0].dates, each=each)
    if len(mentions) == 1 or any(m.invalid for m in mentions):
        return _wish(next((m for m in mentions if m.invalid), mentions[0]), today)
    if [m.role for m in mentions] == ["from", "until"]:
        first, last = mentions
        return DayWish(start=first.on or first.begins, end=last.on or last.ends)
    singles = [m for m in mentions if m.on is not None]
    if len(singles) == len(mentions):
        days = tuple(dict.fromkeys(m.on for m in singles if m.on is not None))
        return (
            DayWish(dates=tuple(sorted(days)), each=each) if len(days) > 1 else DayWish(on=days[0])
        )
    return _wish(singles[-1] if singles else mentions[-1], today)


_CHOICE = "могу|можем|смогу|сможем|можно|удобн~|подход~|подойд~|свободн~|устро~|или|либо|есть"


def _both(line: Line, mentions: list[DayMention]) -> bool:
    """«и во вторник, и в четверг»: a visit on each, not days to choose from."""
    before = [[t.word for t in line.tokens[max(0, m.start - 2) : m.start + 1]] for m in mentions]
    return len(mentions) > 1 and all("и" in words for words in before) and not line.has(_CHOICE)


def _wish(mention: DayMention, today: date) -> DayWish:
    if mention.invalid:
        return DayWish(invalid=True)
    if mention.dates:
        return DayWish(dates=mention.dates)
    if mention.on is None:
        return DayWish(start=mention.begins, end=mention.ends)
    if mention.role == "until":
        return DayWish(start=today, end=max(today, mention.on))
    if mention.role == "after":
        return DayWish(start=mention.on + timedelta(days=1))
    if mention.role == "from":
        return DayWish(start=mention.on)
    return DayWish(on=mention.on, past=mention.past)
