"""What nobody but a person of the salon answers: what they work with, why so dear, whose a bare name is."""

from __future__ import annotations

import re
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.place import Place
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.understand import morph, names
from whatsapp.assistant.understand.normalise import unify

_STUFF = (
    r"(гель-?\s?лак|лак|краск|красител|база|базы|базе|топ|материал|космети[кч]|средств|препарат|воск|шампун"
    r"|паст|масл|пигмент|хн[аыоу]|бренд|фирм|марк|производител|оборудовани|аппарат|ламп)\w*"
)
_WHICH = r"(как(ой|ая|ое|ие|их|им|ими|ую)|чь[яеёи]|чей)"
_MAKES = r"(работа|пользу|использу|краси|покрыва|дела)(ете|ют|ешь|ет|шь|те|тесь|ются|ешься)"
_WITH_WHAT = re.compile(
    rf"\b{_WHICH}\s+((у|вас|вы|там|именно|сейчас|это)\s+)*{_STUFF}"
    rf"|\b{_STUFF}\s+((у|вас|вы|там|это)\s+)*{_WHICH}\b"
    rf"|\b(на|с|из)\s+(ч[её]м|чего)\s+(вы\s+)?{_MAKES}|\bчем\s+(вы\s+)?(краси|покрыва)\w+",
    re.IGNORECASE,
)
# «на Luxio работаете?», «Luxio есть?»: a name in Latin letters, of which the catalogue knows nothing.
_BRAND = re.compile(
    rf"\bна\s+[a-z][\w-]+\s+(вы\s+)?{_MAKES}|\b{_MAKES}\s+на\s+[a-z]{{3}}[\w-]*"
    r"|^\W*((а|у|вас|и)\W+)*[A-Z][a-z]{2,}\s+((у|вас|ли)\s+)*(есть|используете|бывает)\W*\?",
    re.IGNORECASE,
)
_ASKED = (
    Intent.BOOK, Intent.AVAILABILITY, Intent.SERVICES, Intent.OTHER, Intent.STAFF_INFO, Intent.PRICE,
    Intent.HOURS,
)  # fmt: skip
_ORDERS = (
    Intent.BOOK, Intent.AVAILABILITY, Intent.RESCHEDULE, Intent.CANCEL, Intent.PRICE, Intent.CONFIRM_VISIT,
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_DEAR = r"(дорог(о|ой|ая|ие|овато)|дороже|подорожал\w*|так\w+ (высок\w+ )?(цен|ценник|стоимост)\w*)"
_WHY_SO = re.compile(
    rf"\b(почему|отчего|зачем|откуда|за что|ч[еоё]|что)\b(\s+\w+){{0,3}}?\s+{_DEAR}\b"
    r"|\bпочему\b.{0,30}\b(цен|стоимост)\w*\s+(\w+\s+)?(вырос|подня|выше|больше)\w*",
    re.IGNORECASE,
)
_TOO_DEAR = re.compile(
    r"\b(дорого|дороговато|дорогие цены)\b(\s+\w+)?\s+(у|для)\s+(вас|меня)"
    r"|\bу вас\b(\s+\w+){0,2}?\s+(дорого|дороговато)\b",
    re.IGNORECASE,
)

# «а снятие входит?», «дизайн уже входит в стоимость?»; «что входит?» is told of what the salon has written.
_INCLUDED = re.compile(
    r"\b([а-яё]{3,})\s+(?:(?:тоже|уже|сразу|туда|в|во|эту|стоимость|цену)\s+)*(?:входит|входят|включен[аоы]?)\b",
    re.IGNORECASE,
)
_WHAT = re.compile(r"\b(что|чего|как(ие|ая|ой|ую))\b", re.IGNORECASE)


def about_coming(frame: Frame, text: str) -> Frame:
    """«нужно прийти пораньше?» wants no earlier time."""
    if Place.EARLY not in frame.place or frame.said - {"time"} or _DIGIT.search(text):
        return frame
    return Frame(topic=Topic.QUESTION, place=frame.place, greeted=frame.greeted, words=frame.words)


def with_what(frame: Frame, text: str) -> Frame:
    """«запишите на окрашивание, а какой краской красите?»: the order goes on, the question beside it."""
    if frame.intent not in _ORDERS or Place.MATERIALS in frame.place or not _WITH_WHAT.search(text):
        return frame
    also = tuple(i for i in frame.also if i is not Intent.HOURS)  # «какими материалами работаете?»
    return replace(frame, also=also, place=(*frame.place, Place.MATERIALS))


def heard(frame: Frame, text: str, state: DialogueState) -> Frame | None:
    """`frame` as a question that a person answers and nothing is done on; None when it is none."""
    if _topic(frame, text) is Topic.QUESTION:  # answered where the salon has written of it
        stuff = (*frame.place, Place.MATERIALS)
        return Frame(topic=Topic.QUESTION, place=stuff, greeted=frame.greeted, words=frame.words)
    known = _bare_name(frame, text, state) or _included(frame, text)
    topic = Topic.QUESTION if known else _topic(frame, text)
    if topic is None:
        return None
    return replace(
        frame, intent=Intent.HUMAN, also=(), topic=topic, handoff=True, clarify=(), declined=False,
    )  # fmt: skip


def _topic(frame: Frame, text: str) -> Topic | None:
    if frame.intent not in _ASKED or frame.said & {"day", "time", "name"}:
        return None
    if _WHY_SO.search(text) or (frame.intent is Intent.OTHER and _TOO_DEAR.search(text)):
        return Topic.MONEY
    asks = "?" in text or frame.intent is not Intent.BOOK
    priced = frame.intent is Intent.PRICE and "services" in frame.said
    if asks and not priced and (_WITH_WHAT.search(text) or _of_brand(frame, text)):
        return Topic.QUESTION
    return None


def _included(frame: Frame, text: str) -> bool:
    """Whether a thing that is no service here comes with what is paid for."""
    if frame.intent not in _ASKED or frame.said or _WHAT.search(text):
        return False
    things = (hit.group(1).lower() for hit in _INCLUDED.finditer(text))
    return any(r.pos == "NOUN" for word in things for r in morph.readings(unify(word))[:1])


def _of_brand(frame: Frame, text: str) -> bool:
    return "services" not in frame.said and _BRAND.search(text) is not None


def _bare_name(frame: Frame, text: str, state: DialogueState) -> bool:
    """«Галина» after a booking: the guest's, or that of the card? Nothing tells."""
    words = text.strip(" .!").split()
    done = state.asked is Asked.NOTHING and state.last_record is not None
    plain = frame.intent is Intent.OTHER and frame.topic is None and not frame.said
    named = 1 <= len(words) <= 3 and all(word[:1].isupper() for word in words)
    return done and plain and named and any(names.known_name(unify(word)) for word in words)
