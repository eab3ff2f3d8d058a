"""Short messages read in the light of what is open: what they answer, change or ask again. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy import unknown
from whatsapp.assistant.policy.refused import kept
from whatsapp.assistant.policy.said import ASKS, KEEPS, MONTHS, ORDER
from whatsapp.assistant.state import Asked, DialogueState, PendingBook, Task
from whatsapp.assistant.wishes import DayWish, TimeWish

_BOTH = re.compile(r"\b(обе|оба|обои|все|всё|и т[уо]\w* и друг\w+)\b", re.IGNORECASE)
# «не завтрашнюю» to «Какую запись отменить?»: the others. «не эту, а стрижку» names the one meant.
_NOT_THAT = re.compile(
    r"^\W*(?:(?:нет|только|но)\W+)*не\s+(?!(?:знаю|могу|смогу|приду|надо|нужно|против)\b)[^,]*$",
    re.I,
)
_MY_MASTER = re.compile(r"\b(мой|моего|моему|моим)\s+мастер", re.IGNORECASE)
_REPEATED_QUESTION = re.compile(r"^\s*(а|и)\s(?!.*\b(тоже|также|ещ[её])\b)|\?\s*$", re.IGNORECASE)
_PART_OF_DAY = re.compile(
    r"\b(утром|утречком|с утра|вечером|вечерком|к вечеру|дн[её]м|в обед|после|до|попозже|пораньше)\b",
    re.IGNORECASE,
)
_DAYS = rf"{MONTHS}|числ"
_HOUR = re.compile(rf"\b(в|на|к)\s*\d{{1,2}}\b(?!\s*({_DAYS}))|\d[:.]\d\d", re.IGNORECASE)
_POINTED = re.compile(r"\b(её|ее|эту|этот|его|последн\w+|только что)\b", re.IGNORECASE)
# «думаю, отменить ли», «может, перенести»: thinking aloud is no order.
_DOUBT = re.compile(
    r"\b(думаю|подумываю|не знаю|сомневаюсь|может( быть)?|наверно\w*|возможно)\b[^.!?]*(отмен|перен[ео]с)"
    r"|\b(отмен|перен[ео]с)\w*\s+ли\b",
    re.IGNORECASE,
)
# «вы перенесли мою запись?», «кто отменил запись?»: of what has happened, not of what is to be done.
_HAPPENED = re.compile(
    r"\b(отмен[ия]л|перен[её]с(л|\b)|перенос[иы]л|удалил|снял)[аио]?\b", re.IGNORECASE
)
_WHY = re.compile(r"\b(кто|почему|зачем|с чего|как так)\b", re.IGNORECASE)
_ON_THE_WAY = re.compile(
    r"\b(подъезж|подхо[дж]|в пути|в дороге|еду|иду|рядом|на месте|приехал)", re.I
)
_LATE = re.compile(r"опазд|опозд|задерж|не успе|позже|пробк|минут", re.IGNORECASE)
# «я уже отменила», «можно на час позже»: told or asked, no order.
_ALREADY = re.compile(
    r"\b(?:я|мы|уже|вчера)\s+(?:уже\s+|вчера\s+)?отмен(?:ил|ял)[аи]?\b", re.IGNORECASE
)
_MAY = re.compile(r"^\W*(?:(?:а|и|но|да|нет|ой)\W+)*(?:можно|нельзя|получится)\b", re.IGNORECASE)
_IF = re.compile(r"\bесли\b", re.IGNORECASE)
_ONLY_IF = re.compile(r"\bесли\b(?! (можно|возможно|не сложно|не трудно|что))", re.IGNORECASE)
_GIVEN_UP = re.compile(r"\bотмен\w+\b[^.!?]*\bпередумал", re.IGNORECASE)
_NEGATED = re.compile(
    r"\bне (надо |нужно |стоит )?отмен\w+|\bотмен\w+ не (надо|нужно|стоит)\b", re.IGNORECASE
)
_OR = re.compile(r"\b(или|либо)\b", re.IGNORECASE)  # «в 10 или 12» chooses neither
_NUMBER = re.compile(r"^\W*(\d)\W*$")
_VISIT = re.compile(r"\b(запис|визит|брон)", re.IGNORECASE)
# «Стоп, не надо» to a question of ours refuses what it proposes, «стоп» alone whatever we write.
_STOPS_IT = re.compile(r"\bстоп\b\W+\w", re.IGNORECASE)
_OPTS_OUT = re.compile(
    r"пиш|напомин|присыл|рассыл|уведомл|беспоко|отпис|сообщ|больше не", re.IGNORECASE
)
# A smile is polite, not a yes to what is written into the journal.
_SMILES = re.compile(r"^[\s\ufe0f🙂☺😊😁😀😄😃🤗😉😅😇)]+$")


def sharpen(frame: Frame, texts: Sequence[str], state: DialogueState) -> Frame:
    """`frame` as the open question makes it; `texts` are the client's words of this turn."""
    text = " ".join(texts)
    listed = tuple(o.value for o in state.options if o.kind == "booking")
    if state.asked is Asked.BOOKING and listed:
        found = _visits(frame, text, listed, state)
        if found is not None:
            return found
    if state.asked is Asked.NAME and isinstance(state.pending, PendingBook):
        frame = _still_pending(frame, state)
    frame = unknown.named(frame, text)
    if frame.unknown_service and "services" not in frame.said:
        # What is asked for now is not what was talked of before.
        frame = replace(frame, services=(), service_family=())
    frame = _of_windows(frame, state)
    asked = state.asked is not Asked.NOTHING
    if (
        frame.intent is Intent.STOP
        and asked
        and _STOPS_IT.search(text)
        and not _OPTS_OUT.search(text)
    ):
        return replace(frame, intent=Intent.OTHER, topic=None, declined=True)
    if state.asked is Asked.CONFIRM and frame.confirmed and _SMILES.match(text):
        return replace(frame, intent=Intent.OTHER, topic=None, confirmed=False, agreed=False)
    if frame.intent in (Intent.CANCEL, Intent.RESCHEDULE) and _happened(text, state):
        why = _WHY.search(text) is not None
        return replace(
            frame, intent=Intent.HUMAN if why else Intent.LIST, also=(), handoff=why,
            topic=Topic.QUESTION if why else None,
        )  # fmt: skip
    if frame.intent is Intent.LATE:
        return _late(frame, text)
    if _of_proposal(frame, text, state):
        return replace(
            frame, intent=Intent.HUMAN, topic=Topic.QUESTION, handoff=True, declined=False,
            no_booking=False,
        )  # fmt: skip
    if _unseen_visit(frame, text, state):
        if state.last_intent is Intent.CANCEL:
            return replace(frame, intent=Intent.HUMAN, topic=Topic.QUESTION, handoff=True)
        return replace(frame, guessed=frame.guessed | {"day"})
    if frame.start is not None and _bare_number(text, state):
        return replace(frame, guessed=frame.guessed | {"time"})
    if frame.intent is Intent.CANCEL and _GIVEN_UP.search(text):
        return replace(frame, intent=Intent.CONFIRM_VISIT, attending=True, declined=False)
    if frame.intent is Intent.CANCEL and not frame.confirmed and _NEGATED.search(text):
        # «маникюр отменять не надо, только стрижку»: the one named is not the one meant
        return replace(frame, booking=None, bookings=(), said=frame.said - {"cancel"})
    unsure = any(said.search(text) for said in (_DOUBT, ASKS, _ONLY_IF, _ALREADY))
    unsure = unsure or (frame.intent is Intent.RESCHEDULE and _MAY.search(text) is not None)
    if frame.intent in (Intent.CANCEL, Intent.RESCHEDULE) and unsure:
        guessed = frame.guessed | {"day"} | (frame.said & {"cancel"})
        frame = replace(frame, said=frame.said - {"cancel"}, guessed=guessed)
    if frame.intent is Intent.CANCEL and _unnamed(frame, text, state):
        return replace(frame, booking=None)
    if frame.intent is Intent.RESCHEDULE and _moves_proposal(frame, text, state):
        return _retimed(frame, state)
    if frame.intent in (Intent.STAFF_INFO, Intent.AVAILABILITY) and _MY_MASTER.search(text):
        return replace(frame, intent=Intent.LIST, also=()) if not frame.day.given else frame
    if _same_question(frame, text, state):
        return replace(frame, intent=Intent.PRICE)
    vague = bool(_PART_OF_DAY.search(text)) and not _HOUR.search(text)
    if frame.start is not None and (vague or _OR.search(text)):
        return replace(frame, guessed=frame.guessed | {"time"})
    return frame


