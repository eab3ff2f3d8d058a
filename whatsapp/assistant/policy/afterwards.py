"""What is said of a visit that was just booked, shown or taken off: another hour, who, «оставьте». Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Change, Frame, Intent, Topic
from whatsapp.assistant.policy import after_cancelling
from whatsapp.assistant.policy.said import UNDOES
from whatsapp.assistant.policy.wishes import kinds_of
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish, clock, minutes

# «а к кому?», «во сколько?», «точно?»: of the visit spoken of, not of the salon.
_WHICH = re.compile(
    r"^\W*((а|и|так|напомните|подскажите)\W+)*"
    r"(к кому|у кого|во сколько|в котором часу|на какое время|в какое время|на когда|на какой день"
    r"|как(ой|ого|ому) мастер\w*|точно|правда|я записана?|всё в силе|все в силе)\W*$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(ещ[её]|тоже|также|запиш\w+|записать\w*|нов\w+|друг\w+ челове\w+)\b", re.I
)
_SAME_AGAIN = re.compile(
    r"\b(ещ[её]|и|запиш\w+|записать)\b.*\b(так же|также|то же( самое)?|тоже|такую же|туда же)\b",
    re.I,
)
_MISTAKEN = re.compile(r"\b(ошиб\w*|перепута\w*|не то\b|точнее|вернее|имел\w* в виду)", re.I)
# «отмените стрижку, хотя нет, оставьте», «запишите на завтра… ой нет, не надо»: taken back as it is said.
_TAKEN_BACK = re.compile(
    r"\b(хотя|ой|стоп|ай|нет)\b[\s,.!-]*(ой\b[\s,]*|нет\b[\s,]*)*"
    r"(не надо|не нужно|не отменя\w+|не перенос\w+|не запис\w+|передумал\w*"
    r"|(пусть )?оста(вь|ньте|вим|ётся|ется)\w*)"
    r"(?=\W*$|\s*[,.!;)]|\s+(приду|ничего|пожалуйста|её|ее|его|запис\w+|отмен\w+|перенос\w+)\b)",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(по)?раньше\b", re.IGNORECASE)
_LATER = re.compile(r"\b(по)?по?зже\b|\bпопозже\b", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\bдруг(ое|ой|ую)\s+(врем|день|числ|дат)", re.IGNORECASE)
_SHIFT = re.compile(r"\bна (час|полчаса|\d+)|\bне (раньше|позже)\b", re.IGNORECASE)
_ILL = re.compile(r"\b(забол|приболе|простуд|простыл|температур|больнич)\w*", re.IGNORECASE)
# «хотя нет, не смогу» after «подтверждаю»
_CANNOT = re.compile(
    r"\bне (смогу|приду|успеваю|получ(ится|ается)|выйдет)( (в|к|на) \d{1,2}([:.]\d\d)?)?\W*$",
    re.IGNORECASE,
)
_OF_IT = (Intent.PRICE, Intent.SERVICES)
_MOVES = re.compile(r"\b(перенес|перенос|перепи[сш])\w*", re.IGNORECASE)
_WHOLE = frozenset(("services", "day", "time"))
_TAKE_OFF = re.compile(r"^\W*(пожалуйста\W+)?(убер|убир|исключ|вычерк)\w+", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(ещ[её]|тоже|также|втор\w+|для|(по)?друг\w*|мам\w*|муж(у|а|ем)?|жен(у|е|ой)|сын\w*|доч\w*|сестр\w*"
    r"|брат\w*|коллег\w*|реб[её]н\w*)\b",
    re.IGNORECASE,
)
_TOLD = (Intent.LATE, Intent.LIST)  # spoken of, so «можно к 4?» is its other hour
_BOTH = re.compile(r"\b(обе|оба|обеих|обоих)\b", re.IGNORECASE)
_ALL_OF_THEM = re.compile(rf"{_BOTH.pattern}|\bвсе\s+(мои\s+)?(запис|визит)\w*", re.IGNORECASE)
_TALK = (Intent.BOOK, Intent.AVAILABILITY, Intent.OTHER, Intent.RESCHEDULE)


def concerns(frame: Frame, texts: Sequence[str], state: DialogueState) -> bool:
    """True when the client's visits have to be looked up to read these words."""
    text = " ".join(texts)
    if not state.idle:
        return False
    told = frame.said & {"day", "time", "staff", "services"}
    shifted = _EARLIER.search(text) or _LATER.search(text) or _ELSEWHERE.search(text)
    priced = state.last_intent is Intent.LIST and frame.intent in _OF_IT
    ill = frame.intent is Intent.OTHER and (_ILL.search(text) or _CANNOT.search(text))
    whole = frame.intent is Intent.BOOK and frame.said >= _WHOLE
    taken_off = frame.intent is Intent.BOOK and _TAKE_OFF.match(text)
    again = (state.last_record is not None or state.last_intent in _TOLD) and told
    return bool(again or shifted or priced or ill or whole or taken_off)


