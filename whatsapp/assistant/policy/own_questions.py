"""Questions about the visit the client has: its price, its length, and whether we remind of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy.said import ASKS
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking

_MINE = (
    r"\b(я|мы|мне|нам|меня|нас|с меня|с нас|мо[йяюеи]|моего|моей|моему|наш\w*|взять|брать|принести"
    r"|освобо(жусь|димся)|(за|о)?пла(тить|чу)|заплатим|долж(на|ен|ны))\b"
)
_SUM = (
    r"(сколько|какую сумму|какая сумма|сумм[ау])\b.*\b(долж(на|ен|ны)|(за|о)?плат\w+|заплачу|стои\w+"
    r"|денег|деньги|сто(ит|ить)|с меня|с нас|обойд\w+|выйдет|встанет)\b|\bво сколько\b.*\b(обойд|встан)\w+"
    r"|\bсколько\s+(это\s+)?с\s+(меня|нас)\b"
)
_LENGTH = (
    r"(сколько|как долго|долго( ли)?)\b.*\b(дли(тся|ться)|займ[её]т|идти|ид[её]т|времени|у вас буд\w+"
    r"|буд(у|ем)( у вас)?)\b|\bдо скольки\b.*\bбуд(у|ем)\b"
    r"|\b(во сколько|когда|к скольки)\b.*\b(освобо(жусь|димся)|(за)?кончи(тся|м|шь)|закончу)\b"
)
_ASKED = rf"({_LENGTH}).*\?|\b(под)?скаж(и|ите)\b.*({_LENGTH})"
_ASKS = re.compile(rf"(?=.*{_MINE})(?=.*({_SUM}|{_ASKED}))", re.IGNORECASE | re.DOTALL)
# Of the visit we have just reminded of: «а сколько стоит?»
_OF_IT = re.compile(r"^\W*(да\W+)?(а\s+)?(сколько|долго|почем)\b[^?]{0,30}\?*\W*$", re.IGNORECASE)
# «приду, сколько с меня?» to «Придёте?» is a yes, whatever it asks.
_COMES = re.compile(r"\b(да|ага|угу|конечно|прид(у|[её]м)|прие(ду|дем)|подойд(у|[её]м))\b", re.I)
# Of the visit itself, whatever else was talked of before.
_VISIT = re.compile(
    r"\b(мо[йяюеи]|моего|моей|моему|наш\w*)\s+(\w+\s+)?(визит|запис|процедур|сеанс|посещени)"
    r"|\b(буд(у|ем)\s+(\w+\s+)?долж|долж\w+\s+буд(у|ем)|с (меня|нас)|освобо(жусь|димся))",
    re.IGNORECASE,
)
# «а сколько стоит?» with nothing else talked of.
_BARE = re.compile(
    r"^\W*((а|и|ну)\s+)?сколько\s+((это|мне|будет)\s+)*(стоит|стоить|длится|по времени)\W*$", re.I
)
_WHO = re.compile(r"\bкто\b[^?]*\b(меня|мне|нас|нам)\b(?!\W+(может|подска))[^?]*\?", re.IGNORECASE)
_ASKING = (
    Intent.PRICE, Intent.SERVICES, Intent.CONFIRM_VISIT, Intent.LIST, Intent.OTHER, Intent.HOURS,
    Intent.STAFF_INFO,
)  # fmt: skip
_TOPICS = (None, Topic.QUESTION, Topic.DURATION, Topic.PAYMENT)

_PROMISE = (
    r"((вы|мне|нам|нас|меня|же|точно|ещ[её]|потом|лучше)\s+)*"
    r"(напомн(ите|ишь|ят|и)|напомина(ете|ешь|ет|ют)|не забуд(ете|ешь|ьте)"
    r"|(придет|придёт|будет|есть) (ли )?напоминани\w+"
    r"|напоминани\w+ (ли )?(придет|придёт|будет|пришл[её]те|есть)"
    r"|пришл(ёте|ете|ите) (ли )?напоминани\w+)"
)
# «напомните, во сколько я записана» asks for something else.
_OF_ELSE = (
    r"(?!\W+(\w+\W+){0,3}(когда|во сколько|к кому|адрес|время|дат[уы]|где|как\w*|что|кто|чей|сколько"
    r"|цен\w+|телефон\w*|номер|мо[йяюеи]|запись|на)\b)"
)
_REMIND = re.compile(
    rf"(\b(а|и|но)\s+)?\b{_PROMISE}\b{_OF_ELSE}[^.!?,;\n]*[.!?,;\n]*", re.IGNORECASE
)
_HEARD_AS = (
    Intent.OTHER, Intent.BOOK, Intent.RESCHEDULE, Intent.LIST, Intent.AVAILABILITY, Intent.HUMAN,
    Intent.CONFIRM_VISIT, Intent.THANKS,
)  # fmt: skip
_WORD = re.compile(r"[а-яёa-z]{3,}", re.IGNORECASE)
# «обе записи в силе?», «записи подтверждены?»
_STANDS = re.compile(r"\bв силе\b|\b(подтвержден|актуальн)[аоы]\b", re.IGNORECASE)
_OF_OFFERS = re.compile(r"\b(акци|скидк|предложени|цен|сертификат|абонемент|услови)\w*", re.I)
_A_VISIT = re.compile(r"\b(запис|визит|сеанс)\w*", re.IGNORECASE)
_STANDING = (
    Intent.CONFIRM_VISIT, Intent.BOOK, Intent.AVAILABILITY, Intent.PRICE, Intent.SERVICES,
    Intent.RESCHEDULE, Intent.HUMAN, Intent.OTHER,
)  # fmt: skip

Reader = Callable[[Sequence[str]], Frame]


def concerns(texts: Sequence[str], state: DialogueState) -> bool:
    """True when the visit itself may be asked about: worth looking it up."""
    text = " ".join(texts)
    return _asks_whether(text, state) or _of_visit(text, state)


def _of_visit(text: str, state: DialogueState) -> bool:
    of_it = state.asked is Asked.ATTEND and _OF_IT.match(text) is not None
    bare = _BARE.match(text) is not None and state.focus.empty
    return _idle(state) and (of_it or bare or any(asks.search(text) for asks in (_ASKS, _WHO)))


def heard(
    frame: Frame,
    texts: Sequence[str],
    state: DialogueState,
    salon: SalonView,
    context: Context,
    read: Reader,
) -> Frame | None:
    """`frame` as such a question; None when it is none."""
    text = " ".join(texts)
    if (reminding := _reminding(frame, text, read)) is not None:
        return reminding
    if (standing := _standing(frame, text, state, context)) is not None:
        return standing
    if not _of_visit(text, state) or frame.intent not in _ASKING or frame.topic not in _TOPICS:
        return None
    if frame.intent is Intent.CONFIRM_VISIT and _COMES.search(text):
        return None
    if not context.upcoming:
        asks = frame.intent is Intent.CONFIRM_VISIT  # «буду должна» is no «буду»
        return (
            replace(frame, intent=Intent.PRICE, attending=None, confirmed=False) if asks else None
        )
    own = _visit(frame, state, salon, context.upcoming)
    if frame.asks_who and "services" not in frame.said and _WHO.search(text):
        return replace(frame, intent=Intent.LIST, also=(), topic=None)
    named = {*frame.services, *frame.service_options} - set(own.services)
    if frame.unknown_service or (named and ("services" in frame.said or not _VISIT.search(text))):
        return None
    also = tuple(i for i in frame.also if i in (Intent.ADDRESS, Intent.HOURS))
    return replace(
        frame, intent=Intent.LIST, also=also, topic=None, booking=own.id, of_visit=True,
        attending=None, confirmed=False, handoff=False, clarify=(),
    )  # fmt: skip


def _asks_whether(text: str, state: DialogueState) -> bool:
    asks = _STANDS.search(text) and ASKS.search(text) and not _OF_OFFERS.search(text)
    return state.idle and bool(asks)


def _standing(frame: Frame, text: str, state: DialogueState, context: Context) -> Frame | None:
    """«обе записи в силе?», «запись на стрижку в силе?»: none is confirmed, all are told."""
    visits = context.upcoming or ()
    if not visits or not _asks_whether(text, state) or frame.intent not in _STANDING:
        return None
    plain = frame.intent is Intent.CONFIRM_VISIT
    if not (plain or _A_VISIT.search(text)) or frame.topic not in (None, Topic.QUESTION):
        return None
    if plain and (len(visits) == 1 or "day" in frame.said):
        return None
    return replace(
        frame, intent=Intent.LIST, also=(), topic=None, booking=None, attending=None,
        confirmed=False, handoff=False, clarify=(), services=(), service_options=(),
    )  # fmt: skip


def _idle(state: DialogueState) -> bool:
    reminded = state.asked is Asked.ATTEND and state.task is not Task.BOOK and state.pending is None
    return state.idle or reminded


def _visit(
    frame: Frame, state: DialogueState, salon: SalonView, visits: Sequence[UpcomingBooking]
) -> UpcomingBooking:
    """The one of the day named, the one spoken of, else the next."""
    ordered = sorted(visits, key=lambda v: v.start)
    on = frame.day.on if "day" in frame.said else None
    dated = [v for v in ordered if v.start.astimezone(salon.zone).date() == on]
    spoken_of = [v for v in ordered if v.id in (state.booking, state.last_record)]
    return (dated or spoken_of or ordered)[0]


def _reminding(frame: Frame, text: str, read: Reader) -> Frame | None:
    """«напомните накануне?»: by itself a question, beside an order no part of its day."""
    if frame.intent not in _HEARD_AS or not _REMIND.search(text):
        return None
    if frame.intent is Intent.HUMAN and frame.topic not in (Topic.QUESTION, Topic.ASKED):
        return None
    rest = _REMIND.sub(" ", text)
    alone = Frame(intent=Intent.OTHER, topic=Topic.REMINDER, greeted=frame.greeted)
    if not _WORD.search(rest):
        return alone
    other = read([rest])
    plain = other.intent in (Intent.OTHER, Intent.GREETING, Intent.THANKS)
    return alone if plain and not other.said else replace(other, reminds=True)
