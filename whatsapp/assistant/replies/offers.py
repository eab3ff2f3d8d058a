"""Free time: lists to choose from, and what is not free, said only after the journal answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import CannotCheck, NothingFree, Offer, Purpose
from whatsapp.assistant.policy.lists import SHOWN
from whatsapp.assistant.replies import naming, waiting, words
from whatsapp.assistant.replies.booking import HANDED
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.state import Visit
from whatsapp.assistant.tools import Unavailable


def offer(decision: Offer, speech: Speech) -> str:
    """The nearest free starts, in one or two lines; a party's, one a line."""
    if any(len(combo) > 1 for combo in decision.combos):
        return _parties(decision, speech)
    if not decision.missed and not decision.lost and len(decision.combos) > 1:
        starts = {combo[0].start for combo in decision.combos}
        if len(starts) == 1:
            return _masters(decision, starts.pop(), speech)
    works = decision.purpose is Purpose.WORKS
    free = _grouped(decision, speech, named=not works)
    choice = "Подойдёт?" if len(decision.combos) == 1 else "Что удобнее?"
    if decision.lost:
        return f"Это время только что заняли. {left(decision, speech)}"
    if works:
        return _works(decision, free, speech)
    if not decision.missed:
        what = naming.tidy(words.capital(speech.what(_services(decision))))
        ask = "Какое время удобно?" if len(decision.combos) > 1 else choice
        if decision.wish.time.window and decision.total > len(decision.combos):
            ask = "Есть и другие часы. Какое время удобно?"
        return f"{what}: свободно {free}. {ask}"
    missed = _missed(decision, speech)
    if decision.wish.changed:
        what = words.capital(speech.what(_services(decision)))
        missed = f"{what}: {missed[:1].lower()}{missed[1:]}"
    near = "Есть"
    if decision.other_days:
        near, choice = "Ближайшее —", waiting.instead(choice, decision.waits, speech)
    return f"{missed} {near} {free}. {choice}"


def left(decision: Offer, speech: Speech) -> str:
    """After the words that a time was taken: «Есть 14:00 у Анны. Подойдёт?»"""
    if any(len(combo) > 1 for combo in decision.combos):
        return _parties(replace(decision, lost=False, missed=False), speech)
    near = "Ближайшее —" if decision.other_days else "Есть"
    choice = "Подойдёт?" if len(decision.combos) == 1 else "Что удобнее?"
    return f"{near} {_grouped(decision, speech)}. {choice}"


def _masters(decision: Offer, start: datetime, speech: Speech) -> str:
    """One time, several masters."""
    what = words.capital(speech.what(_services(decision)))
    names = words.listed([speech.whom(combo[0].staff) for combo in decision.combos])
    local = speech.local(start)
    when = f"{words.day_full(local.date(), speech.today)} в {words.clock(local)}"
    return f"{what}: {when} свободны {names}. К кому записать?"


def _services(decision: Offer | NothingFree) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s for v in decision.wish.visits for s in v.services))


def _missed(decision: Offer, speech: Speech) -> str:
    """What exactly is not free: no more than the journal said."""
    wish = decision.wish
    staff = wish.visits[0].staff
    who = f" у {naming.master_in(speech.salon, staff, 'gent')}" if staff else ""
    if wish.windows and not decision.other_days:
        return f"В это время{who} ничего свободного нет."
    if decision.other_days or wish.time.at is None:
        when = words.day_short(wish.day.on, speech.today) if wish.day.on else "в эти дни"
        part = "" if not wish.time.given or decision.other_days else " в это время"
        return words.capital(f"{when}{part}{who} свободного времени нет.")
    hour = wish.time.at.strftime("%H:%M")
    near = words.relative(wish.day.on, speech.today) if wish.day.on else ""
    near = f" {near}" if near and near != "послезавтра" else ""
    return f"На {hour}{near}{who} свободного времени нет."


def _works(decision: Offer, free: str, speech: Speech) -> str:
    wish = decision.wish
    staff = wish.visits[0].staff
    who = naming.master_in(speech.salon, staff, "gent")
    asks = "На какую услугу записать?" if wish.unnamed else "Какое время удобно?"
    asked = wish.day.on
    if asked is not None and decision.other_days:
        when = words.day_short(asked, speech.today)
        return f"{words.capital(when)} у {who} свободного времени нет. Ближайшее — {free}. {asks}"
    if asked is not None:
        when = words.capital(words.day_short(asked, speech.today))
        return f"{when} у {who} свободно: {_clocks(decision, speech)}. {asks}"
    return f"Ближайшее время у {who} — {free}. {asks}"


