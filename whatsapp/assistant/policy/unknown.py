"""What the salon does not do, all of it, beside what it does: «маникюр и наращивание рогов». Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.told import AnswerServices, NotOffered
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import morph, strange
from whatsapp.assistant.understand.catalogue import catalogue

# «наращивание рогов», «восковая депиляция ног»: the words after the noun that are still its own.
_FURTHER = 2
_WISHES = (Intent.BOOK, Intent.AVAILABILITY, Intent.PRICE, Intent.SERVICES, Intent.STAFF_INFO)
_WORD = re.compile(r"[а-яё-]+", re.IGNORECASE)
_BETWEEN = re.compile(r"^[^\S\n]*$")
_JOINED = re.compile(r"(\bи|\+|,|\bплюс|\bещ[её])\s*(на\s+)?$", re.IGNORECASE)


def named(frame: Frame, text: str) -> Frame:
    """`frame` with each unknown service in all its words; `text` is the client's."""
    first = frame.unknown_service
    at = text.lower().find(first.lower()) if first else -1
    if not first or at < 0:
        return frame
    offered = frame.intent in _WISHES and frame.service_options
    if offered and not _is_another(first, text) and not frame.unknown_more:
        return replace(frame, unknown_service=None)
    more = tuple(_in_full(word, text) for word in frame.unknown_more)
    return replace(frame, unknown_service=_in_full(first, text), unknown_more=more)


# «сколько стоят стразы?», «а стразы сколько?», «цена на стразы»
_PRICED = re.compile(
    r"\bсколько\s+(?:(?:у вас|будут?|примерно)\s+)*(?:стоит|стоят|стоить)\s+([а-яё-]+)"
    r"|^\W*(?:(?:а|и|ещё|еще|у вас)\s+)*([а-яё-]+)\s+(?:[а-яё-]+\s+){0,2}?(?:сколько|поч[её]м)\b"
    r"|\b(?:цена|цену|цены|стоимость)\s+(?:на|за)\s+([а-яё-]+)|\bпоч[её]м\s+(?:у вас\s+)?([а-яё-]+)",
    re.IGNORECASE,
)
_QUESTIONS = (Intent.PRICE, Intent.OTHER, Intent.SERVICES)


def priced(frame: Frame, text: str, salon: SalonView) -> Frame:
    """The price of a thing that no title has is not that of another: a person knows it."""
    if frame.intent not in _QUESTIONS or frame.unknown_service or frame.said - {"services"}:
        return frame
    if frame.topic not in (None, Topic.QUESTION) or frame.place or frame.unlisted:
        return frame
    found = _PRICED.search(text)
    word = next((w for w in found.groups() if w), "").lower().replace("ё", "е") if found else ""
    if not word or not strange.priced(word, catalogue(salon).features):
        return frame
    if "services" in frame.said and not _of_it(word, frame.service_words, text):
        return frame
    return Frame(
        topic=Topic.QUESTION, greeted=frame.greeted, words=frame.words, unread=frame.unread
    )


def _of_it(word: str, service: str, text: str) -> bool:
    """«укрепление гелем»: the service's word belongs to the thing."""
    told = re.search(
        rf"\b{word}\s+(?:\w+\s+)?{re.escape(service.lower())}", text.lower().replace("ё", "е")
    )
    first = service.lower().split(" ")[0]
    return bool(told) and any(r.case in ("gent", "ablt", "datv") for r in morph.readings(first)[:1])


def beside(frame: Frame) -> NotOffered | None:
    """What is to be told beside the rest; None when it is the only thing asked for."""
    if frame.unlisted:
        return NotOffered((_nominative(frame.unlisted),))
    if not frame.unknown_service or frame.intent not in _WISHES:
        return None
    wanted = bool(frame.services or frame.service_options) and "services" in frame.said
    if not wanted and not frame.unknown_more:
        return None
    return NotOffered(
        tuple(_nominative(word) for word in (frame.unknown_service, *frame.unknown_more))
    )


def answer(frame: Frame) -> AnswerServices:
    """What there is instead; several that there are not were told of `beside` it."""
    return AnswerServices(unknown="" if frame.unknown_more else frame.unknown_service or "")


def _in_full(word: str, text: str) -> str:
    """«наращивание» → «наращивание рогов», as it stands in `text`."""
    at = text.lower().find(word.lower())
    if at < 0:
        return word
    end, taken = at + len(word), 0
    for match in _WORD.finditer(text, end):
        if taken == _FURTHER or not _BETWEEN.match(text[end : match.start()]):
            break
        if not _belongs(match.group()):
            break
        end, taken = match.end(), taken + 1
    return text[at:end]


def _is_another(word: str, text: str) -> bool:
    """«стрижка и наращивание волос», where «татуаж губ» is one of two tattoos that are offered."""
    at = text.lower().find(word.lower())
    return at > 0 and bool(_JOINED.search(text[:at]))


def _belongs(word: str) -> bool:
    """A noun or an adjective in the genitive, and no time of the day or the week."""
    found = morph.readings(word.lower())[:3] if len(word) > 2 else ()  # «лазер в субботу»
    return any(
        r.pos in ("NOUN", "ADJF") and r.case == "gent" and not r.is_name for r in found
    ) and (morph.lemma(word.lower()) not in _TIMES)


_TIMES = frozenset(
    "утро день вечер ночь обед неделя месяц час понедельник вторник среда четверг пятница суббота"
    " воскресенье выходной число половина минута".split()
)


def named_thing(word: str) -> str:
    """The nominative of a thing; "" for a deed («красите брови»)."""
    first = word.lower().split(" ")[0].split("-")[-1]
    noun = any(r.pos in ("NOUN", "ADJF") for r in morph.readings(first)[:1])
    return _nominative(word) if noun else ""


def _nominative(word: str) -> str:
    """«татуировку бровей» → «татуировка бровей»; what is not sure stays as it was said."""
    first, _, rest = word.lower().partition(" ")
    for reading in morph.readings(first)[:3]:
        if reading.pos in ("NOUN", "ADJF") and reading.case in ("accs", "nomn"):
            form = reading.lemma if reading.pos == "NOUN" and reading.number == "sing" else first
            first = form if reading.gender == "femn" else first
            break
    return f"{first} {rest}".strip()
