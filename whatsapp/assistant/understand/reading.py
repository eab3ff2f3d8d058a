"""One turn read by every grammar at once, before any intent is decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from whatsapp.assistant.frame import Intent
from whatsapp.assistant.state import Asked, DialogueState, Option, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import (
    alongside,
    answers,
    cues,
    people,
    services,
    sizes,
    speaker,
    staff,
    when,
)
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.numbers import Known
from whatsapp.assistant.understand.patterns import Line, pat
from whatsapp.assistant.understand.staff_index import gender
from whatsapp.assistant.wishes import DayWish, minutes


@dataclass(frozen=True, slots=True)
class Reading:
    """The raw readings of one line."""

    line: Line
    when: when.When
    services: services.ServiceReading
    staff: staff.StaffReading
    people: people.PeopleReading
    answer: answers.Answer
    cues: frozenset[str] = frozenset()


def read_turn(
    line: Line,
    salon: SalonView,
    index: Catalogue,
    state: DialogueState,
    context: Context,
    now: datetime,
) -> Reading:
    name_expected = state.asked is Asked.NAME
    offered = tuple(
        minutes(datetime.fromisoformat(o.value).astimezone(salon.zone).time())
        for o in state.options
        if o.kind == "slot"
    )
    own = spoken_visit(state, context)
    own_day = own.start.astimezone(salon.zone).date() if own is not None else None
    heard = cues.find(line)
    if line.has(
        "не ..1 помню|знаю|уверена|уверен", "как|сколько ..3 доеду|доедем|доберусь|доберемся"
    ):
        heard -= {"coming"}
    if line.has(
        "не|боюсь|боимся|чтоб|чтобы|могу ..2 опоздать|опаздывать", "не ..1 опоздаю|опоздаем"
    ):
        heard -= {"late"}  # «сколько по времени? чтоб на поезд не опоздать»
    if line.has("я|мы свободен|свободна|свободный|свободная|свободны") and not line.has(
        "есть|когда|окн~|окошк~|место|время"
    ):
        heard -= {"availability"}  # «а вот в пятницу я свободная»
    if line.has("в переноск~"):
        heard -= {"move"}  # «с котом в переноске»
    if line.has("я? ..1 перезвоню|позвоню|наберу"):
        heard -= {"call"}  # «я перезвоню» asks for no call
    if line.has(
        "перенос~|перенести не надо|нужно|хочу|буду",
        "не надо|нужно|хочу|буду ..1 перенос~|перенести",
    ):
        heard -= {"move"}  # «не приду, переносить не надо»
    if line.has("не ..1 перенос~|перенесите|сдвига~|двига~|меняйте"):
        heard -= {"move"}  # «не переносите, оставьте»
    if line.has("никто не", "не ..1 перенесли|отменили|сдвинули"):
        heard -= {"move", "cancel"}  # «мою запись никто не перенёс?»
    about_own = bool({"move", "cancel"} & heard) or state.task is Task.MOVE
    about_own = about_own or state.asked is Asked.ATTEND
    asked = _AWAITED.get(state.asked, "")
    known = Known(
        asked=asked,
        day=state.slots.day.on or own_day,
        anchor=state.slots.day.on or (own_day if about_own else None),
        day_known=state.slots.day.given or state.asked is Asked.ATTEND,
        hour=state.slots.time.at.hour if state.slots.time.at is not None else None,
        time_known=state.slots.time.at is not None,
        offered_minutes=offered,
        hour_long=_hour_long(line, index, state),
        own=own.start.astimezone(salon.zone) if own is not None else None,
        visits=tuple(v.start.astimezone(salon.zone).date() for v in context.upcoming or ()),
        cancels="cancel" in heard,
    )
    answer = answers.read(line)
    chosen = (
        answer.index is not None
        and bool(state.options)
        and _is_choice(answer.index, state, line, salon)
    )
    reading = when.When() if chosen else when.read(line, now, salon, known)
    _offered_weekday(reading, state, salon)
    masters = staff.read(line, salon, name_expected=name_expected)
    taken = reading.taken | masters.taken
    if len({m.rejected for m in masters.mentions}) > 1:
        heard -= {"cancel"}  # «к Тимуру больше не пойду, давайте к Сергею»
    person = people.read(
        line,
        name_expected=name_expected,
        catalogue_words=index.vocabulary,
        masters=masters.taken,
    )
    male = speaker.male(line)
    male = speaker.male_guest(state.slots.guest_name) if male is None else male
    found = services.read(
        line,
        index,
        taken | person.taken,
        male=male,
        with_child=person.with_speaker,
        asked=state.asked is Asked.SERVICE,
        child=person.child,
    )
    found = alongside.placed(line, reading, found, context, salon)
    answer = answer if chosen else replace(answer, index=None)
    return Reading(line, reading, found, masters, person, answer, heard)


_AWAITED = {Asked.TIME: "time", Asked.SLOT: "time", Asked.DAY: "day", Asked.BOOKING: "day"}


def _hour_long(line: Line, index: Catalogue, state: DialogueState) -> bool:
    """«общий на час», when the time is agreed or the price is asked, and that length is sold."""
    spoken = state.slots.time.at is not None or state.last_intent is Intent.PRICE
    return spoken and 60 in sizes.read(line, index).lengths


def _offered_weekday(read: when.When, state: DialogueState, salon: SalonView) -> None:
    """«четверг подходит» of days of the next week that were offered."""
    day = read.day.on
    days = {
        datetime.fromisoformat(o.value).astimezone(salon.zone).date()
        for o in state.options
        if o.kind == "slot"
    }
    if day is None or not read.by_weekday or day in days:
        return
    same = [item for item in days if item.weekday() == day.weekday()]
    if len(same) == 1:
        read.day = DayWish(on=same[0])


def _is_choice(index: int, state: DialogueState, line: Line, salon: SalonView) -> bool:
    """Is «5» the fifth option, or five o'clock? An hour among the offered slots wins over a number."""
    count = len(state.options)
    if state.options[0].kind == "slot":
        word = next((t for t in line.tokens if t.kind == "num"), None)
        if word is not None and index > 0:
            starts = [datetime.fromisoformat(o.value) for o in state.options]
            hours = [start.astimezone(salon.zone).hour % 12 for start in starts]
            same = hours[index - 1] == index % 12 if index <= count else False
            if index % 12 in hours and not same:
                return False  # «2» is the second of them when that is at two o'clock or half past
    elif index == answers.SOONEST:
        return False  # of days and masters nothing is soonest
    return answers.position(index, count) is not None


