"""Short words amid a booking that is being arranged: another time, anybody, a bare day, «давайте». Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy import cheaper, refused, that_week, who_comes
from whatsapp.assistant.policy.refused import kept
from whatsapp.assistant.policy.said import ORDER, OTHER_TIME
from whatsapp.assistant.policy.wishes import kinds_of
from whatsapp.assistant.state import Asked, DialogueState, PendingBook, Slots, Task
from whatsapp.assistant.types import Context, SalonView
from whatsapp.assistant.understand import yesno
from whatsapp.assistant.wishes import DayWish, TimeWish, clock, minutes

_OTHER_DAY = re.compile(r"\bдруг(ой|ие|ого) (день|дни|дат)|\bв другой\b", re.IGNORECASE)
_ANYBODY = re.compile(
    r"\bлюб(ой|ого|ому|ая)\s+мастер|\bмастер\w*\s+(любой|не важ\w+|без разницы|вс[её] равно)"
    r"|\b(без разницы|вс[её] равно|не ?важно)\W+(к кому|кто|у кого|какой мастер)|\b(к|у) ком\w+ угодно",
    re.IGNORECASE,
)
_ANY_DAY = re.compile(
    r"\b(любой|любое|любые|ближайш\w+) (день|дни|число|дат\w*|времени?)\b|\bв любой\b"
    r"|\bдень\s+(любой|не\s?важен|не\s?важно|без разницы)\b",
    re.I,
)
_WHATEVER = re.compile(
    r"^\W*(любой|любое|без разницы|вс[её] равно|не ?важно|когда есть|как есть)\W*$", re.I
)
_FOLLOWS = re.compile(r"^\W*(а|и)\s.*\?\W*$", re.IGNORECASE)
_GO_ON = re.compile(r"\b(давай(те)?|запиши(те)?|записывай(те)?)\b", re.IGNORECASE)
_EARLY = re.compile(r"\bпораньше\b|\bраньше\b|самое раннее|как можно раньше", re.IGNORECASE)
_EARLIEST = re.compile(r"\bпораньше\b|самое раннее|как можно раньше", re.IGNORECASE)
_LATE = re.compile(r"\bпопозже\b|\bпозже\b|самое поздн\w+|как можно позже", re.IGNORECASE)
_MINUTES = re.compile(r"\b(\d{1,3})\s*(-?ти|-?ть)?\s*(мин|м\b|$)|\bминут\w* на (\d{1,3})\b", re.I)
# «да, и 14-го тоже»: the same once more
_SAME_TOO = re.compile(r"\b(тоже|также|ещ[её] (раз|и|на))\b|\bи ещ[её]\b", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(вместо|только|обе\w*|оба|обоим|всем|без|не)\b", re.IGNORECASE)
_ONLY = re.compile(r"\b(вместо|только|лишь|просто|лучше|одн[уо]|один|не)\b", re.IGNORECASE)
_YES = re.compile(r"^\W*(да|ага|угу|ок|хорошо)\b", re.IGNORECASE)
_SORRY = re.compile(r"^\W*(извин|прост[иь])\w*(\s+пожалуйста)?\W*$", re.IGNORECASE)
_AFTER_IT = re.compile(r"\b(после|потом|следом|сразу за)\b", re.IGNORECASE)
_FOUR_HANDS = re.compile(r"\b(4|четыре)\s*-?х?\s*рук|четыр[её]хручн", re.IGNORECASE)
_ALSO = re.compile(r"\b(ещ[её]|также|тоже|плюс)\b|^\W*и\s", re.IGNORECASE)
_NOT_TO = re.compile(r"\bне\s+(к|ко|у|с)\b|\bкроме\b", re.IGNORECASE)
_QUESTIONS = (Asked.DAY, Asked.SLOT, Asked.CONFIRM, Asked.TIME)


def heard(
    frame: Frame, texts: Sequence[str], state: DialogueState, salon: SalonView, context: Context
) -> Frame:
    """`frame` as what is being arranged makes it."""
    text = " ".join(texts)
    if len(frame.services) > 1 and frame.people is None and _FOUR_HANDS.search(text):
        frame = replace(frame, parallel=True)
    frame = cheaper.heard(frame, text, state, salon)
    # «ладно, давайте к Анне» after «только не к Анне»
    if frame.staff in state.slots.exclude_staff and not _NOT_TO.search(text):
        refused_still = tuple(item for item in frame.exclude_staff if item != frame.staff)
        frame = replace(frame, exclude_staff=refused_still)
    if (others := who_comes.heard(frame, text, state)) is not None:
        return others
    if state.task is Task.MOVE and frame.intent is Intent.RESCHEDULE and _FOLLOWS.match(text):
        return replace(frame, guessed=frame.guessed | {"day"})  # a question is no order
    frame = that_week.heard(frame, text, state)
    if state.task is Task.MOVE and (asked := _free_to_move(frame, state)) is not None:
        return asked
    if (
        state.task in (Task.BOOK, Task.MOVE)
        and (unfit := refused.heard(frame, text, state)) is not None
    ):
        return unfit
    if frame.intent is Intent.OTHER and state.asked is Asked.NOTHING and _SORRY.match(text):
        return replace(frame, agreed=True)
    if state.last_intent is Intent.LATE and frame.intent is Intent.OTHER:
        return _late(frame, text, context)
    if state.task is Task.BOOK and state.slots.services:
        frame = _booking(frame, text, state, salon)
    if frame.intent is Intent.OTHER and frame.topic is None and _idle_no(texts, state):
        return replace(frame, declined=True)
    if frame.intent in (Intent.BOOK, Intent.AVAILABILITY) and not frame.day.given:
        answered = state.asked is Asked.DAY and _WHATEVER.match(text)
        if answered or _ANY_DAY.search(text):
            return replace(frame, asap=True)
    whole = frame.day.on is not None and frame.time.at is not None
    if whole and frame.intent is Intent.BOOK and _asks(text):
        frame = replace(frame, guessed=frame.guessed | {"day"})
    if (span := refused.both_ends(frame, text, state)) is not None:
        frame = replace(frame, time=span)
    if frame.intent is Intent.BOOK and not frame.time.given and frame.start is None:
        frame = replace(frame, time=_edge(frame.time, text))
    return frame


def _free_to_move(frame: Frame, state: DialogueState) -> Frame | None:
    """«а что есть?» while a visit is being moved: where it may go, not one more visit."""
    open_ = state.asked in (*_QUESTIONS, Asked.STAFF) and frame.intent is Intent.AVAILABILITY
    if not open_ or {"services", "people"} & frame.said:
        return None
    if "staff" in frame.said and "day" not in frame.said:  # «а Катя на это время свободна?»
        return replace(
            frame, intent=Intent.RESCHEDULE, booking=state.booking, guessed=frame.guessed | {"day"}
        )
    day = frame.day if frame.day.given else state.slots.day
    return replace(
        frame, intent=Intent.RESCHEDULE, also=(), topic=None, booking=state.booking, day=day,
        time=frame.time if "time" in frame.said else TimeWish(start=clock(0) if day.given else None),
        staff=frame.staff if "staff" in frame.said else state.slots.staff, services=(),
        service_options=(), asap=not day.given, guessed=frame.guessed | {"day"}, start=None,
        booking_options=(), no_booking=False, confirmed=False, clarify=(),
    )  # fmt: skip


def _asks(text: str) -> bool:
    """A question, wherever it stands: «а можно завтра в 12? буду благодарна»."""
    return "?" in text and not ORDER.search(text)


def _edge(time: TimeWish, text: str) -> TimeWish:
    """«завтра пораньше», «самое позднее»: the end of the day that is liked."""
    if _EARLIEST.search(text):
        return replace(time, start=clock(0), early=True, late=False)
    return replace(time, end=clock(24 * 60), late=True, early=False) if _LATE.search(text) else time


def _booking(frame: Frame, text: str, state: DialogueState, salon: SalonView) -> Frame:
    known, named = state.slots, bool({"day", "time", "services"} & frame.said)
    asks = state.asked in (*_QUESTIONS, Asked.NOTHING) and known.day.given
    another = OTHER_TIME.search(text) or _OTHER_DAY.search(text)
    if asks and another and not {"time", "services"} & frame.said:
        day = _other_day(frame, text, state)
        return kept(frame, state, time=TimeWish(anytime=True), day=day)
    free = (Intent.OTHER, Intent.AVAILABILITY)
    asking = frame.intent in free and frame.topic in (None, Topic.QUESTION) and not frame.place
    if asking and not named and (edge := _beyond(text, state)) is not None:
        return kept(frame, state, time=edge)
    if state.asked is Asked.NOTHING and frame.agreed and frame.intent is Intent.OTHER:
        stale = state.pending_at is not None and known.time.at is not None
        if stale and known.day.on is not None:
            # What was proposed long ago is proposed again, not executed.
            return replace(kept(frame, state), guessed=frame.guessed | {"day"})
        return kept(frame, state) if _GO_ON.search(text) else frame
    only = frame.intent is Intent.OTHER or frame.said == {"people"}
    if state.asked is Asked.CONFIRM and only and frame.people is not None:
        again = replace(kept(frame, state), people=frame.people, said=frozenset({"people"}))
        chosen = known.staff if known.staff_said else None
        return replace(again, staff=chosen, guessed=frame.guessed | {"services"})
    if _in_turn(frame, text, state):
        both = (*known.services, *frame.services)
        again = replace(kept(frame, state), services=both, staff=None)
        return replace(again, guessed=frame.guessed | {"services"})
    if _of_the_party(frame, text, state):
        return replace(kept(frame, state), guessed=frame.guessed | {"services"})
    if (closer := _closer(frame, text, state, salon)) is not None:
        return closer
    if frame.start is not None and state.asked is Asked.SLOT:
        frame = _not_chosen(frame, text, state)
    if frame.start is None and frame.intent is Intent.BOOK and _FOLLOWS.match(text):
        return replace(frame, guessed=frame.guessed | {"day"})  # a question is no order
    return frame


def _in_turn(frame: Frame, text: str, state: DialogueState) -> bool:
    """«а стрижку после него?» to a proposal: one more thing, not another one."""
    one = isinstance(state.pending, PendingBook) and len(state.pending.visits) == 1
    new = frame.said == {"services"} and not set(frame.services) & set(state.slots.services)
    return bool(one and new and frame.services and _AFTER_IT.search(text))


def _of_the_party(frame: Frame, text: str, state: DialogueState) -> bool:
    """«женскую» to «мне стрижку, мужу стрижку»: what one of them is to have anyway, nobody else's."""
    pending = state.pending
    if not isinstance(pending, PendingBook) or frame.said != {"services"}:
        return False
    several = {visit.services for visit in pending.visits}
    known = {service for services in several for service in services}
    return len(several) > 1 and set(frame.services) < known and not _INSTEAD.search(text)


