"""Phrases that speak of an intent, as token patterns (see tokens.pat): grammar, not sentences."""

from __future__ import annotations

from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.phrases_harm import HARM
from whatsapp.assistant.understand.phrases_place import PLACE
from whatsapp.assistant.understand.phrases_questions import QUESTIONS
from whatsapp.assistant.understand.phrases_road import ROAD
from whatsapp.assistant.understand.phrases_talk import PEOPLE, TALK
from whatsapp.assistant.understand.phrases_visits import VISITS

CUES: dict[str, tuple[str, ...]] = {
    name: tuple(line.strip() for line in text.strip().splitlines())
    for table in (VISITS, QUESTIONS, HARM, PEOPLE, TALK, PLACE, ROAD)
    for name, text in table.items()
}


def find(line: Line) -> frozenset[str]:
    """Names of the cues heard in a turn."""
    return frozenset(name for name, patterns in CUES.items() if line.has(*patterns))