def spoken_visit(state: DialogueState, context: Context) -> UpcomingBooking | None:
    """The visit the talk is about: the one of a reminder, else the client's only one."""
    visits = context.upcoming or ()
    named = next((v for v in visits if v.id == state.booking), None)
    return named or (visits[0] if len(visits) == 1 else None)


def chosen_day(read: Reading, state: DialogueState) -> DayWish | None:
    """«второе» to «пятница 13-го или суббота 14-го?»"""
    days = [o for o in state.options if o.kind == "day"]
    at = answers.position(read.answer.index, len(days))
    return None if at is None else DayWish(on=date.fromisoformat(days[at].value))


_EDGE = (
    "котор~|тот|самое|самый ..1 попозже|пораньше|позже|раньше|позднее",
    "то|тот|та|те ,? что попозже|пораньше|позже|раньше|позднее $|,|.|!|и|пожалуйста",
    "к|ко . что попозже|пораньше|позже|раньше|позднее", "^ что попозже|пораньше|позже|раньше|позднее",
    "ранн~|поздн~ котор~",
    "к|ко . на? более? раннее|позднее|ранний|поздний", "более раннее|позднее|ранний|поздний",
)  # fmt: skip


_BOUNDS = ("с|со|после|до|от|раньше|позже N:h", "с|со|после|до|от|раньше|позже T:t")


def chosen_option(read: Reading, state: DialogueState, salon: SalonView) -> Option | None:
    """The offered slot that was meant: by its number, or by its hour (and master, and day)."""
    slots = [o for o in state.options if o.kind == "slot"]
    if not slots:
        return None
    answer = read.answer
    if answer.index == answers.SOONEST:
        return min(slots, key=lambda option: datetime.fromisoformat(option.value))
    if answer.index is not None:
        at = answers.position(answer.index, len(slots))
        return None if at is None else slots[at]
    if answer.whatever and not read.when.time.given:
        return slots[0]
    if len(slots) == 1 and answer.yes and not read.when.time.given and not read.when.day.given:
        return slots[0]
    named = {i for m in read.staff.mentions if not m.rejected for i in m.options}
    if read.staff.gender and not named:
        named = {o.staff for o in slots if o.staff and gender(salon, o.staff) == read.staff.gender}
    refused = {i for m in read.staff.mentions if m.rejected for i in m.options} - named
    fitting = []
    for option in slots:
        if option.staff in refused:
            continue
        start = datetime.fromisoformat(option.value).astimezone(salon.zone)
        if read.when.day.given and not read.when.day.admits(start.date()):
            continue
        if named and option.staff not in named:
            continue
        hour = start.time().replace(tzinfo=None)
        if read.when.time.given and not read.when.time.admits(hour):
            continue
        if read.when.time.approx and hour != read.when.time.at:
            continue  # «часа в три» chooses no half past two
        fitting.append(option)
    edge = read.line.has(*_EDGE) or (
        bool(named) and len(fitting) > 1 and read.line.has("попозже|пораньше")
    )
    if edge and fitting and "?" not in read.line.words and not read.when.time.given:
        return fitting[
            -1 if read.line.has("попозже|позже|позднее|поздн~") else 0
        ]  # «сб, которое попозже»
    if named and len(fitting) > 1 and not read.when.time.given and "?" not in read.line.words:
        for at, ordinal in (
            (0, "первое|первый"),
            (1, "второе|второй"),
            (-1, "последнее|последний"),
        ):
            if read.line.has(f"{ordinal} $|.|,|!|у|к|время|окно|окошко"):
                return fitting[at]  # «к Ане второе»: of hers
    t = read.when.time
    spoken = answer.yes or read.line.has(
        "то|тот|та ,? что|которое|который|которая", "^ ..1 которое|который|которая|то|тот",
        "утренн~|дневн~|вечерн~|обеденн~", "котор~ .? $",
    )  # fmt: skip
    agreed = (spoken or (bool(named) and "?" not in read.line.words)) and len(
        fitting
    ) == 1  # «вечер подходит», «утреннее»
    bounded = any(any(read.line.in_codes(pat(bound))) for bound in _BOUNDS)  # «в воскресенье с 14»
    named_both = read.when.day.on is not None and "?" not in read.line.words and not bounded
    agreed = agreed or (named_both and len(fitting) == 1)  # «сб вечер»
    if t.given and t.at is None and not t.options and not agreed:
        return None  # «утром», «а вечером есть?» narrow what is offered, they choose nothing
    if not t.given and not (named or refused) and "?" in read.line.words:
        return None  # «а в субботу?»
    spoke = read.when.time.given or read.when.day.given or bool(named or refused)
    return fitting[0] if spoke and (len(fitting) == 1 or (fitting and read.when.time.at)) else None
