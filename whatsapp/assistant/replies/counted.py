"""«2 мужские стрижки», «5 мужских стрижек»: a catalogue title after a number, in the right form."""

from __future__ import annotations

import re

from whatsapp.assistant.replies import naming
from whatsapp.assistant.understand import morph

_WORD = re.compile(r"^[а-яё]+$", re.IGNORECASE)


def counted(title: str, count: int) -> str:
    """The title inside a sentence, with its number when there are several.

    A title whose head noun the dictionary does not know keeps its form: «шугаринг бикини ×2».
    """
    plain = naming.lower(title)
    if count < 2:
        return plain
    words = plain.split()
    head = _head(words)
    forms = _agreed(words[: head + 1], count) if head is not None else None
    if forms is None or head is None:
        return f"{plain} ×{count}"
    return f"{count} {' '.join([*forms, *words[head + 1 :]])}"


def _head(words: list[str]) -> int | None:
    """Where the noun stands that the number governs; None for a list («стрижка + борода»)."""
    if any(not word[0].isalnum() and word[0] not in "«(" for word in words):
        return None
    for i, word in enumerate(words):
        more = i + 1 < len(words) and _noun(words[i + 1])
        if _adjective(word) and (more or not _noun(word)):
            continue
        return i if _noun(word) else None
    return None


def _agreed(words: list[str], count: int) -> list[str] | None:
    """Adjectives and their noun after the number, None when a form is not known."""
    tail, teens = count % 10, 11 <= count % 100 <= 14
    *adjectives, noun = words
    gender = next(
        (r.gender for r in morph.readings(noun) if r.pos == "NOUN" and r.case == "nomn"), ""
    )
    if tail == 1 and not teens:
        return words
    few = tail in (2, 3, 4) and not teens
    case, number = ("gent", "sing") if few else ("gent", "plur")
    # Feminine: «две мужские стрижки»; otherwise «два мужских маникюра», «пять мужских стрижек».
    adjective_case = "nomn" if few and gender == "femn" else "gent"
    forms = [morph.inflect(word, adjective_case, "plur") for word in adjectives]
    own = morph.inflect(noun, case, number)
    if own is None or own == noun or None in forms:
        return None
    return [*(form for form in forms if form), own]


def _noun(word: str) -> bool:
    """A singular noun in the nominative."""
    found = morph.readings(word) if _WORD.match(word) else ()
    nouns = (r.pos == "NOUN" and r.case == "nomn" and r.number == "sing" for r in found)
    return any(nouns) and morph.known(word)


def _adjective(word: str) -> bool:
    found = morph.readings(word) if _WORD.match(word) else ()
    return any(r.pos in ("ADJF", "PRTF") and r.case == "nomn" for r in found)
