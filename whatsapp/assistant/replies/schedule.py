"""Whether a master works: the days and hours of the salon's schedule, and what is free in them."""

from __future__ import annotations

from whatsapp.assistant.decisions import Schedule
from whatsapp.assistant.replies import naming, words
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.told import OnDuty

ASK = "На какую услугу записать?"


def schedule(decision: Schedule, speech: Speech) -> str:
    """«Завтра Анна работает с 10:00 до 21:00. Свободно: 12:00 и 15:00. На какую услугу записать?»"""
    who = naming.master(speech.salon, decision.staff)
    if decision.off:
        return _off(decision, who, speech)
    day, hours = decision.days[0]
    if decision.asked is not None or len(decision.days) == 1:
        works = f"{words.capital(words.day_short(day, speech.today))} {who} работает {speech.hours(hours)}."
        if decision.full:
            return f"{works} Свободного времени в этот день нет. Посмотреть другой день?"
        return " ".join([works, *_free(decision, speech, dated=False), _ask(decision)]).strip()
    days = words.listed([words.day_short(item, speech.today) for item, _ in decision.days])
    works = f"{who} работает {days}."
    if decision.full:
        return f"{works} Свободного времени в эти дни нет. Посмотреть другой день?"
    return " ".join([works, *_free(decision, speech, dated=True), _ask(decision)]).strip()


def on_duty(decision: OnDuty, speech: Speech) -> str:
    """«Завтра работают Анна и Екатерина, с 10:00 до 21:00. К кому записать?»"""
    when = words.day_short(decision.day, speech.today)
    ids = [staff for staff, _ in decision.masters]
    if not ids:
        other = " На какой другой день записать?" if decision.closing else ""
        return f"{_nobody(decision, when)}{other}"
    ask = (
        "К кому записать?"
        if len(ids) > 1
        else f"Записать к {naming.master_in(speech.salon, ids[0], 'datv')}?"
    )
    ask = f" {ask}" if decision.closing else ""
    if decision.free:
        whose = words.listed([naming.master_in(speech.salon, item, "gent") for item in ids])
        return f"Свободное время {when} есть у {whose}.{ask}"
    alike = len({hours for _, hours in decision.masters}) == 1
    named = [
        naming.master(speech.salon, item) + ("" if alike else f" ({speech.hours(hours)})")
        for item, hours in decision.masters
    ]
    who = words.listed(named) + (f", {speech.hours(decision.masters[0][1])}" if alike else "")
    if decision.services:
        what = words.capital(_kind(decision.services, speech))
        return f"{what} {when}: {who}.{ask}"
    verb = "работает" if len(ids) == 1 else "работают"
    return f"{words.capital(when)} {verb} {who}.{ask}"


def _kind(ids: tuple[str, ...], speech: Speech) -> str:
    """«маникюр» of all that begin with the word."""
    heads = {naming.service(speech.salon, item).split()[0] for item in ids}
    return heads.pop() if len(heads) == 1 < len(ids) else naming.kind(speech.salon, ids)


def _nobody(decision: OnDuty, when: str) -> str:
    if decision.free:
        return f"Свободного времени {when} нет."
    if decision.services:
        return f"На эту услугу {when} мастеров нет."
    return f"{words.capital(when)} из мастеров никто не работает."


def _ask(decision: Schedule) -> str:
    if not decision.closing:
        return ""
    named = decision.free is not None and not decision.free.wish.unnamed
    return "Какое время удобно?" if named else ASK


def _off(decision: Schedule, who: str, speech: Speech) -> str:
    when = words.day_short(decision.asked, speech.today) if decision.asked else "в эти дни"
    off = f"{words.capital(when)} {who} не работает."
    if not decision.days:
        return f"{off} На какой другой день записать?" if decision.closing else off
    near = words.listed([words.day_short(day, speech.today) for day, _ in decision.days])
    ask = " На какой день записать?" if decision.closing else ""
    return f"{off} Ближайшие рабочие дни: {near}.{ask}"


def _free(decision: Schedule, speech: Speech, *, dated: bool) -> list[str]:
    if decision.free is None:
        return []
    starts = [speech.local(combo[0].start) for combo in decision.free.combos]
    if not dated:
        return [f"Свободно: {words.listed([words.clock(start) for start in starts])}."]
    first = starts[0]
    same = [words.clock(start) for start in starts if start.date() == first.date()]
    return [f"Свободно {words.day_short(first.date(), speech.today)}: {words.listed(same)}."]