def heard(
    frame: Frame, texts: Sequence[str], state: DialogueState, salon: SalonView, context: Context
) -> Frame:
    """`frame` as a question about, or second thoughts of, the visit the dialogue was about."""
    text = " ".join(texts)
    if not state.idle:
        return frame
    if after_cancelling.concerns(frame, text, state, context):
        return after_cancelling.heard(frame, text, state.focus)
    done = state.last_intent in (Intent.CANCEL, Intent.RESCHEDULE)
    if done and frame.intent is not Intent.HUMAN and UNDOES.search(text):
        return replace(frame, intent=Intent.OTHER, declined=True, service_options=(), topic=None)
    spoken_of = state.last_record is not None or state.last_intent is Intent.LIST
    if spoken_of and _WHICH.match(text) and "services" not in frame.said:
        return replace(frame, intent=Intent.LIST, also=(), topic=None)
    if _TAKEN_BACK.search(text) and frame.intent in (Intent.CANCEL, Intent.RESCHEDULE, Intent.BOOK):
        return _never_mind(frame)
    own = _visit(frame, state, salon, context)
    if own is not None and frame.intent in _OF_IT and state.last_intent is Intent.LIST:
        return _of_it(frame, own)
    if (
        own is not None
        and frame.intent is Intent.OTHER
        and frame.topic is None
        and (_ILL.search(text) or _CANNOT.search(text))
    ):  # or to be moved: that is asked
        return replace(frame, intent=Intent.CANCEL, booking=own.id, declined=False)
    if spoken_of and context.upcoming and frame.intent is Intent.OTHER and _CANNOT.search(text):
        return replace(frame, intent=Intent.CANCEL, declined=False)  # which of them: that is asked
    if context.upcoming is not None and frame.intent is Intent.BOOK and _TAKE_OFF.match(text):
        return _taken_off(frame, context)
    if (same := _booked_already(frame, text, salon, context)) is not None:
        return same
    if frame.intent is Intent.CONFIRM_VISIT:
        return _coming(frame, text, own, salon, context)
    if own is not None and _held_up_long_before(frame, own, state):
        return replace(_shown(_move(frame, own)), day=DayWish(), time=TimeWish(), handoff=False)
    if frame.intent is Intent.LATE and frame.late_min is None and _LATER.search(text):
        frame = replace(frame, intent=Intent.OTHER, topic=None, handoff=False)
    if own is not None and own.id == state.last_record and _SAME_AGAIN.search(text):
        once_more = _once_more(frame, own, salon)
        if once_more is not None:
            return once_more
    if own is None or frame.intent not in _TALK or _ANOTHER.search(text):
        return frame
    moved = _shifted(frame, text, own, salon)
    if moved is not None:
        return moved
    # «а в 17 есть?», «в смысле в 11» of the visit that was just booked
    asked = frame.intent is Intent.AVAILABILITY and "time" in frame.said
    asked = asked or (frame.intent is Intent.OTHER and frame.topic is None and bool(frame.said))
    told = state.last_intent in _TOLD and frame.said == {"time"} and _only(context)
    if not (own.id == state.last_record or told) or not (frame.intent is Intent.BOOK or asked):
        return frame
    if "services" in frame.said:
        return _corrected(frame, text, own, salon)
    if not frame.said & {"day", "time", "staff"} or frame.said & {"people", "name"}:
        return frame
    # Half of it is guessed: that it is this visit which is to be moved.
    on = frame.day if "day" in frame.said else DayWish(on=own.start.astimezone(salon.zone).date())
    day = on if frame.said & {"day", "time"} else DayWish()
    return replace(_move(frame, own), day=day, guessed=frame.guessed | {"day"})


