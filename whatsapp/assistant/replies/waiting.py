"""The waiting list in words: the question, what is waited for, and the time that became free."""

from __future__ import annotations

from datetime import datetime, time

from whatsapp.assistant.decisions import Propose
from whatsapp.assistant.replies import booking, naming, words
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.state import PendingBook, PendingMove, WaitWish
from whatsapp.assistant.told import AskWaiting, WaitsFor

_NAMED = 3  # days
_FOR = {2: "для двоих", 3: "для троих"}


def question(wish: WaitWish, speech: Speech) -> str:
    """«Сообщить, если в субботу 14 марта освободится?»"""
    return f"Сообщить, если {_when(wish, speech)}освободится?"


def instead(choice: str, wish: WaitWish | None, speech: Speech) -> str:
    """The list beside other days. Only they are asked about: a «да» must mean one thing."""
    if wish is None:
        return choice
    answer = speech.you("ответьте", "ответь")
    day = f"{words.day_on(wish.days[0], speech.today)} " if len(wish.days) == 1 else ""
    return f"{choice} Или {answer} «сообщите»: напишу, если {day}освободится."


def ask(decision: AskWaiting, speech: Speech) -> str:
    return f"Хорошо. {question(decision.wish, speech)}"


def joined(decision: WaitsFor, speech: Speech) -> str:
    wish = decision.wish
    alone = wish.staff[0] if len(wish.staff) == 1 and not wish.others else None
    who = f" у {naming.master_in(speech.salon, alone, 'gent')}" if alone else ""
    party = f" {_FOR[wish.people]}" if wish.people in _FOR else ""
    what = speech.what(wish.everything)
    when = _when(wish, speech).rstrip()
    about = ", ".join(part for part in (f"{what}{party}{who}", when) if part)
    tell = speech.you("напишу вам", "напишу тебе")
    stays = ""
    if wish.old_start is not None:
        local = speech.local(wish.old_start)
        stays = f" Пока остаётся запись на {words.day_for(local.date(), speech.today)}, "
        stays += f"{words.clock(local)}."
    return f"Хорошо, {tell}, если освободится: {about}.{stays}"


def left(speech: Speech) -> str:
    whom = speech.you("вас", "тебя")
    return f"Хорошо, убрала {whom} из листа ожидания."


def freed(pending: PendingBook | PendingMove, until: datetime, speech: Speech) -> str:
    """The offer; `until` is aware: whom it is offered next is asked then."""
    ask_ = speech.you("Записать вас?", "Записать тебя?")
    waits = f"Жду ответа до {words.clock(speech.local(until))}."
    match pending:
        case PendingMove():
            return f"Освободилось время. {booking.propose(Propose(pending), speech)} {waits}"
        case PendingBook(visits=(visit,)):
            told = f"{speech.at(visit.start)} — {speech.visit(visit)}"
            return f"Освободилось время: {told}. {ask_} {waits}"
        case PendingBook(visits=visits):
            lines = [f"{speech.briefly(v.start)} — {speech.visit(v)}" for v in visits]
            head = f"Освободилось время. {ask_} {waits}"
            return "\n".join([head, *map(words.capital, lines)])


def refused(speech: Speech) -> str:
    """The client does not want this time and stays on the list."""
    return "Хорошо. Напишу, если освободится другое время."


def still(speech: Speech) -> str:
    """After a freed time was gone by the client's answer."""
    whom = speech.you("Вы остаётесь", "Ты остаёшься")
    return f"{whom} в листе ожидания: напишу, если снова освободится."


def _when(wish: WaitWish, speech: Speech) -> str:
    """«в субботу 14 марта, в 15:00, », "" for many days at any hour."""
    named = wish.days if len(wish.days) <= _NAMED else ()
    and_ = "и" if wish.each else "или"
    day = words.listed([words.day_short(item, speech.today) for item in named], and_)
    hours = _hours(wish.earliest, wish.latest)
    told = " ".join(part for part in (day, hours) if part)
    return f"{told} " if told else ""


def _hours(earliest: time | None, latest: time | None) -> str:
    if earliest is not None and earliest == latest:
        return f"в {earliest:%H:%M}"
    parts = (f"с {earliest:%H:%M}" if earliest else "", f"до {latest:%H:%M}" if latest else "")
    return " ".join(part for part in parts if part)