def _closer(frame: Frame, text: str, state: DialogueState, salon: SalonView) -> Frame | None:
    """«женскую» to «окрашивание и стрижку»: one of what is wanted named more closely, the rest stays."""
    known = state.slots.services
    named = frame.service_family  # «без педикюра» names none: it takes one away
    if len(known) < 2 or len(frame.services) != 1 or frame.said != {"services"} or not named:
        return None
    new = frame.services[0]
    kind = next((group for group in kinds_of(salon, None) if new in group), (new,))
    own = [item for item in known if item in kind]
    if frame.people is not None or len(own) != 1 or _ONLY.search(text):
        return None
    services = tuple(new if item == own[0] else item for item in known)
    unsure = frozenset({"services"}) if state.pending is not None else frozenset()
    guessed = frame.guessed - {"services"} | unsure
    return replace(frame, services=services, service_family=(), guessed=guessed)


def _other_day(frame: Frame, text: str, state: DialogueState) -> DayWish:
    if "day" in frame.said:
        return frame.day
    return DayWish() if _OTHER_DAY.search(text) and not OTHER_TIME.search(text) else state.slots.day


def _beyond(text: str, state: DialogueState) -> TimeWish | None:
    """«а пораньше?» to a proposal: before its hour, nearest to it first."""
    pending = state.pending
    at = state.slots.time.at if isinstance(pending, PendingBook) else None
    if at is None:
        return None
    if _EARLY.search(text):
        return TimeWish(end=clock(minutes(at) - 1), late=True)
    return TimeWish(start=clock(minutes(at) + 1), early=True) if _LATE.search(text) else None