def _only(context: Context) -> bool:
    return len(context.upcoming or ()) == 1


def _never_mind(frame: Frame) -> Frame:
    """The order is taken back in the words that gave it: nothing is done, a visit stays."""
    stays = frame.booking is not None and frame.intent is not Intent.BOOK
    return replace(
        frame, intent=Intent.CONFIRM_VISIT if stays else Intent.OTHER, also=(), topic=None,
        attending=True if stays else None, declined=not stays, confirmed=False, bookings=(),
        said=frozenset(), clarify=(), no_booking=False,
    )  # fmt: skip


def _taken_off(frame: Frame, context: Context) -> Frame:
    """«уберите педикюр» where none is booked: nothing is to be added for it."""
    return replace(
        frame, intent=Intent.CANCEL, booking=None, booking_mismatch=True, clarify=(),
        booking_options=tuple(v.id for v in context.upcoming or ()),
    )  # fmt: skip


def _booked_already(frame: Frame, text: str, salon: SalonView, context: Context) -> Frame | None:
    """The very visit that exists is asked for again, and for nobody else."""
    if frame.intent is not Intent.BOOK or not frame.said >= _WHOLE or _SOMEBODY.search(text):
        return None
    if frame.people is not None or frame.guest_name is not None:
        return None
    for visit in context.upcoming or ():
        start = visit.start.astimezone(salon.zone)
        at = (frame.day.on, frame.time.at) == (start.date(), start.time().replace(tzinfo=None))
        if at and set(visit.services) == set(frame.services):
            return _move(frame, visit)
    return None


def _shown(frame: Frame) -> Frame:
    """«не отменяйте, перенесите на субботу»: asked about before it is done."""
    return replace(frame, attending=None, guessed=frame.guessed | {"day"})


def _held_up_long_before(frame: Frame, own: UpcomingBooking, state: DialogueState) -> bool:
    """«ой, в 10 не успею» of a visit that was just booked for another day: nobody is late yet."""
    said = state.last_activity
    late = frame.intent is Intent.LATE and frame.late_min is None and own.id == state.last_record
    return late and said is not None and said.date() < own.start.astimezone(said.tzinfo).date()


def _once_more(frame: Frame, own: UpcomingBooking, salon: SalonView) -> Frame | None:
    """«и на следующую субботу так же»: the same once more, asked about."""
    if frame.intent is not Intent.BOOK or "services" in frame.said or "day" not in frame.said:
        return None
    at = own.start.astimezone(salon.zone).time().replace(tzinfo=None)
    return replace(
        frame, services=own.services, service_options=(), more=True, clarify=(),
        staff=frame.staff if "staff" in frame.said else own.staff, add_to_booking=False,
        time=frame.time if "time" in frame.said else TimeWish(at=at),
        guessed=frame.guessed | {"services", "day"},
    )  # fmt: skip