def _happened(text: str, state: DialogueState) -> bool:
    asks = ASKS.search(text) or _WHY.search(text)
    return bool(state.asked is Asked.NOTHING and asks and _HAPPENED.search(text))


def _of_proposal(frame: Frame, text: str, state: DialogueState) -> bool:
    """«а если захочу отменить?», «потом можно перенести?» of a visit not yet booked: no answer to it."""
    if state.asked is not Asked.CONFIRM or not isinstance(state.pending, PendingBook):
        return False
    undecided = frame.declined and _IF.search(text)
    changes = frame.intent in (Intent.CANCEL, Intent.RESCHEDULE) and frame.no_booking
    asked = ASKS.search(text) and not frame.said & {"day", "time", "staff"}
    return bool(asked and (undecided or changes))


def _unseen_visit(frame: Frame, text: str, state: DialogueState) -> bool:
    """«завтра в 15, педикюр» to «Будущих записей не вижу»: the visit to be taken off or moved, as likely."""
    sought = state.asked is Asked.OFFER and state.last_intent in (Intent.CANCEL, Intent.RESCHEDULE)
    ordered = ORDER.search(text) or frame.agreed or frame.confirmed
    return bool(
        sought and frame.intent is Intent.BOOK and frame.said & {"day", "time"} and not ordered
    )


def _bare_number(text: str, state: DialogueState) -> bool:
    """«3» to «10:00, 15:00 и 20:00»: the third of them, or three o'clock?"""
    number = _NUMBER.match(text)
    shown = [datetime.fromisoformat(o.value) for o in state.options if o.kind == "slot"]
    if number is None or f"{number.group(1)})" in state.last_reply:
        return False
    count = int(number.group(1))
    if not 0 < count <= len(shown):
        return False
    hours = [at.hour % 12 for at in shown]
    return hours[count - 1] != count % 12 and count % 12 in hours


