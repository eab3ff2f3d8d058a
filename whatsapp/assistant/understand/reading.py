"""One turn read by every grammar at once, before any intent is decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from whatsapp.assistant.state import Asked, DialogueState, Option, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import (
    answers,
    beauty,
    cues,
    late,
    morph,
    people,
    services,
    staff,
    when,
)
from whatsapp.assistant.understand.afterthought import leaves_out, swaps
from whatsapp.assistant.understand.catalogue import Catalogue
from whatsapp.assistant.understand.heard import Heard
from whatsapp.assistant.understand.numbers import Known
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.wordlist import words
from whatsapp.assistant.wishes import DayWish, minutes

_GENDERED = words(
    """
    хотеть записать записаться решить думать смочь опечататься ошибиться передумать забыть
    опоздать узнать увидеть прочитать найти прийти рад готов благодарный должен
    """
)
_LIGHT = words(
    """
    и а но же ли бы то не ни я мы вы ты мне меня вас вам нам нас мой моя мое мою в во на к
    ко с со у от до по за из о об про для при без под над там тут здесь это этот как так
    или либо если чтобы что когда где есть быть был была будет буду уже еще только очень
    пожалуйста можно нужно надо хочу хотел хотела бы добрый день вечер утро
    здравствуйте привет девушки девочки да нет ок хорошо ну вот просто давайте давай лучше
    тогда раз мой мастер мастеру запись записи запишите запиши записать записаться
    свободно время окошко спасибо скажите подскажите доброго времени суток после перед
    между ближе любой любая любое любые вообще типа кстати себя себе человек пусть ближе
    всего все всё тоже также наверное может чуть какое какой какая
    """
)


_HYPOTHETICAL = (
    "если что|вдруг|че|чего",
    "если ..3 не приду|приедем|приеду|придем|смогу|сможем|получится|успею|явлюсь",
    "если ..2 отменю|отменить|отменим|опоздаю|опоздаем|перенесу|перенести",
    "за сколько ..3 отмен~|перенес~|предупре~",
    "можно ..1 будет ..2 отмен~|перенес~",
    "можно ли ..2 отменить|отменять|переносить ..3 если|потом|позже",
)
LATE_AT_MOST = 60  # minutes: later than this is another time rather than lateness


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
    if line.has("не ..1 помню|знаю|уверена|уверен"):
        heard -= {"coming"}
    about_own = bool({"move", "cancel"} & heard) or state.task is Task.MOVE
    about_own = about_own or state.asked is Asked.ATTEND
    asked = {Asked.TIME: "time", Asked.SLOT: "time", Asked.DAY: "day"}.get(state.asked, "")
    known = Known(
        asked=asked,
        day=state.slots.day.on or own_day,
        anchor=state.slots.day.on or (own_day if about_own else None),
        day_known=state.slots.day.given or state.asked is Asked.ATTEND,
        time_known=state.slots.time.at is not None,
        offered_minutes=offered,
    )
    answer = answers.read(line)
    chosen = (
        answer.index is not None
        and bool(state.options)
        and _is_choice(answer.index, state, line, salon)
    )
    reading = when.When() if chosen else when.read(line, now, salon, known)
    masters = staff.read(line, salon, name_expected=name_expected)
    taken = reading.taken | masters.taken
    person = people.read(line, name_expected=name_expected, catalogue_words=index.vocabulary)
    male = _male(line)
    found = services.read(
        line,
        index,
        taken | person.taken,
        male=male,
        with_child=person.with_speaker,
        asked=state.asked is Asked.SERVICE,
        child=person.child,
    )
    answer = answer if chosen else replace(answer, index=None)
    return Reading(line, reading, found, masters, person, answer, heard)


def _is_choice(index: int, state: DialogueState, line: Line, salon: SalonView) -> bool:
    """Is «5» the fifth option, or five o'clock? An hour among the offered slots wins over a number."""
    count = len(state.options)
    if state.options[0].kind == "slot":
        word = next((t for t in line.tokens if t.kind == "num"), None)
        if word is not None and index > 0:
            starts = [datetime.fromisoformat(o.value) for o in state.options]
            hours = {start.astimezone(salon.zone).hour % 12 for start in starts}
            if index % 12 in hours:
                return False
    return answers.position(index, count) is not None


def _male(line: Line) -> bool | None:
    """The client's gender when a verb of the first person tells it («хотела бы»)."""
    for token in line.tokens:
        if token.kind == "word" and token.word.endswith(
            ("л", "ла", "лся", "лась", "ан", "ана", "рад", "рада")
        ):
            for reading in morph.readings(token.word)[:1]:
                if reading.lemma in _GENDERED and reading.number == "sing":
                    return {"masc": True, "femn": False}.get(reading.gender)
    return None


def spoken_visit(state: DialogueState, context: Context) -> UpcomingBooking | None:
    """The visit the talk is about: the one of a reminder, else the client's only one."""
    visits = context.upcoming or ()
    named = next((v for v in visits if v.id == state.booking), None)
    return named or (visits[0] if len(visits) == 1 else None)


def _visit_days(context: Context, salon: SalonView) -> set[date]:
    return {v.start.astimezone(salon.zone).date() for v in context.upcoming or ()}


