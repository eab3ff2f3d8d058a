"""One wish as words: what parts wishes from each other, and the tokens a wish is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from whatsapp.assistant.understand.patterns import Line

BREAKS = frozenset(("|", ".", "!", "?", ";"))


SEPARATORS = BREAKS | frozenset(
    (",", "и", "ни", "а", "+", "или", "плюс", "потом", "еще", "с", "со", "&", "/")
)


REFUSALS = frozenset(("без", "не", "кроме", "вместо"))
JOINERS = frozenset(("и", "+", "плюс", "&", "еще", "а", "потом"))


@dataclass(slots=True)
class Chunk:
    """Words of one wish: «мужская стрижка машинкой». Token indexes start..end."""

    start: int
    end: int
    heads: set[str] = field(default_factory=set)
    mods: set[str] = field(default_factory=set)
    audience: set[str] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
    persons: list[tuple[int, frozenset[str]]] = field(
        default_factory=list
    )  # who comes, and where said
    rejected: bool = False
    evoked: bool = False


def negated(line: Line, at: int) -> bool:
    """«без покрытия», «не гель»"""
    return at > 0 and line.tokens[at - 1].word in ("без", "не", "кроме")
