"""A question beside an order about a visit: «отмените запись и подскажите цену педикюра». Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy.said import STOP

_ORDERS = (Intent.CANCEL, Intent.RESCHEDULE)
_BREAK = re.compile(
    rf"\s*(?:{STOP}|\?)\s*(?:(?:а|и|ещё|еще|также)\s+)*|\s+и\s+(?:(?:ещё|еще)\s+)?", re.I
)
_MOST_BREAKS = 4
_ASKS = re.compile(
    r"^\W*(?:подскаж\w+|скаж\w+|напомн\w+|напиши\w*|сколько|поч[её]м|как(?:ой|ая|ое|ие|ова)|где"
    r"|как (?:добраться|проехать|доехать)|до скольки|во сколько|кто)\b",
    re.IGNORECASE,
)
# What a question has to name to be answered by itself.
_NAMES = {
    Intent.PRICE: "services",
    Intent.SERVICES: "services",
    Intent.STAFF_INFO: "staff",
    Intent.ADDRESS: "",
    Intent.HOURS: "",
}


def parted(
    frame: Frame, texts: Sequence[str], read: Callable[[Sequence[str]], Frame]
) -> tuple[Frame, Sequence[str], Frame | None]:
    """The order and its own words, and the question, to be answered beside it."""
    if frame.intent not in _ORDERS:
        return frame, texts, None
    text = " ".join(texts)
    for cut in list(_BREAK.finditer(text))[:_MOST_BREAKS]:
        halves = text[: cut.start()], text[cut.end() :]
        for order, question in (halves, halves[::-1]):
            if not _ASKS.match(question):
                continue
            asked, ordered = read([question]), read([order])
            named = _NAMES.get(asked.intent)
            alone = named is not None and (not named or named in asked.said)
            if alone and ordered.intent is frame.intent:
                return ordered, [order], replace(asked, also=(asked.intent, *asked.also))
    return frame, texts, None
