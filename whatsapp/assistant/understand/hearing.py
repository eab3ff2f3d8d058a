"""What the readings of a turn name, as the rules of intents ask it."""

from __future__ import annotations

import re
from datetime import date, datetime

from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import beauty, given_up, late, when
from whatsapp.assistant.understand.afterthought import leaves_out, swaps
from whatsapp.assistant.understand.heard import Heard
from whatsapp.assistant.understand.mention import Mention
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.reading import Reading, spoken_visit
from whatsapp.assistant.understand.wordlist import words
from whatsapp.assistant.wishes import minutes

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
    "отменить|отменять|перенести|переносить ..1 потом|позже ..2 можно|получится|смогу",
    "если что|вдруг|че|чего",
    "если ..3 не приду|приедем|приеду|придем|смогу|сможем|получится|успею|явлюсь",
    "если ..2 отменю|отменить|отменим|опоздаю|опоздаем|перенесу|перенести",
    "без? штраф~|неустойк~|комисси~",
    "за сколько ..3 отмен~|перенес~|предупре~",
    "можно ..1 будет ..2 отмен~|перенес~",
    "можно ли ..2 отменить|отменять|переносить ..3 если|потом|позже",
)
_WILL_TELL = "если что|вдруг|че|чего .? то? напишу|сообщу|позвоню|предупрежу|отпишусь|скажу|наберу"
_ILLS = re.compile("папиллом|бородавк|родинк|грибк|грибок|вросш|воспален|купероз|розаце|псориаз")
LATE_AT_MOST = 60  # minutes: later than this is another time rather than lateness


def _visit_days(context: Context, salon: SalonView) -> set[date]:
    return {v.start.astimezone(salon.zone).date() for v in context.upcoming or ()}


