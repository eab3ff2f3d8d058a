"""Russian numerals as people type them: cardinals and ordinals 0–60 in every case."""

from __future__ import annotations

from functools import lru_cache

from whatsapp.assistant.understand.wordlist import ordered

_CARDINALS: dict[int, str] = {
    0: "ноль ноля нолю нуль нуля",
    1: "один одного одному одним одна одну одной одно",
    2: "два две двух двум двумя",
    3: "три трех трем тремя",
    4: "четыре четырех четырем четырьмя",
    5: "пять пяти пятью",
    6: "шесть шести шестью",
    7: "семь семи семью",
    8: "восемь восьми восемью восьмью",
    9: "девять девяти девятью",
    10: "десять десяти десятью",
    11: "одиннадцать одиннадцати одинадцать одинадцати",
    12: "двенадцать двенадцати двенацать",
    13: "тринадцать тринадцати тринацать",
    14: "четырнадцать четырнадцати",
    15: "пятнадцать пятнадцати пятнадцатью пятнацать",
    16: "шестнадцать шестнадцати",
    17: "семнадцать семнадцати",
    18: "восемнадцать восемнадцати",
    19: "девятнадцать девятнадцати",
    20: "двадцать двадцати двадцатью двацать",
    30: "тридцать тридцати тридцатью",
    40: "сорок сорока",
    50: "пятьдесят пятидесяти",
    60: "шестьдесят шестидесяти",
}

_ORDINAL_STEMS: dict[int, str] = {
    1: "перв", 2: "втор", 4: "четверт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм", 9: "девят",
    10: "десят", 11: "одиннадцат", 12: "двенадцат", 13: "тринадцат", 14: "четырнадцат",
    15: "пятнадцат", 16: "шестнадцат", 17: "семнадцат", 18: "восемнадцат", 19: "девятнадцат",
    20: "двадцат", 30: "тридцат",
}  # fmt: skip
_ORDINAL_ENDINGS = ordered(
    """
    ый ой ое ая ого ому ым ом ую
    """
)
_THIRD = ordered(
    """
    третий третье третья третьего третьему третьим третьем третью третьей
    """
)


def _tables() -> tuple[dict[str, int], dict[str, int]]:
    cardinals = {form: n for n, forms in _CARDINALS.items() for form in forms.split()}
    ordinals = {stem + end: n for n, stem in _ORDINAL_STEMS.items() for end in _ORDINAL_ENDINGS}
    ordinals.update(dict.fromkeys(_THIRD, 3))
    ordinals.update({"десятых": 10, "двадцатых": 20})  # «в двадцатых числах»
    return cardinals, ordinals


CARDINALS, ORDINALS = _tables()

# «полвторого», «пол-третьего»: the half of the named hour, so an hour less thirty minutes.
_HALVES = {"пол" + form: n for form, n in ORDINALS.items() if form.endswith(("ого", "его"))}


@lru_cache(maxsize=4096)
def cardinal(word: str) -> int | None:
    """5 for «пять», «пяти», «пятью»; None for anything else. Single words only."""
    return CARDINALS.get(word)


@lru_cache(maxsize=4096)
def ordinal(word: str) -> int | None:
    """5 for «пятый», «пятого», «пятое»."""
    return ORDINALS.get(word)


def half_of(word: str) -> int | None:
    """3 for «полтретьего» (which means 2:30)."""
    return _HALVES.get(word.replace("-", ""))


def joined(tens: int, units: int) -> int | None:
    """25 for 20 and 5; None when the two do not make one number."""
    return tens + units if tens in (20, 30, 40, 50) and 1 <= units <= 9 else None