def besides(
    frame: Frame, texts: Sequence[str], state: DialogueState
) -> tuple[Frame, tuple[Slots, ...]]:
    """«и ещё маникюр в субботу» to a proposal: that waits for its turn, what was proposed stays as it is."""
    pending = state.pending
    if not isinstance(pending, PendingBook) or state.asked is not Asked.CONFIRM:
        return frame, ()
    more = tuple(s for s in frame.services if s not in state.slots.services)
    further = more and set(state.slots.services) < set(frame.services)
    timed = "services" in frame.said and frame.said & {"day", "time"}
    text = " ".join(texts)
    again = "day" in frame.said and frame.day != state.slots.day and _SAME_TOO.search(text)
    if frame.intent is not Intent.BOOK or frame.people is not None:
        return frame, ()
    if not (further and timed and _ALSO.search(text)) and not (again and not more):
        return frame, ()
    slots = Slots(
        services=more or frame.services, service_words=frame.service_words, day=frame.day, time=frame.time,
        staff=frame.staff if "staff" in frame.said else None, guessed=frame.guessed,
    )  # fmt: skip
    stays = who_comes.proposed_again(frame, state)
    # «да, и 14-го тоже» is a yes to the first.
    return (replace(stays, confirmed=True) if _YES.match(text) else stays), (slots,)