def _leaves_own(
    line: Line,
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
    starts = [v.start.astimezone(salon.zone) for v in context.upcoming or ()]
    said = [s for s in starts if minutes(s.time()) == w.source_minute]
    traded = (
        line.has("поменя~|замен~|смени~|перебро~|перекин~|переки~|сделайте|сделай")
        and len(w.mentioned) == 2
    )
    if traded and w.mentioned[0] in _visit_days(context, salon):
        return True  # «давайте понедельник поменяем на вторник»
    if own is None and len(said) == 1 and w.time.at is not None:
        return positive in (None, said[0].date())  # «на полседьмого вместо пяти», one of two visits
    start = own.start.astimezone(salon.zone) if own is not None else None
    if start is None or w.source_minute is None or not w.time.given:
        return False
    return w.source_minute == minutes(start.time()) and positive in (None, start.date())


def _restates(line: Line, w: when.When, own: UpcomingBooking | None, salon: SalonView) -> bool:
    """«я на вторник записана, мне бы на среду»: the day or the hour of a visit, and another one."""
    if own is not None and line.has("раньше|пораньше|позже|попозже ,? чем"):
        return own.start.astimezone(salon.zone).date() in w.mentioned
    if (
        own is None
        or line.has("или|либо")
        or not line.has("у меня|нас|мы", "записан~|запись|записывал~|записал~")
    ):
        return False
    start = own.start.astimezone(salon.zone)
    at = minutes(start.time())
    return (start.date() in w.mentioned and len(w.mentioned) == 2) or (
        at in w.mentioned_minutes and len(set(w.mentioned_minutes)) == 2
    )


def _refused_own(read: Reading, context: Context, salon: SalonView) -> bool:
    """The service of a visit is refused: «маникюр не нужен», «вместо спины можно всё тело?»."""
    own = {s for v in context.upcoming or () for s in v.services}
    own |= {part for s in salon.services if s.id in own for part in s.composite_of}
    refused = {i for m in read.services.mentions if m.rejected for i in m.options}
    return bool(own & refused)


def _of_own(mention: Mention, context: Context) -> bool:
    """«маникюр» of a visit for the one with polish"""
    said = {*mention.options, *mention.family}
    return any(said & set(v.services) for v in context.upcoming or ())


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
    arrives = w.time.at
    if arrives is None and "coming" in read.cues and line.has("не раньше|ранее"):
        arrives = w.time.start  # «доберусь не раньше 18:15»
    at = minutes(arrives) if arrives is not None else None
    many = own is None and bool(context.upcoming)
    source_only = positive is not None and positive == w.source_day and not w.same_day
    return Heard(
        line=line,
        cues=read.cues,
        answer=read.answer,
        service=bool(read.services.mentions),
        after_service=any(
            "после" in [t.word for t in line.tokens[max(0, i - 2) : i]]
            for m in read.services.mentions
            for i in range(m.start, m.end)
        ),
        treated=any(_ILLS.match(line.tokens[i].word) for i in read.services.taken),
        invasive=any(beauty.concepts(t.word) & beauty.INVASIVE for _, t in words),
        unknown_service=read.services.unknown is not None,
        sized=(read.services.size.given or bool(read.services.choice))
        and bool(state.slots.service_options or state.options or state.focus.services),
        staff=bool(read.staff.mentions or read.staff.unknown)
        or (read.staff.to_pronoun and bool(state.slots.staff or state.focus.staff))
        or bool(
            read.staff.gender and (state.options or state.slots.staff_options or state.slots.staff)
        ),
        avoided=any(m.rejected for m in read.staff.mentions)
        and (
            read.staff.any
            or any(not m.rejected for m in read.staff.mentions)
            or bool(line.has("только|лишь ..1 не", "кроме"))
        ),
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
        fresh_day=positive is not None
        and positive not in _visit_days(context, salon)
        and not source_only,
        same=w.same_time or w.same_day,
        shift=w.shift is not None,
        name=read.people.client_name is not None or read.people.guest_name is not None,
        people=read.people.people is not None,
        late_min=late.minutes(line, now, start, at),
        from_own=_leaves_own(line, w, own, positive, context, salon)
        or _restates(line, w, own, salon),
        left_own=any(
            (own is not None and (m.left or m.rejected) and own.staff in m.options)
            or (
                (m.left or (m.rejected and len(read.staff.mentions) > 1))
                and any(v.staff in m.options for v in context.upcoming or ())
            )
            for m in read.staff.mentions
        ),
        after_start=start is not None
        and at is not None
        and w.day.on in (None, start.date())
        and 0 < at - minutes(start.time()) <= LATE_AT_MOST,
        own_service=any(
            m.chosen in v.services for m in read.services.wanted for v in context.upcoming or ()
        ),
        own_kind=any(_of_own(m, context) for m in read.services.mentions),
        own_wish=all(_of_own(m, context) for m in read.services.mentions),
        joined=w.day.on in _visit_days(context, salon)
        and all(
            w.day.on != v.start.astimezone(salon.zone).date()
            for m in read.services.mentions
            for v in context.upcoming or ()
            if {*m.options, *m.family} & set(v.services)
            and not (m.start and line.tokens[m.start - 1].word in ("после", "до", "перед"))
        ),
        own_day=sum(
            w.day.on == v.start.astimezone(salon.zone).date() for v in context.upcoming or ()
        )
        == 1,
        own_staff=bool(read.staff.mentions)
        and all(
            any(v.staff in m.options for v in context.upcoming or ()) for m in read.staff.mentions
        ),
        own_other=start is not None
        and minutes(start.time()) in w.mentioned_minutes
        and len(set(w.mentioned_minutes)) == 2
        and positive in (None, start.date()),
        keeps=any(given_up.stays(read, m) and _of_own(m, context) for m in read.services.mentions)
        or any(
            given_up.stays(read, m) and any(v.staff in m.options for v in context.upcoming or ())
            for m in read.staff.mentions
        ),
        own_said=bool(_visit_days(context, salon) & set(w.mentioned))
        or (start is not None and minutes(start.time()) in w.mentioned_minutes),
        own_moved=any(
            m.chosen in v.services
            and w.day.on is not None
            and w.day.on != v.start.astimezone(salon.zone).date()
            for m in read.services.wanted
            for v in context.upcoming or ()
        ),
        given_up=_refused_own(read, context, salon) and not read.services.wanted,
        swapped=bool(read.services.mentions)
        and (
            swaps(line)
            or leaves_out(line)
            or (_refused_own(read, context, salon) and bool(read.services.wanted))
        ),
        which=own is not None
        and line.has("или|либо")
        and any(
            start is not None and o == start.time().replace(tzinfo=None) for o in w.time.options
        ),
        at_own=start is not None and at == minutes(start.time()),
        hypothetical=bool(line.has(*_HYPOTHETICAL)) and not line.has(_WILL_TELL),
        injection=injected,
        residue=residue,
        words=len(words),
    )
