"""What the salon says unasked: reminders. Every day, hour and name is data; `now` decides «завтра»."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from whatsapp.assistant.replies import words
from whatsapp.assistant.replies.counted import counted

# A message has four lines at most: the head, the visits, the question.
_LINES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A visit in words. `start` is in the salon's zone; `services`: title and number; `master` may be ""."""

    start: datetime
    services: tuple[tuple[str, int], ...]
    master: str = ""

    def what(self) -> str:
        """«2 мужские стрижки + укладка, Сергей»"""
        named = " + ".join(counted(title, count) for title, count in self.services)
        return ", ".join(part for part in (named, self.master) if part)


def reminder(
    visits: Sequence[Told], now: datetime, *, asks: bool, formal: bool = True, address: str = ""
) -> str:
    """The visits of one person on one day, soonest first; `now` in the salon's zone.

    `asks`: ends in the question that «да» and «нет» answer. `address` is told to first-timers.
    """
    when = day(visits[0].start.date(), now.date())
    end = _end(asks=asks, formal=formal, address=address)
    if len(visits) == 1:
        (visit,) = visits
        return f"Напоминаем: {when}, в {words.clock(visit.start)}{_about(visit)}. {end}"
    lines = [f"{words.clock(visit.start)}{_about(visit)}" for visit in visits]
    body = "\n".join(lines) if len(lines) < _LINES else "; ".join(lines)
    return f"Напоминаем: {when}\n{body}\n{end}"


def again(visit: Told, now: datetime, *, formal: bool = True) -> str:
    """The reminder's question once more, after something else was settled."""
    when = f"{day(visit.start.date(), now.date())}, в {words.clock(visit.start)}"
    return f"И ещё вопрос: {_will_you(formal=formal).lower()} {when}?"


def unclear(last: str, *, formal: bool = True) -> str:
    """«да» after two open questions executes neither: the talk's own one comes first."""
    ask = "Уточните, пожалуйста, о чём это" if formal else "Уточни, пожалуйста, о чём это"
    return f"{ask}. {last}"


def day(visit: date, today: date) -> str:
    """«завтра, 12 марта», «в субботу 14 марта»."""
    near = words.relative(visit, today)
    return f"{near}, {words.day_month(visit, today)}" if near else words.day_full(visit, today)


def _about(visit: Told) -> str:
    what = visit.what()
    return f" — {what}" if what else ""


def _end(*, asks: bool, formal: bool, address: str) -> str:
    you = "вас" if formal else "тебя"
    where = f" по адресу: {address}" if address else ""
    if not asks:
        return f"Ждём {you}{where}."
    reply = "Ответьте" if formal else "Ответь"
    found = f"Наш адрес: {address}. " if address else ""
    return f"{found}{_will_you(formal=formal)}? {reply} «да» или «нет»."


def _will_you(*, formal: bool) -> str:
    return "Придёте" if formal else "Придёшь"


def moved(visit: Told, known: datetime, now: datetime, *, formal: bool = True) -> str:
    """The salon moved the visit: `known` is where the client expects it; salon's zone."""
    old = f"{words.day_of(known.date(), now.date())}, {words.clock(known)}"
    new = f"{day(visit.start.date(), now.date())}, {words.clock(visit.start)}"
    whose = "ваш визит" if formal else "твой визит"
    what = visit.what()
    about = f" — {what}" if what else ""
    return f"Салон перенёс {whose}: вместо {old} — {new}{about}. {_if_not(formal=formal)}"


def cancelled(visit: Told, known: datetime, now: datetime, *, formal: bool = True) -> str:
    when = f"{day(known.date(), now.date())}, в {words.clock(known)}"
    whose = "ваш визит" if formal else "твой визит"
    write = "напишите, подберём" if formal else "напиши, подберём"
    return f"Салон отменил {whose}: {when}{_about(visit)}. Если нужно другое время — {write}."


def other_master(visit: Told, now: datetime, *, formal: bool = True) -> str:
    when = f"{day(visit.start.date(), now.date())}, в {words.clock(visit.start)}"
    you = "вас" if formal else "тебя"
    who = f"{you} примет {visit.master}" if visit.master else f"{you} примет другой мастер"
    return f"{words.capital(when)} {who}. {_if_not(formal=formal)}"


def _if_not(*, formal: bool) -> str:
    return f"Если неудобно, {'напишите' if formal else 'напиши'}: подберём другое время."


def review(whom: str, *, formal: bool = True) -> str:
    """`whom`: the master in the dative («Анне»), "" when unknown."""
    to = f" к {whom}" if whom else ""
    rate = "Оцените" if formal else "Оцени"
    return f"Как прошёл визит{to}? {rate} от 1 до 5, пожалуйста."


def thanks(link: str, *, formal: bool = True) -> str:
    tell = "расскажите" if formal else "расскажи"
    return f"Спасибо! Если есть минута, {tell} о нас здесь: {link}"


def reason_heard(*, formal: bool = True) -> str:
    return (
        "Спасибо, что рассказали. Передала руководству."
        if formal
        else "Спасибо. Передала руководству."
    )