def _not_chosen(frame: Frame, text: str, state: DialogueState) -> Frame:
    """An option that nobody chose: «любой мастер» to a list of times, «воскресенье» to some of its times."""
    if _ANYBODY.search(text):
        return replace(
            frame, start=None, day=state.slots.day, time=state.slots.time, staff=None, staff_any=True,
            said=frozenset({"staff"}),
        )  # fmt: skip
    days = {datetime.fromisoformat(o.value).date() for o in state.options if o.kind == "slot"}
    if len(days) < 2 or re.search(
        r"\d|перв|втор(ой|ое|ая)|треть|последн|люб|час|утр|дн[её]м|вечер", text
    ):
        return frame
    if frame.day.on is None or not re.search(
        r"понедельн|вторник|сред[аеу]|четверг|пятниц|суббот|воскресен|завтра|сегодня", text, re.I
    ):
        return frame
    return replace(frame, start=None, time=state.slots.time, staff=state.slots.staff,
                   said=frozenset({"day"}))  # fmt: skip


def _idle_no(texts: Sequence[str], state: DialogueState) -> bool:
    return state.asked is Asked.NOTHING and yesno.said(texts) is False


def _late(frame: Frame, text: str, context: Context) -> Frame:
    """«минут на 20» after «я задержусь»."""
    found = _MINUTES.search(text)
    if found is None:
        return frame
    return replace(
        frame, intent=Intent.LATE, topic=Topic.LATE, late_min=int(found.group(1) or found.group(4)),
        concerns_visit=True, booking=next((v.id for v in context.upcoming or ()), None),
    )  # fmt: skip
