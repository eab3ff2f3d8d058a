"""A procedure told without its name: by the wrinkles it smooths, the one tone it gives, whose dye it is."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import beauty, morph
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.chunk import Chunk
from whatsapp.assistant.understand.patterns import Line, pat

_TONE = pat("в|на один|#n1 цвет|тон")
_LASER = re.compile("лазер(а|у|ом|ик|чик)?$")
_MINE = re.compile("(?:мо|сво)(?:я|ю|ей|е|их|ими|и|й)$")
_YOURS = re.compile("ваш(?:а|у|ей|ими|их|и)?$")
_NEAR = 2  # tokens between «морщинки» and «глаз»


def told(
    line: Line, marks: dict[int, frozenset[str]], index: Catalogue
) -> dict[int, frozenset[str]]:
    """Token -> the procedure it speaks of in a roundabout way."""
    found: dict[int, frozenset[str]] = {}
    tone = index.own_words.get("тон") or index.own_words.get("цвет")
    if tone:
        for hit in line.in_words(_TONE):
            found[hit.end - 1] = frozenset((tone,))  # «в один цвет» of «Окрашивание в один тон»
    for i, token in enumerate(line.tokens):
        if token.word.startswith("морщин") and _smoothed(index):
            found[i] = frozenset(("botox",)) | _crows_feet(line, i, index)
        elif _LASER.match(token.word) and _hair_off(line, i, marks, index):
            found[i] = frozenset(("hair_removal", "laser"))
        elif _MINE.match(token.word) and "свой" in index.own_words and _beside(line, i, marks):
            found[i] = frozenset((index.own_words["свой"],))
    return found


def goods(
    line: Line, chunks: list[Chunk], marks: dict[int, frozenset[str]], index: Catalogue
) -> None:
    """«с вашей краской» refuses the title «со своей краской»."""
    own = index.own_words.get("свой")
    if own and any(
        _YOURS.match(t.word) and _beside(line, i, marks) for i, t in enumerate(line.tokens)
    ):
        for chunk in chunks:
            chunk.without.add(own)


def _beside(line: Line, at: int, marks: dict[int, frozenset[str]]) -> bool:
    """Of a thing that is marked: «краска моя», not «покрасьте мою дочку»."""
    for i in (at - 1, at + 1):
        found = marks.get(i, frozenset())
        if (
            found
            and not found & beauty.AUDIENCE
            and morph.readings(line.tokens[i].word)[0].pos == "NOUN"
        ):
            return True
    return False


def _smoothed(index: Catalogue) -> bool:
    """Botox is injected here: not only hair and lashes have it."""
    return any(
        "botox" in p.heads and not {"волос", "ресница"} & (p.words | p.title)
        for p in index.profiles
    )


def _crows_feet(line: Line, at: int, index: Catalogue) -> frozenset[str]:
    """«вокруг глаз» are «гусиные лапки» of a title, or its own word."""
    around = [t.word for t in line.tokens[max(0, at - _NEAR) : at + _NEAR + 2]]
    if not any(re.match("глаз|веках?$", word) for word in around):
        return frozenset()
    named = (index.own_words.get(word) for word in ("гусиный", "лапка", "глаз"))
    return frozenset(own for own in named if own)


def _hair_off(line: Line, at: int, marks: dict[int, frozenset[str]], index: Catalogue) -> bool:
    """«лазер», «лазер ноги» where none is: hair is to be taken off, unless something else is done by it."""
    around = marks.get(at - 1, frozenset()) | marks.get(at + 1, frozenset())
    return "laser" not in index.features and not around & beauty.ACTIONS
