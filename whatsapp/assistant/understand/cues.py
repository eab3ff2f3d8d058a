"""Phrases that speak of an intent, as token patterns (see tokens.pat): grammar, not sentences."""

from __future__ import annotations

import re
from functools import lru_cache

from whatsapp.assistant.understand.patterns import Line, pat
from whatsapp.assistant.understand.phrases_harm import HARM
from whatsapp.assistant.understand.phrases_questions import QUESTIONS
from whatsapp.assistant.understand.phrases_talk import PEOPLE, TALK
from whatsapp.assistant.understand.phrases_visits import VISITS

CUES: dict[str, tuple[str, ...]] = {
    name: tuple(line.strip() for line in text.strip().splitlines())
    for table in (VISITS, QUESTIONS, HARM, PEOPLE, TALK)
    for name, text in table.items()
}


@lru_cache(maxsize=256)
def _joined(name: str) -> re.Pattern[str]:
    """All patterns of a cue as one expression; named groups are not used here."""
    return re.compile("|".join(f"(?:{pat(item).pattern})" for item in CUES[name]))


def find(line: Line) -> frozenset[str]:
    """Names of the cues heard in a turn."""
    return frozenset(name for name in CUES if _joined(name).search(line.words))
