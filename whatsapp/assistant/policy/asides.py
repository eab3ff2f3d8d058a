"""A question beside an order: «отмените запись и подскажите цену педикюра». Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy.said import STOP

_ORDERS = (Intent.CANCEL, Intent.RESCHEDULE, Intent.BOOK)
_BREAK = re.compile(
    rf"\s*(?:{STOP}|\?)\s*(?:(?:а|и|ещё|еще|также)\s+)*|\s+и\s+(?:(?:ещё|еще)\s+)?", re.I
)
_MOST_BREAKS = 4
_ASKS = re.compile(
    r"^\W*(?:подскаж\w+|скаж\w+|напомн\w+|напиши\w*|сколько|поч[её]м|как(?:ой|ая|ое|ие|ова)|где"
    r"|как (?:добраться|проехать|доехать)|до скольки|во сколько|кто)\b",
    re.IGNORECASE,
)
# «а маникюр сколько стоит?», «а вы в воскресенье работаете?»: the asking word stands further on.
_ASKS_LATER = re.compile(
    r"\b(сколько|поч[её]м|цена|стоимость|работае(те|т)|кто|до скольки|во сколько)\b[^?]*\?\W*$",
    re.I,
)
# Asked with a word of asking, and no «получится?», «хорошо?» of the order itself.
_WONDERS = re.compile(
    r"^\W*((а|и|ещё|еще|у вас|вы)\s+)*(как\w*|чем|что(?! скаж| дума)|кто|где|куда|почему|зачем|сколько|если"
    r"|нужно|надо|больно|правда|не (больно|вредно|страшно)|мастер\w*|она|он)\b[^?]*\?\W*$|\bсколько\W*\?\W*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(rf"\b(тоже|также)\b|\w\s*{STOP}\s*\w", re.IGNORECASE)
# The price of what is ordered.
_SUM = re.compile(
    r"^\W*((а|и|ну)\s+)?сколько(\s+(это|вс[её]|всего|вместе|за|оба|обе|выйдет|будет|получится|стоит|стоить))*\W*$",
    re.IGNORECASE,
)
_BOOKS = re.compile(r"\b(за)?пиши(те)?\b", re.IGNORECASE)
_TOPICS = (Topic.QUESTION, Topic.MONEY)
_SHORTEST = 2  # words of a question that is passed on
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
        # a question keeps its mark: without it «а маникюр сколько» might be an order's end
        halves = text[: cut.start()] + ("?" if "?" in cut.group() else ""), text[cut.end() :]
        for order, question in (halves, halves[::-1]):
            if not _asks(question):
                continue
            asked, ordered = read([question]), read([order])
            if ordered.intent is not frame.intent:
                continue
            if _alone(asked, ordered):
                return ordered, [order], replace(asked, also=(asked.intent, *asked.also))
            if asked.place and asked.intent is Intent.OTHER and ordered.said & {"day", "time"}:
                return ordered, [order], replace(asked, also=(), beside=True)
            if not _same(ordered, frame):
                continue
            if asked.topic is Topic.DURATION and "services" not in asked.said and ordered.services:
                lasts = replace(asked, services=ordered.services, also=(Intent.SERVICES,))
                return ordered, [order], replace(lasts, intent=Intent.OTHER)
            if _SUM.match(question) and ordered.intent is not Intent.BOOK:
                if _BOOKS.search(order):  # the visit that is asked for is told with its price
                    return ordered, [order], None
                continue
            if _SUM.match(question):
                price = replace(asked, intent=Intent.OTHER, topic=None, services=ordered.services)
                return ordered, [order], replace(price, also=(Intent.PRICE,), total=True)
            if _passed_on(asked, question):
                return ordered, [order], replace(asked, also=(), beside=True)
    return frame, texts, None


def _asks(question: str) -> bool:
    if _ASKS.match(question) or _WONDERS.search(question):
        return True
    # «маникюр тоже, сколько это будет?» orders
    return bool(_ASKS_LATER.search(question)) and not _GOES_ON.search(question)


def _alone(asked: Frame, ordered: Frame) -> bool:
    """A question that is answered by itself; of a booking the price of what is booked is no such one."""
    named = _NAMES.get(asked.intent)
    if named is None or (named and named not in asked.said):
        return False
    if ordered.intent is not Intent.BOOK:
        return True
    others = set(asked.services or asked.service_family) - set(ordered.services)
    dated = bool(ordered.said & {"day", "time"}) and not asked.said & {"day", "time", "staff"}
    told = asked.intent in (Intent.PRICE, Intent.SERVICES)
    return told and dated and bool(others) and bool(ordered.services)


def _passed_on(asked: Frame, question: str) -> bool:
    """A question that a person answers."""
    wonders = _WONDERS.search(question) is not None and len(question.split()) >= _SHORTEST
    plain = asked.intent in (Intent.OTHER, Intent.HUMAN) and asked.topic in _TOPICS
    plain = plain or (
        asked.intent is Intent.SERVICES and asked.topic is None
    )  # «а больно не будет?»
    return wonders and (asked.of_skill or (plain and not asked.said and not asked.place))


def _same(ordered: Frame, frame: Frame) -> bool:
    """The order is whole without the question."""
    return (ordered.day, ordered.time, ordered.staff) == (
        frame.day,
        frame.time,
        frame.staff,
    ) and bool(ordered.services == frame.services or ordered.intent is not Intent.BOOK)
