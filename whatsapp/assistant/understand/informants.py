"""Who told the client of the salon: «телефон ваш дала дочь», «подруга посоветовала» bring nobody."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import morph
from whatsapp.assistant.understand.patterns import Line

_TELLS = re.compile("дал[аи]?$|(по)?совет(овал|ует|уют)|(по)?рекоменд|подсказал|рассказ|(на)?хвал")


def told_of(line: Line, at: int) -> bool:
    """The word at `at` is the subject of a verb of recommending beside it."""
    if not any(r.case == "nomn" for r in morph.readings(line.tokens[at].word)):
        return False
    for side in (line.tokens[max(0, at - 2) : at][::-1], line.tokens[at + 1 : at + 3]):
        for token in side:
            if token.kind != "word":
                break
            if _TELLS.match(token.word):
                return True
    return False
