"""A colouring told by its shades: «из чёрного выйти в русый», «хочу уйти в блонд», «стать рыжей»."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import beauty
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.patterns import Line, pat

_SHADE = (
    "блонд~|блондин~|брюнет~|шатен~|русый|русого|русую|русой|рыж~|пепельн~|шоколадн~|каштан~|медн~"
    "|черный|черного|черную|черной|темный|темного|темную|темной|светлый|светлого|светлую|светлой"
    "|белый|белого|белую|розов~|красн~|холодн~|коричнев~|темно-русый|светло-русый"
)
_GOES = (
    "выйти|выход|выхожу|выходить|уйти|ухожу|уходить|перейти|переход|перехожу|переходить|вернуться"
)
_TOLD = tuple(
    pat(text)
    for text in (
        f"из|с {_SHADE} ..3 в|на {_SHADE}",
        f"{_GOES} ..1 из|в|на|с {_SHADE}",
        f"стать|быть|сделаться ..1 {_SHADE}",
    )
)
_NOT_HAIR = frozenset(("manicure", "pedicure", "brows", "lashes", "color", "lips", "tattoo"))
_GOODS = re.compile("ноготь|ногт|гель|лак")


def told(
    line: Line, marks: dict[int, frozenset[str]], index: Catalogue
) -> dict[int, frozenset[str]]:
    """Token -> the colouring that its shades ask for; empty when nails, brows or a colouring are named."""
    named = any(found & _NOT_HAIR for found in marks.values())
    goods = any(_GOODS.match(t.word) for t in line.tokens)
    hair = any("color" in p.heads and not p.heads & beauty.OBJECTS for p in index.profiles)
    if named or goods or not hair:
        return {}
    hit = next((hit for item in _TOLD for hit in line.in_words(item)), None)
    if hit is None:
        return {}
    blank = {i: frozenset[str]() for i in range(hit.start, hit.end - 1) if i in marks}
    return {**blank, hit.end - 1: frozenset({"color"})}
