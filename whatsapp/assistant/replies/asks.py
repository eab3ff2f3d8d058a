"""One question at a time: what is missing, unclear, impossible."""

from __future__ import annotations

from datetime import date, datetime

from whatsapp.assistant.decisions import Ask, AskCancelOrMove, Why
from whatsapp.assistant.frame import Slot
from whatsapp.assistant.replies import naming, words
from whatsapp.assistant.replies.booking import booking, no_visit
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.told import MoveOrMore
from whatsapp.assistant.types import OpenHours
from whatsapp.assistant.understand import morph


def ask(decision: Ask, speech: Speech) -> str:
    match decision.slot:
        case Slot.SERVICE:
            return _service(decision, speech)
        case Slot.STAFF:
            return _staff(decision, speech)
        case Slot.DATE:
            return _date(decision, speech)
        case Slot.TIME:
            return _time(decision, speech)
        case Slot.BOOKING:
            return _booking(decision, speech)
        case _:
            return "На чьё имя записать?"


def _service(decision: Ask, speech: Speech) -> str:
    named = [naming.service(speech.salon, item) for item in decision.options]
    if decision.groups:
        named = [naming.kind(speech.salon, group) for group in decision.groups]
    if decision.why is Why.AMBIGUOUS:
        lines = []
        for item, name in zip(decision.options, named, strict=True):
            cost = speech.cost((item,), decision.staff)
            lines.append(f"{name} — {cost}" if cost else name)
        return f"Что именно{_for(decision.whom, speech)}?\n" + words.numbered(lines)
    if decision.moving:
        head = f"Услуги «{decision.word}» у нас нет. " if decision.word else ""
        shown = "  ".join(f"{i}) {name}" for i, name in enumerate(named, start=1))
        return f"{head}Какую услугу поставить в запись? Например: {shown}"
    if decision.why is Why.UNKNOWN_SERVICE:
        return f"Такой услуги у нас нет. Есть, например: {words.listed(named)}. На что записать?"
    head = ""
    if decision.why is Why.FIRST_VISIT:
        head = speech.you("Ваших прошлых визитов не вижу. ", "Твоих прошлых визитов не вижу. ")
    if len(named) < 2:
        return f"{head}На какую услугу записать?"
    shown = "  ".join(f"{i}) {name}" for i, name in enumerate(named, start=1))
    return f"{head}На какую услугу записать? Например: {shown}"


def _for(whom: str | None, speech: Speech) -> str:
    if whom is None:
        return ""
    them = morph.inflect(whom, "gent", "sing") if whom else speech.you("вас", "тебя")
    return f" для {them}" if them else f" ({whom})"


def _staff(decision: Ask, speech: Speech) -> str:
    salon = speech.salon
    names = [naming.master(salon, item) for item in decision.options]
    what = words.capital(speech.what(decision.services)) if decision.services else ""
    if decision.why is Why.AMBIGUOUS:
        to_whom = [f"к {naming.master_in(salon, i, 'datv')}" for i in decision.options]
        return words.capital(words.listed(to_whom, "или")) + "?"
    if decision.why is Why.MISSING:
        return (
            f"К какому мастеру записать? {what or 'Принимают'}: {words.listed(names)}."
            if names
            else "К какому мастеру?"
        )
    head = (
        f"Мастера по имени {decision.word} у нас нет."
        if decision.why is Why.UNKNOWN_STAFF
        else f"{what}: {naming.master(salon, decision.staff)} этим не занимается."
    )
    if not names:
        return head
    to = naming.master_in(salon, decision.options[0], "datv")
    who = f"{what} — {words.listed(names)}." if what and decision.why is Why.UNKNOWN_STAFF else ""
    if not what:
        return f"{head} Принимают {words.listed(names)}. К кому записать?"
    if len(names) == 1:
        who = who or f"Это делает {names[0]}."
        return f"{head} {who} Записать к {to}?"
    who = who or f"Это делают {words.listed(names)}."
    return f"{head} {who} К кому записать?"


