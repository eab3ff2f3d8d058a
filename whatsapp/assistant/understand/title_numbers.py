"""What a title tells in numbers: how long it lasts, for what age, how many zones. No I/O, no salon."""

from __future__ import annotations

import re

from whatsapp.assistant.understand.normalise import clean, unify

_AGES = re.compile(
    r"(?:(?:от|с) )?(\d{1,2}) ?(?:-|до|по) ?(\d{1,2}) ?(?:лет|год)|до (\d{1,2}) ?(?:лет|год)"
    r"|(?:от|с) (\d{1,2}) ?(?:лет|год)|(\d{2}) ?\+"
)
_OLDEST = 120


def ages(title: str) -> tuple[int, int] | None:
    """Years of those a title is for, both ends included."""
    match = _AGES.search(unify(clean(title)))
    if match is None:
        return None
    first, last, until, since, over = (int(g) if g else None for g in match.groups())
    if first is not None and last is not None:
        return first, last
    return (0, until) if until is not None else (since or over or 0, _OLDEST)


_COUNT = re.compile(r"(\d+) ?(зон|мл|шт|ед|сеанс|насад|ногт|ноготь|пальц|палец)")
_LENGTH = re.compile(r"(\d{1,3})(?:[.,](5))?\s*(мин|час|ч\b)|(полтора часа)")


def length(title: str) -> int | None:
    """Minutes told by a title: «Массаж, 90 мин», «Хаммам (1 час)», «1,5 часа»."""
    match = _LENGTH.search(unify(title))
    if match is None:
        return None
    if match.group(4):
        return 90
    count, half, unit = int(match.group(1)), match.group(2), match.group(3)
    return count if unit == "мин" else count * 60 + (30 if half else 0)


_LABEL = re.compile(r"(?:комплекс|сет|набор|пакет|программа)\s+(?:номер\s+)?([a-zа-я]|\d{1,2})\b")
_LATIN = dict(zip("авекмнорстух", "abekmhopctyx", strict=True))


def label(title: str) -> str:
    """«Комплекс M» is "m", «Комплекс №2» is "2"; "" when it has none. Cyrillic look-alikes are Latin."""
    match = _LABEL.search(unify(clean(title)))
    return latin(match.group(1)) if match else ""


def latin(letter: str) -> str:
    return _LATIN.get(letter, letter)


def count(title: str) -> tuple[int, str] | None:
    """«(3 зоны)» is (3, "зон")."""
    match = _COUNT.search(unify(title))
    return (int(match.group(1)), match.group(2)) if match else None