def _leaves_own(
    w: when.When,
    own: UpcomingBooking | None,
    positive: date | None,
    context: Context,
    salon: SalonView,
) -> bool:
    """«с субботы на понедельник», «не в 3, а в 5» said of the day or the hour of a visit."""
    elsewhere = positive is not None and positive != w.source_day
    if elsewhere and w.source_day in _visit_days(context, salon):
        return True
    start = own.start.astimezone(salon.zone) if own is not None else None
    if start is None or w.source_minute is None or w.time.at is None:
        return False
    return w.source_minute == minutes(start.time()) and positive in (None, start.date())


def _instead(read: Reading, context: Context) -> bool:
    """«вместо спины можно всё тело?»: the service of a visit is given up for another."""
    own = {s for v in context.upcoming or () for s in v.services}
    given_up = {i for m in read.services.mentions if m.rejected for i in m.options}
    return bool(own & given_up) and bool(read.services.wanted) and bool(read.line.has("вместо"))


def hear(
    read: Reading,
    state: DialogueState,
    context: Context,
    now: datetime,
    injected: bool,
    salon: SalonView,
) -> Heard:
    line, w = read.line, read.when
    own = spoken_visit(state, context)
    used = set(w.taken) | read.services.taken | read.staff.taken | read.people.taken
    words = [(i, t) for i, t in enumerate(line.tokens) if t.kind == "word"]
    residue = sum(
        1
        for i, t in words
        if i not in used and t.word not in _LIGHT and len(t.word) > 2 and t.code == t.word
    )
    own_day: date | None = own.start.astimezone(salon.zone).date() if own else None
    positive = w.day.on or w.day.start or (w.day.dates[0] if w.day.dates else None)
    start = own.start.astimezone(now.tzinfo) if own else None
    at = minutes(w.time.at) if w.time.at is not None else None
    many = own is None and bool(context.upcoming)
    source_only = positive is not None and positive == w.source_day and not w.same_day
    return Heard(
        line=line,
        cues=read.cues,
        answer=read.answer,
        service=bool(read.services.mentions),
        invasive=any(beauty.concepts(t.word) & beauty.INVASIVE for _, t in words),
        unknown_service=read.services.unknown is not None,
        sized=read.services.size.given and bool(state.slots.service_options or state.options),
        staff=bool(read.staff.mentions or read.staff.unknown)
        or (read.staff.to_pronoun and bool(state.slots.staff or state.focus.staff))
        or bool(read.staff.gender and (state.options or state.slots.staff_options)),
        staff_any=read.staff.any or read.staff.same or read.staff.another,
        same_staff=read.staff.same,
        day=w.day.given or w.same_day,
        time=w.time.given
        or (w.asap and not ((read.answer.pause or read.answer.no) and line.has("сейчас|щас|ща")))
        or w.same_time
        or ((bool(state.options) or state.asked is Asked.ATTEND) and (w.time.late or w.time.early)),
        refused_own=bool(_visit_days(context, salon) & set(w.rejected_days)),
        new_day=positive is not None
        and positive != own_day
        and not source_only
        and not (many and len(w.mentioned) < 2),
        shift=w.shift is not None,
        name=read.people.client_name is not None or read.people.guest_name is not None,
        people=read.people.people is not None,
        late_min=late.minutes(line, now, start, at),
        from_own=_leaves_own(w, own, positive, context, salon),
        left_own=own is not None
        and any(m.left and own.staff in m.options for m in read.staff.mentions),
        after_start=start is not None
        and at is not None
        and w.day.on in (None, start.date())
        and 0 < at - minutes(start.time()) <= LATE_AT_MOST,
        swapped=bool(read.services.mentions)
        and (swaps(line) or leaves_out(line) or _instead(read, context)),
        hypothetical=bool(line.has(*_HYPOTHETICAL)),
        injection=injected,
        residue=residue,
        words=len(words),
    )


def chosen_day(read: Reading, state: DialogueState) -> DayWish | None:
    """«второе» to «пятница 13-го или суббота 14-го?»"""
    days = [o for o in state.options if o.kind == "day"]
    at = answers.position(read.answer.index, len(days))
    return None if at is None else DayWish(on=date.fromisoformat(days[at].value))


def chosen_option(read: Reading, state: DialogueState, salon: SalonView) -> Option | None:
    """The offered slot that was meant: by its number, or by its hour (and master, and day)."""
    slots = [o for o in state.options if o.kind == "slot"]
    if not slots:
        return None
    answer = read.answer
    if answer.index is not None:
        at = answers.position(answer.index, len(slots))
        return None if at is None else slots[at]
    if answer.whatever and not read.when.time.given:
        return slots[0]
    if len(slots) == 1 and answer.yes and not read.when.time.given and not read.when.day.given:
        return slots[0]
    named = {i for m in read.staff.mentions if not m.rejected for i in m.options}
    fitting = []
    for option in slots:
        start = datetime.fromisoformat(option.value).astimezone(salon.zone)
        if read.when.day.given and not read.when.day.admits(start.date()):
            continue
        if named and option.staff not in named:
            continue
        if read.when.time.given and not read.when.time.admits(start.time().replace(tzinfo=None)):
            continue
        fitting.append(option)
    t = read.when.time
    agreed = answer.yes and len(fitting) == 1  # «вечер подходит»
    if t.given and t.at is None and not t.options and not agreed:
        return None  # «утром», «а вечером есть?» narrow what is offered, they choose nothing
    if not t.given and not named and "?" in read.line.words:
        return None  # «а в субботу?»
    spoke = read.when.time.given or read.when.day.given or bool(named)
    return fitting[0] if spoke and (len(fitting) == 1 or (fitting and read.when.time.at)) else None