def _coming(
    frame: Frame, text: str, own: UpcomingBooking | None, salon: SalonView, context: Context
) -> Frame:
    ordered = sorted(context.upcoming or (), key=lambda v: v.start)
    plain = frame.attending and not frame.said & {"day", "time", "services", "staff"}
    many = len(ordered) == 2 or (len(ordered) > 2 and not _BOTH.search(text))
    if plain and many and _ALL_OF_THEM.search(text):
        return replace(frame, bookings=tuple(v.id for v in ordered))
    named = next((v for v in context.upcoming or () if v.id == frame.booking), own)
    if named is None:
        return frame
    moves = _MOVES.search(text) is not None and frame.said & {"day", "time"}
    return _shown(_move(frame, named)) if moves else _other_hour(frame, named, salon)


def _other_hour(frame: Frame, own: UpcomingBooking, salon: SalonView) -> Frame:
    """«приду завтра в 12» to a visit at 15:00: one of the two is wrong, so it is asked."""
    start, at = own.start.astimezone(salon.zone), frame.time.at
    elsewhere = at is not None and at != start.time().replace(tzinfo=None)
    if not elsewhere or frame.day.on not in (None, start.date()) or frame.time.approx:
        return frame
    day = DayWish(on=start.date())
    return replace(_shown(_move(frame, own)), day=day)


def _of_it(frame: Frame, own: UpcomingBooking) -> Frame:
    """«а сколько это стоит?» of the visit that was just shown."""
    if frame.said & {"services", "staff"}:
        return frame
    return replace(frame, services=own.services, staff=own.staff, booking=own.id)


def _visit(
    frame: Frame, state: DialogueState, salon: SalonView, context: Context
) -> UpcomingBooking | None:
    visits = context.upcoming or ()
    last = next((v for v in visits if v.id == state.last_record), None)
    if last is not None:
        return last
    on = frame.day.on
    named = [v for v in visits if on is None or v.start.astimezone(salon.zone).date() == on]
    return named[0] if len(named) == 1 else None


def _move(frame: Frame, own: UpcomingBooking) -> Frame:
    return replace(
        frame, intent=Intent.RESCHEDULE, booking=own.id, booking_options=(), also=(), topic=None,
        booking_mismatch=False, no_booking=False, concerns_visit=True,
    )  # fmt: skip


def _shifted(frame: Frame, text: str, own: UpcomingBooking, salon: SalonView) -> Frame | None:
    """«можно пораньше?»: the same day before the hour of the visit, nearest to it first."""
    earlier, later = bool(_EARLIER.search(text)), bool(_LATER.search(text))
    if (
        earlier == later
        or frame.topic not in (None, Topic.QUESTION)
        or _SHIFT.search(text)
        or "services" in frame.said
    ):
        return None
    start = own.start.astimezone(salon.zone)
    if "time" in frame.said and frame.intent is Intent.RESCHEDULE:
        return None
    if "time" in frame.said:  # «чуть попозже, часов в 12»
        on = frame.day if "day" in frame.said else DayWish(on=start.date())
        return replace(_move(frame, own), day=on, guessed=frame.guessed | {"day"})
    at = minutes(start.time())
    step = salon.slot_step_minutes
    before = TimeWish(end=clock(at - 1), late=True)
    time = before if earlier else TimeWish(start=clock(at + min(step, 15)), early=True)
    day = frame.day if "day" in frame.said else DayWish(on=start.date())
    return replace(_move(frame, own), day=day, time=time)


def _corrected(frame: Frame, text: str, own: UpcomingBooking, salon: SalonView) -> Frame:
    """«ой, без покрытия»: another service of the same kind in place of what was booked."""
    timed = frame.said & {"day", "time", "people"}
    akin = any(set(own.services) & set(kind) and set(frame.services) <= set(kind)
               for kind in kinds_of(salon, None))  # fmt: skip
    if timed or not frame.services or not (akin or _MISTAKEN.search(text)):
        return frame
    return replace(
        _move(frame, own), change=Change.SWAP, day=DayWish(), time=TimeWish(), staff=None
    )
