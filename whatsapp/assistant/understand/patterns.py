"""Patterns over the tokens of a turn: what to look for, written as a row of words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from whatsapp.assistant.understand.tokens import Token


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern found: tokens start..end (end excluded) and the named groups."""

    start: int
    end: int
    groups: dict[str, str]

    def number(self, name: str) -> int | None:
        value = self.groups.get(name)
        return int(value) if value is not None else None


class Line:
    """Tokens of one turn with two readable tracks: `codes` for time, `words` for everything else."""

    __slots__ = ("_code_at", "_word_at", "codes", "tokens", "words")

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tuple(tokens)
        self.codes, self._code_at = _track([token.code for token in tokens])
        self.words, self._word_at = _track([token.word for token in tokens])

    def in_codes(self, pattern: re.Pattern[str]) -> Iterator[Hit]:
        return _hits(pattern, self.codes, self._code_at)

    def in_words(self, pattern: re.Pattern[str]) -> Iterator[Hit]:
        return _hits(pattern, self.words, self._word_at)

    def has(self, *patterns: str) -> bool:
        words = self.words
        # Some 1,200 patterns a message, of which a dozen are run: plain loops, for they are most of the work.
        for needed, pattern in _prepared(patterns):
            if needed:
                for piece in needed:
                    if piece in words:
                        break
                else:
                    continue
            if pattern.search(words):
                return True
        return False

    def raw(self, start: int, end: int) -> str:
        return " ".join(token.raw for token in self.tokens[start:end])


def _track(parts: list[str]) -> tuple[str, list[int]]:
    text, starts = " ", []
    for part in parts:
        starts.append(len(text))
        text += part.replace(" ", "_") + " "
    return text, starts


def _hits(pattern: re.Pattern[str], text: str, starts: list[int]) -> Iterator[Hit]:
    for match in pattern.finditer(text):
        if match.end() > match.start():
            first = bisect_right(starts, match.start()) - 1
            last = bisect_right(starts, match.end() - 1)
            yield Hit(first, last, {k: v for k, v in match.groupdict().items() if v is not None})


_NUMERIC = {
    "N": r"\#n(?P<{0}>\d{{1,4}})",
    "O": r"\#o(?P<{0}>\d+)",
    "H": r"\#h(?P<{0}>\d+)",
    "T": r"\#t(?P<{0}>\d{{4}})",
    "W": r"\#w(?P<{0}>\d)",
    "M": r"\#m(?P<{0}>\d+)",
    "D": r"\#d(?P<{0}>\d{{4}})",
    "Y": r"\#y(?P<{0}>\d{{8}})",
}


def _optional(element: str) -> bool:
    """`x?`; in `x|?` the last of the alternatives is the question mark itself."""
    return len(element) > 1 and element[-1] == "?" and element[-2] != "|"


@lru_cache(maxsize=4096)
def pat(pattern: str) -> re.Pattern[str]:
    """A token pattern: elements by spaces; `a|b` any of, `запис~` by prefix, `x?` optional, `.` any token,
    `..3` a gap of up to three tokens, `^`/`$` the ends, `N:h` a number into group h
    (O ordinal, H half of, T clock, W weekday, M month, D day.month, Y full date)."""
    out = "(?<= )"
    for element in pattern.split():
        if element == "^":
            out += r"(?<=\A )"
        elif element == "$":
            out += r"\Z"
        elif element.startswith("..") and element[2:].isdigit():
            out += rf"(?:[^ |]+ ){{0,{element[2:]}}}?"
        else:
            optional = _optional(element)
            body = element[:-1] if optional else element
            options = "|".join(
                r"\Z" if item == "$" else _option(item) + " "
                for item in (body.split("|") if body != "|" else ["|"])
            )
            out += f"(?:{options})" + ("?" if optional else "")
    return re.compile(out)


@lru_cache(maxsize=8192)
def _needed(pattern: str) -> tuple[str, ...]:
    """Pieces of text one of which every match of `pattern` contains; empty when nothing is certain."""
    found: list[tuple[str, ...]] = []
    for element in pattern.split():
        if element in ("^", "$", ".", "|") or element.startswith("..") or _optional(element):
            continue
        pieces = [_piece(item) for item in element.split("|")]
        if all(pieces):
            found.append(tuple(pieces))
    return min(found, key=lambda item: (len(item), -min(map(len, item))), default=())


@lru_cache(maxsize=2048)
def _prepared(patterns: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """Each pattern with what it needs (`_needed`), for those that are asked together."""
    return tuple((_needed(item), pat(item)) for item in patterns)


def _piece(item: str) -> str:
    if len(item) > 2 and item[1] == ":" and item[0] in _NUMERIC:
        return f"#{item[0].lower()}"
    return "" if item in (".", "$") or item[1:2] == ":" else item.rstrip("~")


def possible(pattern: str, text: str) -> bool:
    """False when `pattern` cannot match `text`: a quick look before the expression is run."""
    needed = _needed(pattern)
    return not needed or any(piece in text for piece in needed)


def _option(item: str) -> str:
    if len(item) > 2 and item[1] == ":" and item[0] in _NUMERIC:
        return _NUMERIC[item[0]].format(item[2:])
    if item == ".":
        return r"[^ |]+"
    if item.endswith("~"):
        return re.escape(item[:-1]) + r"[^ ]*"
    return re.escape(item)
