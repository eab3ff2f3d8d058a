"""Whether a master works: the days and hours of the salon's schedule, and what is free in them."""

from __future__ import annotations

from whatsapp.assistant.decisions import Schedule
from whatsapp.assistant.replies import naming, words
from whatsapp.assistant.replies.speech import Speech

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
        return " ".join([works, *_free(decision, speech, dated=False), _ask(decision)])
    days = words.listed([words.day_short(item, speech.today) for item, _ in decision.days])
    works = f"{who} работает {days}."
    if decision.full:
        return f"{works} Свободного времени в эти дни нет. Посмотреть другой день?"
    return " ".join([works, *_free(decision, speech, dated=True), _ask(decision)])


def _ask(decision: Schedule) -> str:
    named = decision.free is not None and not decision.free.wish.unnamed
    return "Какое время удобно?" if named else ASK


def _off(decision: Schedule, who: str, speech: Speech) -> str:
    when = words.day_short(decision.asked, speech.today) if decision.asked else "в эти дни"
    off = f"{words.capital(when)} {who} не работает."
    if not decision.days:
        return f"{off} На какой другой день записать?"
    near = words.listed([words.day_short(day, speech.today) for day, _ in decision.days])
    return f"{off} Ближайшие рабочие дни: {near}. На какой день записать?"


def _free(decision: Schedule, speech: Speech, *, dated: bool) -> list[str]:
    if decision.free is None:
        return []
    starts = [speech.local(combo[0].start) for combo in decision.free.combos]
    if not dated:
        return [f"Свободно: {words.listed([words.clock(start) for start in starts])}."]
    first = starts[0]
    same = [words.clock(start) for start in starts if start.date() == first.date()]
    return [f"Свободно {words.day_short(first.date(), speech.today)}: {words.listed(same)}."]
