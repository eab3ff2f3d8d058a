"""One name for two procedures: «ботокс» of the hair, and of the face."""

from __future__ import annotations

import re

from whatsapp.assistant.understand.catalogue import Profile
from whatsapp.assistant.understand.chunk import Chunk
from whatsapp.assistant.understand.patterns import Line

_OF_FACE = re.compile("межбров|мимическ|диспорт|ботулин|морщин|гусин|лоб|лба|губ|лиц")
_REACH = 4  # tokens around the name in which the part is told


def told_apart(line: Line, chunk: Chunk, group: list[Profile]) -> tuple[list[Profile], bool]:
    """`group` less the other's procedures, and whether both are still meant and must be asked about."""
    if "botox" not in chunk.heads:
        return group, False
    hair = [p for p in group if "волос" in p.words | p.title]
    face = [p for p in group if p not in hair]
    if not hair or not face:
        return group, False
    around = line.tokens[max(0, chunk.start - _REACH) : chunk.end + _REACH]
    if any(t.word.startswith("волос") for t in around):
        return hair, False
    if any(_OF_FACE.match(t.word) for t in around):
        return face, False
    return group, not chunk.mods
