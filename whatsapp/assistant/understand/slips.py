"""Slips in short words of time: «в срду», «15 мрта», «на вскр»; read only where such a word must stand."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from whatsapp.assistant.understand import morph
from whatsapp.assistant.understand.names import known_name
from whatsapp.assistant.understand.timewords import code
from whatsapp.assistant.understand.wordlist import words

_LEADS = words(
    """
    в во на к ко до с со по после эту этот эта это следующую следующий след ближайшую ближайший
    или либо
    """
)
_WEEKDAYS = ("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье")
_VOWELS = frozenset("аеиоуыэюяьъ")
_PARTS = ("марта", "апреля", "мая", "июня", "июля", "августа", "часа", "часов", "утра", "вечера")


@lru_cache(maxsize=20_000)
def meant(word: str, before: str) -> str:
    """The word of time that stands for an unknown short `word` after `before` (a word or a number's code)."""
    numbered = before.startswith(("#n", "#o"))
    clipped = 3 <= len(word) <= 4 and not _VOWELS & set(word)
    typed = 4 <= len(word) <= 5 and (numbered or before in _LEADS)
    if not (clipped or typed) or code(word) is not None or morph.known(word) or known_name(word):
        return word
    names = _PARTS if numbered else _WEEKDAYS
    found = [
        n for n in names if (clipped and _shortened(word, n)) or (typed and _mistyped(word, n))
    ]
    return found[0] if len(found) == 1 else word


def _shortened(word: str, name: str) -> bool:
    """Letters left out: «вскр», «чтвр»; the first one stands."""
    letters = iter(name[1:])
    return word[0] == name[0] and all(letter in letters for letter in word[1:])


def _mistyped(word: str, name: str) -> bool:
    """One letter too many, missing, another or two exchanged in a word nearly as short."""
    return len(name) <= 6 and word[0] == name[0] and OSA.distance(word, name, score_cutoff=1) <= 1