def _date(decision: Ask, speech: Speech) -> str:
    verb = "перенести" if decision.moving else "записать"
    match decision.why:
        case Why.CONFLICT:
            days = [date.fromisoformat(item) for item in decision.options]
            named = [words.day_name(day, speech.today) for day in days]
            return (
                f"Уточните, пожалуйста, день: {words.listed(named, 'или')}?"
                if speech.formal
                else (f"Уточни, пожалуйста, день: {words.listed(named, 'или')}?")
            )
        case Why.AMBIGUOUS if decision.time.at is not None:
            number = words.day_month(date.fromisoformat(decision.options[0]), speech.today)
            sure = speech.you("Уточните", "Уточни")
            return f"{sure}, пожалуйста: на {number} или на {decision.time.at:%H:%M}?"
        case Why.INVALID:
            return f"Такой даты нет в календаре. На какой день {verb}?"
        case Why.PAST:
            return f"Этот день уже прошёл. На какой день {verb}?"
        case Why.CLOSED:
            day = decision.day.on
            when = words.capital(words.day_short(day, speech.today)) if day else "В этот день"
            return f"{when} мы не работаем. Какой день подойдёт?"
        case _:
            if decision.moving:
                several = len(speech.bookings) > 1 and decision.services
                which = f": {speech.what(decision.services)}" if several else ""
                return f"На какой день и время перенести{which}?"
            # Of several it is told which, for one of a kind may have been guessed.
            services = tuple(dict.fromkeys(decision.services))
            which = f": {speech.what(services)}" if len(services) > 1 else ""
            return f"На какой день записать{which}?"


def _time(decision: Ask, speech: Speech) -> str:
    at = decision.time.at
    if decision.why is Why.AMBIGUOUS:
        return f"Какое время выбрать: {_listed(decision.options, speech)}?"
    if decision.why is Why.PAST:
        hour = f"{at.strftime('%H:%M')} сегодня" if at else "Это время сегодня"
        return f"{hour} уже прошло. Какое время подойдёт?"
    if decision.why is Why.CLOSED:
        hours = _hours(decision, speech)
        said = f"В {at.strftime('%H:%M')} мы закрыты" if at else "В это время мы закрыты"
        opened = f": работаем с {hours.opens:%H:%M} до {hours.closes:%H:%M}" if hours else ""
        return f"{said}{opened}. Какое время подойдёт?"
    return "На какое время записать?"


def _listed(options: tuple[str, ...], speech: Speech) -> str:
    """«12:30, 13:00 или 15:00», with the masters when they differ and the days when they do."""
    parts = [item.partition(" ") for item in options]
    starts = [speech.local(datetime.fromisoformat(start)) for start, _, _ in parts]
    masters = [staff for _, _, staff in parts]
    several, days = len(set(masters)) > 1, len({s.date() for s in starts}) > 1
    named = []
    for start, staff in zip(starts, masters, strict=True):
        text = words.clock(start)
        text = f"{words.day_short(start.date(), speech.today)} {text}" if days else text
        who = naming.master_in(speech.salon, staff, "gent") if several and staff else ""
        named.append(f"{text} у {who}" if who else text)
    return words.listed(named, "или")


def _hours(decision: Ask, speech: Speech) -> OpenHours | None:
    if decision.day.on is not None:
        return speech.salon.hours_on(decision.day.on)
    return next((item for item in speech.salon.week if item is not None), None)


def _booking(decision: Ask, speech: Speech) -> str:
    lines = [booking(speech, item) for item in decision.options]
    verb = "перенести" if decision.moving else "отменить"
    verb = "изменить" if decision.changing else verb
    if decision.why is Why.MISMATCH:
        missing = no_visit(decision.services, decision.word, speech)
        if len(lines) == 1:
            return f"{missing} Есть: {lines[0]}. {words.capital(verb)} её?"
        return f"{missing} Какую запись {verb}?\n" + words.numbered(lines[:3])
    return f"Какую запись {verb}?\n" + words.numbered(lines[:3])


def move_or_more(decision: MoveOrMore, speech: Speech) -> str:
    own = booking(speech, decision.record_id)
    whose = speech.you("У вас", "У тебя")
    return f"{whose} уже есть запись: {own}. Перенести её или записать ещё раз?"


def cancel_or_move(decision: AskCancelOrMove, speech: Speech) -> str:
    found = speech.bookings.get(decision.record_id)
    if found is None:
        return "Отменить запись или перенести на другой день?"
    start = speech.local(found.start)
    day = words.day_for(start.date(), speech.today)
    if not decision.may_move:
        return f"Отменить запись на {day}, {words.clock(start)}?"
    if not decision.may_cancel:
        return f"Перенести запись на {day}, {words.clock(start)}, на другой день? На какой?"
    return f"Отменить запись на {day}, {words.clock(start)}, или перенести на другой день?"