def _clocks(decision: Offer, speech: Speech) -> str:
    return words.listed([words.clock(speech.local(c[0].start)) for c in decision.combos])


def _grouped(decision: Offer, speech: Speech, *, named: bool = True) -> str:
    """«завтра: 14:00 и 16:30 у Сергея, 15:00 у Тимура»; without names when they have just been said."""
    days: dict[str, list[tuple[Visit, ...]]] = {}
    for combo in decision.combos:
        day = words.day_short(speech.local(combo[0].start).date(), speech.today)
        days.setdefault(day, []).append(combo)
    same_day = decision.wish.day.on is not None and not decision.other_days and decision.missed
    parts = []
    for day, combos in days.items():
        text = _one_day(combos, speech, named=named)
        parts.append(text if same_day else f"{day}: {text}")
    return "; ".join(parts)


def _one_day(combos: list[tuple[Visit, ...]], speech: Speech, *, named: bool) -> str:
    """As `policy.lists.arranged` put them: a number means the place in this very list."""
    by_staff: dict[str, list[str]] = {}
    for (visit,) in combos:
        by_staff.setdefault(visit.staff, []).append(words.clock(speech.local(visit.start)))
    parts = [
        f"{words.listed(times)} у {naming.master_in(speech.salon, staff, 'gent')}"
        if named and speech.whom(staff)
        else words.listed(times)
        for staff, times in by_staff.items()
    ]
    return ", ".join(parts)


def _parties(decision: Offer, speech: Speech) -> str:
    head = "Это время только что заняли." if decision.lost else ""
    head = head or (_missed(decision, speech) if decision.missed else "")
    days = {speech.local(combo[0].start).date() for combo in decision.combos}
    one = words.day_short(min(days), speech.today) if len(days) == 1 else ""
    lines = [_party(combo, speech, day=not one) for combo in decision.combos[:SHOWN]]
    waits = decision.waits if decision.other_days else None
    choice = "Подойдёт?" if len(lines) == 1 else "Что удобнее?"
    choice = waiting.instead(choice, waits, speech)
    if one:
        head = f"{head} {words.capital(one)} свободно:".strip()
        if len(lines) == 1:
            return f"{head} {lines[0]}. {choice}"
        choice = f"{choice[:1].lower()}{choice[1:]}"
    elif len(lines) == 1:
        return f"{head} Есть: {lines[0]}. {choice}".strip()
    return "\n".join([f"{head} {choice}".strip(), *(f"{i}) {t}" for i, t in enumerate(lines, 1))])


def _party(combo: tuple[Visit, ...], speech: Speech, *, day: bool) -> str:
    near = words.day_short(speech.local(combo[0].start).date(), speech.today)
    return (f"{near}: " if day else "") + ", ".join(
        f"{words.clock(speech.local(v.start))} {speech.what(v.services)} ({speech.whom(v.staff)})"
        for v in combo
    )


def nothing(decision: NothingFree, speech: Speech) -> str:
    what = words.capital(speech.what(_services(decision)))
    staff = decision.wish.visits[0].staff
    who = f" у {naming.master_in(speech.salon, staff, 'gent')}" if staff else ""
    day = decision.wish.day
    until = f"до {words.day_month(decision.searched_to, speech.today)}"
    if day.each and day.on is not None:  # of several days: what the others have is told after it
        until = words.day_short(day.on, speech.today)
    ask = "Посмотреть дни позже?"
    if decision.waits is not None:
        ask = waiting.question(decision.waits, speech)
    return f"{what}: {until}{who} свободного времени нет. {ask}"


def cannot_check(decision: CannotCheck, speech: Speech) -> str:
    if decision.reason is not Unavailable.DOWN:
        return f"Не смогла проверить свободное время на эту услугу. {HANDED}"
    wish = decision.wish
    when = ""
    if wish.day.on is not None:
        when = f" на {words.day_for(wish.day.on, speech.today)}"
        when += f", {wish.time.at.strftime('%H:%M')}" if wish.time.at is not None else ""
    yours = speech.you("ваш запрос", "твой запрос")
    return (
        f"Журнал записи сейчас не отвечает. Сохранила {yours}{when} "
        "и напишу, когда смогу проверить время."
    )
