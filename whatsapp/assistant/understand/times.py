"""Times of day as people name them: «часикам к шести», «после обеда», «с 3 до 5», «на час позже».

A mention keeps its clocks unresolved: which half of the day «в 6» means is decided in `when`, where
the part of the day, the salon's hours and the other mentions are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from whatsapp.assistant.understand.clocks import Clock, rule_pattern
from whatsapp.assistant.understand.patterns import Hit, Line, possible


@dataclass(frozen=True, slots=True)
class TimeMention:
    """One mention; exactly one of `at`, `begins`/`ends`, `label`, `delta`, `shift`, `same`, `asap` speaks."""

    start: int
    end: int
    at: Clock | None = None
    begins: Clock | None = None
    ends: Clock | None = None
    options: tuple[Clock, ...] = ()
    label: str = ""  # a part of the day: утром, до обеда, …
    delta: int | None = None  # minutes from now
    shift: int | None = None  # minutes from the time already agreed
    same: bool = False
    asap: bool = False
    approx: bool = False
    source: Clock | None = None  # «с 15 на 18»: the time that is left
    rejected: bool = False
    bare: bool = False  # a number with a preposition only: could be a day of the month


Rule = Callable[[Hit, Line], TimeMention | None]


def scan(line: Line, taken: set[int], rules: tuple[tuple[str, Rule], ...]) -> Iterator[TimeMention]:
    """Mentions found by `rules` in order; used tokens are added to `taken`."""
    for text, rule in rules:
        if not possible(text, line.codes):
            continue
        for hit in line.in_codes(rule_pattern(text)):
            span = set(range(hit.start, hit.end))
            if span & taken:
                continue
            mention = rule(hit, line)
            if mention is not None:
                taken |= span
                yield _with_refusal(mention, line)


_NO = re.compile(
    r"^ (?:я |мне )?(?:не (?:могу|смогу|можем|сможем|получается|получится|подходит|удобно|успеваю|успею"
    r"|успеем|успеваем|попаду|попадаю|попадаем|встану|проснусь)|просплю|проспим|неудобно) "
)
_NO_BEFORE = re.compile(
    r" не (?:могу|смогу|можем|сможем|получается|получится|подходит|удобно|успеваю|успею|успеем|успеваем)"
    r"(?: (?!дава[йи]|лучше|тогда|можно|может|запиш)[^ ,.]+)? $"
)


def _with_refusal(mention: TimeMention, line: Line) -> TimeMention:
    tokens = line.tokens
    before = tokens[mention.start - 1].word if mention.start else ""
    head = " " + " ".join(t.word for t in tokens[max(0, mention.start - 4) : mention.start]) + " "
    tail = " " + " ".join(t.word for t in tokens[mention.end : mention.end + 4]) + " "
    refused = before == "не" or bool(_NO.search(tail)) or bool(_NO_BEFORE.search(head))
    return replace(mention, rejected=refused)