def _late(frame: Frame, text: str) -> Frame:
    """«уже подъезжаю» is not late, and «а если опоздаю?» tells of no visit."""
    if frame.late_min is None and _ON_THE_WAY.search(text) and not _LATE.search(text):
        return replace(
            frame, intent=Intent.CONFIRM_VISIT, topic=None, attending=True, handoff=False
        )
    if frame.no_booking and _IF.search(text):
        return replace(frame, intent=Intent.HUMAN, topic=Topic.QUESTION)
    return frame


def _visits(frame: Frame, text: str, listed: tuple[str, ...], state: DialogueState) -> Frame | None:
    """«обе» to «Какую запись отменить?», «да» to the only one named."""
    if _NOT_THAT.search(text) and frame.booking in listed and not frame.confirmed:
        if state.task is Task.CANCEL:
            return _all_but(frame, listed)
        others = tuple(item for item in listed if item != frame.booking)
        one = others[0] if len(others) == 1 else None
        return replace(
            frame, intent=Intent.RESCHEDULE, booking=one, booking_options=() if one else others,
            day=DayWish(), time=TimeWish(),
        )  # fmt: skip
    if state.task is Task.CANCEL and KEEPS.search(text) and frame.booking in listed:
        return _all_but(frame, listed)
    if state.task is Task.CANCEL and len(listed) > 1 and _BOTH.search(text):
        return replace(frame, intent=Intent.CANCEL, bookings=listed, confirmed=True, declined=False)
    if len(listed) == 1 and frame.agreed and frame.intent is Intent.OTHER and not frame.declined:
        intent = Intent.RESCHEDULE if state.task is Task.MOVE else Intent.CANCEL
        return replace(frame, intent=intent, booking=listed[0])
    return None


def _all_but(frame: Frame, listed: tuple[str, ...]) -> Frame:
    """«стрижку оставьте» to «Какую запись отменить?»: the others, and only when asked about."""
    others = tuple(item for item in listed if item != frame.booking)
    if not others:
        return replace(frame, intent=Intent.OTHER, declined=True, booking=None)
    return replace(
        frame, intent=Intent.CANCEL, booking=None, bookings=others, confirmed=False, declined=False
    )


def _still_pending(frame: Frame, state: DialogueState) -> Frame:
    """«Стрижка», «Игорь, на стрижку» to «На чьё имя?»: the very service that waits for the name."""
    pending = state.slots.services
    again = "services" in frame.said and bool(pending) and set(pending) <= set(frame.service_family)
    if not again or frame.said - {"services", "name"}:
        return frame
    intent = frame.intent if frame.client_name else Intent.OTHER
    return replace(
        frame, intent=intent, services=pending, service_options=(), said=frame.said - {"services"}
    )


def _unnamed(frame: Frame, text: str, state: DialogueState) -> bool:
    """«отмените запись» after a booking: which one, when there are several, is not ours to guess."""
    last = frame.booking is not None and frame.booking == state.last_record
    idle = state.asked is Asked.NOTHING and not frame.confirmed
    named = frame.said & {"services", "staff", "day", "time"}
    return last and idle and not named and not _POINTED.search(text)


def _moves_proposal(frame: Frame, text: str, state: DialogueState) -> bool:
    """«Перенесите на 18:00» while a new visit waits for «да»: nothing is in the journal yet."""
    asked = state.asked in (Asked.CONFIRM, Asked.NAME)
    waiting = asked and isinstance(state.pending, PendingBook)
    timed = frame.day.given or frame.time.given or frame.staff is not None
    return waiting and timed and not _VISIT.search(text)


def _retimed(frame: Frame, state: DialogueState) -> Frame:
    known = state.slots
    day = frame.day if frame.day.given else known.day
    return kept(frame, state, day=day, time=frame.time if frame.time.given else known.time)


def _of_windows(frame: Frame, state: DialogueState) -> Frame:
    """«в субботу» of «завтра после 6 или в субботу с утра»: that day's own time is still meant."""
    if "day" not in frame.said or "time" in frame.said or frame.start is not None:
        return frame
    times = [time for day, time in state.slots.windows if day.on == frame.day.on]
    return replace(frame, time=times[0]) if len(times) == 1 else frame


def _same_question(frame: Frame, text: str, state: DialogueState) -> bool:
    """«а маникюр?» after a price is another price; so is «мужские» to prices in general."""
    general = state.asked is Asked.SERVICE and not state.options
    after = state.last_intent is Intent.PRICE and state.asked in (Asked.OFFER, Asked.SERVICE)
    named = "services" in frame.said or frame.unknown_service is not None
    bare = frame.intent is Intent.BOOK and named
    plain = bare and not frame.said & {"day", "time", "staff", "people"}
    again = bool(_REPEATED_QUESTION.search(text)) or (general and not ORDER.search(text))
    return after and plain and not _VISIT.search(text) and again
