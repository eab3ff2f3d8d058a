"""A master named, and which of several is wanted: «у Тимура не понравилось, лучше к Сергею»."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

from whatsapp.assistant.understand.patterns import Line

_FAULT = re.compile(
    "плохо|криво|косо|ужасн|испорт|обкорнал|обкромсал|понравил|нахам|грубит|груба|больно|накосяч|запор"
)
_CLAUSE = 8  # tokens after a name that may tell what was wrong with its bearer's work
_CHOOSES = frozenset(("давай", "давайте", "лучше", "тогда"))
_CONDITION = 4  # tokens of «если … занят»
_BUSY = re.compile(r"^(?:\S+ ){0,2}?(?:занят|не\b|нет\b|нету|без\b|отсутств|заболел|болеет)")
_ELSE = "если ..4 занят~|нет|нету|не|болеет|заболел|заболела"
_EITHER = ("или|либо", "если ..4 занят~|нет|не", "а если|нет")


@dataclass(frozen=True, slots=True)
class StaffMention:
    """One master meant (several `options` for namesakes); tokens start..end."""

    start: int
    end: int
    options: tuple[str, ...]
    rejected: bool = False
    left: bool = False  # «с Анны на Катю»: the one that is left
    preposition: str = ""
    exact: bool = True
    akin: tuple[
        str, ...
    ] = ()  # others who may be called so, though the salon writes them otherwise


_PRONOUNS = frozenset(("он", "она", "который", "которая"))


def faults(line: Line, end: int) -> range:
    """«Тимур в тот раз криво подстриг»: the words after a name that find fault with its bearer."""
    words = [t.word for t in line.tokens[end : end + _CLAUSE]]
    told = words[:1] == [","] and (
        words[1:2] == [] or words[1] in _PRONOUNS or _FAULT.match(words[1])
    )
    for i, word in enumerate(words, start=end):
        if word in (".", "!", "|") or (word == "," and not (told and i == end)):
            break
        if _FAULT.match(word):
            return range(end, min(i + 2, len(line.tokens)))
    return range(0)


def in_order(line: Line, mentions: list[StaffMention]) -> tuple[str, ...]:
    """«если Сергей занят — к Тимуру»: Сергей first, Тимур else; empty when no such order is said.

    Whom the condition names comes first; where it names nobody, the order of the words tells.
    """
    wanted = [m for m in mentions if not m.rejected and len(m.options) == 1]
    if len({m.options for m in wanted}) < 2 or not line.has(_ELSE) or line.has("или|либо"):
        return ()
    at = next(i for i, token in enumerate(line.tokens) if token.word == "если")
    named = next((m for m in wanted if at < m.start <= at + _CONDITION), None)
    hindered = named is not None and _BUSY.match(
        line.raw(named.end, named.end + _CONDITION).lower()
    )
    first = named if named is not None and hindered else wanted[0]
    return tuple(dict.fromkeys((*first.options, *(i for m in wanted for i in m.options))))


_AWAY = re.compile(
    " (?:ведь |ж |же |сейчас |еще |вроде |наверное )*"
    "(?:в отпуске|на больничном|в декрете|болеет|заболела?|уволил|не работает|не выходит)"
)
_MENDS = frozenset(
    "ой точнее вернее тьфу ошиблась ошибся передумала передумал погодите нет".split()
)
_BETWEEN = 9  # tokens from the slip to the master who is meant


def _away(line: Line, end: int) -> bool:
    """«Марина же в отпуске»: why she is not the one who is wanted; «если Марина в отпуске» supposes it."""
    if line.has("если|вдруг"):
        return False
    return _AWAY.match(" " + " ".join(t.word for t in line.tokens[end : end + 5])) is not None


def _mended(line: Line, mentions: list[StaffMention]) -> list[StaffMention]:
    """«к Марине … ой, к Свете»: the one named after the slip takes the place of those before."""
    out = list(mentions)
    for at, (left, right) in enumerate(itertools.pairwise(mentions)):
        gap = [t.word for t in line.tokens[left.end : right.start]]
        near = gap[-_BETWEEN:]
        slip = bool(_MENDS & set(near)) or "то есть" in " ".join(near)
        alike = left.preposition in _TOWARDS and right.preposition in _TOWARDS
        if slip and alike and not {"и", "или", "если", "?", "не"} & set(near):
            out = [m for m in out if m not in mentions[: at + 1]]
    return out


_TOWARDS = ("к", "ко", "у", "")


def preferred(line: Line, mentions: list[StaffMention]) -> list[StaffMention]:
    """Of several masters the one that is asked for, the others marked as refused."""
    if len(mentions) < 2:
        return mentions
    away = {i for m in mentions if _away(line, m.end) for i in m.options}
    mentions = [m for m in mentions if not away & set(m.options)] or mentions
    if len(mentions) < 2 or line.has(*_EITHER):
        return mentions
    mentions = _mended(line, mentions)
    if len(mentions) < 2:
        return mentions
    faulty = [m for m in mentions if faults(line, m.end)]
    if faulty and len(faulty) < len(mentions):
        return [replace(m, rejected=True) if m in faulty else m for m in mentions]
    last = mentions[-1]
    before = {t.word for t in line.tokens[max(0, last.start - 3) : last.start]}
    if before & _CHOOSES and not last.rejected and last.preposition in ("к", "ко", "у", ""):
        return [*(m if m.left else replace(m, rejected=True) for m in mentions[:-1]), last]
    return mentions
