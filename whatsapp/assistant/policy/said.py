"""What words say wherever they stand: where a clause ends, a question, «оставьте», «верните». Pure."""

from __future__ import annotations

import re

# After a number: then it is a day.
MONTHS = "янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
# Between clauses: not within «14.03» or «16,30».
STOP = r"(?:[;!\n]|(?<!\d)[,.]|[,.](?!\d))"
# Verbs that order something of a visit.
ORDERS = r"(?:отмен\w+|перен(?:е[сc]|о[сc])\w*|перепи[сш]\w*|сним\w+|убер\w+|запи(?:ш|са)\w+)"
# «отмените маникюр?», «на стрижку завтра в 13?»: a question is no order.
ASKS = re.compile(r"\?[\s)]*$")
# «на стрижку завтра в 13 к Марии?» asks whether one may come; «запишете завтра в 13?» orders politely.
ORDER = re.compile(r"\b(запи[сш]|заброни)\w+", re.IGNORECASE)
# Of a visit, not «оставить отзыв»; «оставьте только маникюр» gives the others up.
KEEPS = re.compile(
    r"\bостав(?:ь|ьте|ляй|ляйте|ляем|им|ить)\b"
    r"(?!\s+(?:только|отзыв\w*|номер|заявк\w*|чаев\w*|коммент\w*|сообщен\w*))"
    r"|\bне\s+(?:(?:надо|нужно|стоит)\s+)?(?:отмен|перенос|трог|убира|снима|удаля)\w+"
    r"|\b(?:отмен|перенос|перенес|трог|убира|снима)\w+\s+не\s+(?:надо|нужно|стоит)\b",
    re.IGNORECASE,
)
# Other hours than those that were shown or proposed.
OTHER_TIME = re.compile(
    r"\bдруг(ое|ие|ого) (врем|час|окошк|вариант)|\bв другое\b|\bиное время\b|\bкакие ещ[её]\b", re.I
)
# What was done is to be undone: to a visit that was moved or taken off.
UNDOES = re.compile(rf"{KEEPS.pattern}|\bверн(?:и|ите)\b|\bкак было\b|\bвосстанов\w+", re.I)
# «больше ничего не надо»: nor what was ordered before.
NO_MORE = re.compile(
    r"\b(?:больше|остальн\w+)\s+(?:пока\s+)?(?:ничего|не\s+(?:надо|нужно))\b"
    r"|\bничего\s+(?:больше\s+)?не\s+(?:надо|нужно)\b",
    re.IGNORECASE,
)
# «планы изменились», «поменялся график»: why, not what.
CIRCUMSTANCES = re.compile(
    r"\b(план\w*|обстоятельств\w*|ситуаци\w*|график\w*|расписани\w*|вс[её]|смен[аыу])\s+"
    r"((мои|у|меня|нас|так|опять|снова|немного|резко|вдруг|слегка)\s+)*(по|из|с)?мен(я|и)(л|ть)\w*"
    r"|\b(по|из|с)мен(я|и)(л|ть)\w*\s+((мои|у|меня|нас)\s+)*"
    r"(план|обстоятельств|ситуаци|график|расписани|смен)\w*",
    re.IGNORECASE,
)


def gives_up(text: str) -> bool:
    """Nothing that was ordered before goes without another word after these."""
    return bool(KEEPS.search(text) or NO_MORE.search(text))
