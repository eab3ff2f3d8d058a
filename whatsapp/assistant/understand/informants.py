"""What is told rather than wished: who recommended the salon, how a master did their work."""

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


_DEED = re.compile("подстри|постри|обстри|стри[жг]|покрас|окрас|крас[иля]|сдела|побри")
_HOW = re.compile(
    "крив|кос[оа]|неровн|плох|ужасн|коряв|некачеств|больно|груб|хорош|отличн|классн|супер"
)


def judged(line: Line, at: int) -> bool:
    """«он меня криво подстриг», «плохо стрижёт»: what somebody did, told with how it was done."""
    if not _DEED.match(line.tokens[at].word):
        return False
    if not any(
        r.pos == "VERB" and {"past", "3per"} & r.tags for r in morph.readings(line.tokens[at].word)
    ):
        return False
    near = (*line.tokens[max(0, at - 3) : at], *line.tokens[at + 1 : at + 2])
    return any(_HOW.match(t.word) for t in near)
