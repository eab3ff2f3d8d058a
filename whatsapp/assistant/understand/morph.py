"""The one door to pymorphy3: loaded lazily once, every answer cached, no Any beyond this file."""

from __future__ import annotations

import importlib
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_lock = threading.Lock()
_analyzer: Any = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One grammatical reading of a word form."""

    lemma: str
    pos: str
    case: str  # nomn gent datv accs ablt loct or ""
    number: str  # sing plur or ""
    gender: str  # masc femn neut ms-f or ""
    tags: frozenset[str]
    score: float

    @property
    def is_name(self) -> bool:
        return "Name" in self.tags


def analyzer() -> Any:
    """The shared analyser: about 0.2 s and 30 MB, once a process."""
    global _analyzer
    if _analyzer is None:
        with _lock:
            if _analyzer is None:
                # 0.2 s and 30 MB: not every process speaks
                _analyzer = importlib.import_module("pymorphy3").MorphAnalyzer(lang="ru")
    return _analyzer


@lru_cache(maxsize=20_000)
def readings(word: str) -> tuple[Reading, ...]:
    """All readings, most probable first; ё is written е."""
    found = []
    for parse in analyzer().parse(word):
        tag = parse.tag
        grammemes = {str(item) for item in tag.grammemes}
        gender = "ms-f" if "ms-f" in grammemes else str(tag.gender or "")
        found.append(
            Reading(
                lemma=parse.normal_form.replace("ё", "е"),
                pos=str(tag.POS or ""),
                case=str(tag.case or ""),
                number=str(tag.number or ""),
                gender=gender,
                tags=frozenset(grammemes),
                score=float(parse.score),
            )
        )
    return tuple(found)


@lru_cache(maxsize=20_000)
def known(word: str) -> bool:
    """True for a word of the dictionary (names and slang of the dictionary included)."""
    return bool(analyzer().word_is_known(word))


@lru_cache(maxsize=20_000)
def lemma(word: str) -> str:
    """The most probable dictionary form."""
    found = readings(word)
    return found[0].lemma if found else word


@lru_cache(maxsize=20_000)
def lemmas(word: str) -> frozenset[str]:
    """Every dictionary form the word may have, the word itself included."""
    return frozenset({word, *(item.lemma for item in readings(word))})


@lru_cache(maxsize=4_000)
def inflect(word: str, *wanted: str) -> str | None:
    """The word in another form, or None when the dictionary cannot say; keeps a leading capital."""
    lower = word.lower()
    parses = analyzer().parse(lower)
    best = sorted(parses, key=lambda item: ("nomn" not in item.tag, -item.score))
    for parse in best:
        if "nomn" not in parse.tag and parse.normal_form != lower:
            continue
        form = parse.inflect(frozenset(wanted))
        if form is not None:
            text = str(form.word)
            return text[:1].upper() + text[1:] if word[:1].isupper() else text
    return None
