"""Russian surnames and patronymics: their case forms by rule, and whom a form can belong to."""

from __future__ import annotations

import re
from functools import lru_cache

from whatsapp.assistant.understand import names

_ENDINGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # (pattern, sex, endings of gent datv accs ablt loct after the stem; the nominative is the surname)
    (r"(.+(?:ов|ев|ин|ын))а", "femn", ("ой", "ой", "у", "ой", "ой")),
    (r"(.+(?:ов|ев|ин|ын))", "masc", ("а", "у", "а", "ым", "е")),
    (r"(.+)(?:ая|яя)", "femn", ("ой", "ой", "ую", "ой", "ой")),
    (r"(.+[кгхжшщч])(?:ий|ой)", "masc", ("ого", "ому", "ого", "им", "ом")),
    (r"(.+)(?:ый|ой)", "masc", ("ого", "ому", "ого", "ым", "ом")),
)
_PATRONYMIC = re.compile(r"(.{3,}(?:ов|ев|ич|ьинич|инич))(?:на|ны|не|ну|ной)")
_HIS_PATRONYMIC = re.compile(r"(.{3,}(?:ов|ев|ьи?)ич)(?:а|у|ем|е)?")


@lru_cache(maxsize=4096)
def forms(surname: str, sex: str) -> tuple[str, ...]:
    """The six cases of a unified surname, in the order of `names.CASES`."""
    for pattern, gender, endings in _ENDINGS:
        match = re.fullmatch(pattern, surname)
        if match and sex in (gender, ""):
            return (surname, *(match.group(1) + ending for ending in endings))
    if surname.endswith(("ко", "о", "и", "е", "э", "у", "ю", "их", "ых")):
        return (surname,) * 6
    return names.forms(surname, sex)


def cases(word: str, surname: str, sex: str) -> frozenset[str]:
    """The cases in which `word` is `surname`; empty when it is not a form of it."""
    found = forms(surname, sex)
    return frozenset(case for form, case in zip(found, names.CASES, strict=True) if form == word)


def same(word: str, surname: str, sex: str) -> bool:
    """«Петровой» and «петрова»: the stem agrees, the endings are an inflection's."""
    if word == surname or word in forms(surname, sex):
        return True
    stem = surname[:-1] if surname[-1:] in "аяйьоеыи" else surname
    return len(stem) >= 4 and word.startswith(stem) and len(word) - len(stem) <= 3


def patronymic(word: str) -> str | None:
    """The nominative of a unified patronymic in any case: «юрьевне» -> «юрьевна»; None for other words."""
    match = _PATRONYMIC.fullmatch(word)
    if match:
        return match.group(1) + "на"
    match = _HIS_PATRONYMIC.fullmatch(word)
    return match.group(1) if match else None
