"""Proposals and what came of writes. Words of success stand here only, beside a successful result."""

from __future__ import annotations

from datetime import datetime

from whatsapp.assistant.decisions import AskName, Propose, Written
from whatsapp.assistant.replies import naming, words
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.state import PendingBook, PendingCancel, PendingMove, PendingMoves, Visit
from whatsapp.assistant.tools import (
    Booked,
    BookRequest,
    Cancelled,
    CancelRequest,
    Moved,
    MoveRequest,
    OutcomeUnknown,
    Refused,
    RefusedReason,
    SlotTaken,
    SystemDown,
    WriteRequest,
    WriteResult,
)
from whatsapp.assistant.understand import morph

_REFUSALS = {
    RefusedReason.PHONE: "Журнал записи не принял номер телефона.",
    RefusedReason.BLACKLIST: "Записать здесь не получится.",
    RefusedReason.CLOSED: "Онлайн-запись на это время закрыта.",
    RefusedReason.CONFIRMATION: "Для этой записи нужно подтверждение номера.",
    RefusedReason.PREPAID: "Для этой услуги нужна предоплата.",
    RefusedReason.TOO_LATE: "До визита слишком мало времени, изменить запись здесь уже нельзя.",
    RefusedReason.NOT_ALLOWED: "Изменить эту запись здесь нельзя.",
    RefusedReason.NOT_FOUND: "Этой записи уже нет в журнале.",
    RefusedReason.OTHER: "Журнал не принял запись.",
}
HANDED = "Передала администратору, он ответит здесь."


def propose(decision: Propose, speech: Speech) -> str:
    match decision.pending:
        case PendingBook(visits=visits):
            return _propose_book(visits, decision.how, speech)
        case PendingMove(visit=visit, old_start=old, changed=changed):
            if changed or visit.start == old:
                return f"Изменить запись: {_change(visit, old, speech, changed=changed)}?"
            new = f"{speech.at(visit.start)}, {speech.whom(visit.staff)}".rstrip(", ")
            return f"Перенести: вместо {_was(old, visit.start, speech)} — {new}?"
        case PendingMoves(moves=moves):
            ordered = sorted(moves, key=lambda move: move.visit.start)
            traded = [f"{speech.briefly(m.visit.start)} — {_who(m.visit, speech)}" for m in ordered]
            return "Поменять местами?\n" + "\n".join(map(words.capital, traded))
        case PendingCancel(record_ids=ids):
            lines = [words.capital(booking(speech, item)) for item in ids]
            if len(lines) == 1 and decision.how == "other":
                missing = no_visit(decision.services, decision.word, speech)
                return f"{missing} Есть: {booking(speech, ids[0])}. Отменить её?"
            if len(lines) == 1:
                return f"Отменить запись: {booking(speech, ids[0])}?"
            shown = lines[:3] if len(lines) <= 3 else [*lines[:2], f"…и ещё {len(lines) - 2}"]
            return "Отменить эти записи?\n" + "\n".join(shown)


def _who(visit: Visit, speech: Speech) -> str:
    return ", ".join(p for p in (speech.what(visit.services), speech.whom(visit.staff)) if p)


def _propose_book(visits: tuple[Visit, ...], how: str, speech: Speech) -> str:
    ask = speech.you("Записать вас?", "Записать тебя?")
    if len(visits) == 1:
        visit = visits[0]
        if how == "nearest":
            return f"Ближайшее — {speech.at(visit.start)}: {speech.visit(visit)}. {ask}"
        if how == "free":
            return (
                f"{words.capital(speech.at(visit.start))} — свободно: {speech.visit(visit)}. {ask}"
            )
        if how == "again":
            again = f"{speech.at(visit.start)} — {speech.visit(visit)}"
            return f"Это время ещё свободно. Записать снова: {again}?"
        return f"Правильно поняла: {speech.at(visit.start)} — {speech.visit(visit)}?"
    lines = [f"{speech.briefly(v.start)} — {speech.visit(v)}" for v in visits]
    return "Правильно поняла?\n" + "\n".join(words.capital(line) for line in lines[:3])


def ask_name(decision: AskName, speech: Speech) -> str:
    if decision.again:
        return speech.you(
            "Напишите, пожалуйста, имя — и запишу.", "Напиши, пожалуйста, имя — и запишу."
        )
    return "На чьё имя записать?"


def no_visit(services: tuple[str, ...], word: str, speech: Speech) -> str:
    """«Записи на маникюр не вижу.»"""
    if not services:
        return "Такой записи не вижу."
    kind = word if word and " " not in word else naming.kind(speech.salon, services)
    accusative = morph.inflect(kind, "accs", "sing") if " " not in kind else None
    return f"Записи на {accusative or f'«{kind}»'} не вижу."


def booking(speech: Speech, record_id: str) -> str:
    """«завтра, 15:00 — маникюр, Анна» of an existing visit."""
    found = speech.bookings.get(record_id)
    if found is None:
        return "запись"
    parts = [speech.what(found.services), speech.whom(found.staff)]
    return f"{speech.briefly(found.start)} — " + ", ".join(part for part in parts if part)


def written(decision: Written, speech: Speech) -> str:
    """Every write with its own outcome, and nothing about writes that were not made."""
    lines = [_one(request, result, speech) for request, result in decision.results]
    booked = [r for _, r in decision.results if isinstance(r, Booked)]
    unique = list(dict.fromkeys(lines))
    if any(isinstance(r, Cancelled) for _, r in decision.results):
        back = speech.you(
            "Захотите вернуться — просто напишите.", "Захочешь вернуться — просто напиши."
        )
        unique = (
            [*unique[:2], " ".join(unique[2:]), back]
            if len(unique) > 2
            else [*unique[:-1], f"{unique[-1]} {back}"]
        )
    if booked:
        planned = max(
            (r.visits_in_turn for r, _ in decision.results if isinstance(r, BookRequest)), default=1
        )
        if decision.recovered and planned > len(decision.results):
            unique.append(
                speech.you(
                    "Остальное ещё не в журнале: напишите, и продолжу.",
                    "Остальное ещё не в журнале: напиши, и продолжу.",
                )
            )
        elif _says_where(decision, unique, speech):
            unique.append(speech.you("Ждём вас", "Ждём тебя") + f": {speech.salon.address}.")
    return "\n".join(unique[:4])


def _says_where(decision: Written, lines: list[str], speech: Speech) -> bool:
    room = bool(speech.salon.address) and len(lines) < 3
    return room and not speech.address_told and decision.instead is None


def _one(request: WriteRequest, result: WriteResult, speech: Speech) -> str:
    match result:
        case Booked():
            guest = request.guest if isinstance(request, BookRequest) else None
            visit = Visit(result.service_ids, result.staff_id, result.start, guest=guest)
            return f"Записала: {speech.at(result.start)} — {speech.visit(visit, _cost(result, speech))}."
        case Moved() if result.start == result.old_start or _changed(request):
            visit = Visit(result.service_ids, result.staff_id, result.start)
            cost, changed = _cost(result, speech), _changed(request)
            return f"Изменила запись: {_change(visit, result.old_start, speech, cost, changed=changed)}."
        case Moved():
            new = ", ".join(p for p in (speech.at(result.start), speech.whom(result.staff_id)) if p)
            return f"Перенесла: вместо {_was(result.old_start, result.start, speech)} — {new}."
        case Cancelled():
            day = words.day_for(speech.local(result.start).date(), speech.today)
            return f"Отменила запись на {day}, {words.clock(speech.local(result.start))}."
        case SlotTaken():
            return _taken(request, speech)
        case Refused(reason=reason):
            link = speech.salon.booking_url
            if link and reason in (RefusedReason.CONFIRMATION, RefusedReason.PREPAID):
                return f"{_REFUSALS[reason]} Это можно сделать по ссылке: {link}"
            return f"{_REFUSALS[reason]} {HANDED}"
        case OutcomeUnknown():
            return {
                BookRequest: "Проверяю, прошла ли запись. Администратор подтвердит её здесь.",
                MoveRequest: "Проверяю, прошёл ли перенос. Администратор подтвердит его здесь.",
                CancelRequest: "Проверяю, снята ли запись. Администратор подтвердит это здесь.",
            }[type(request)]
        case SystemDown():
            return _down(request, speech)


def _changed(request: WriteRequest) -> bool:
    return isinstance(request, MoveRequest) and request.changed


def _change(visit: Visit, old: datetime, speech: Speech, cost: str = "", *, changed: bool) -> str:
    """«завтра, в четверг 12 марта, 15:00 — окрашивание, Мария, 5 000 ₽»; with the old time when it goes."""
    told = f"{speech.at(visit.start)} — {speech.visit(visit, cost)}"
    if visit.start == old or not changed:
        return told
    return f"вместо {_was(old, visit.start, speech)} — {told}"


def _was(old: datetime, new: datetime, speech: Speech) -> str:
    """After «вместо»: the day and the hour that are given up; the hour alone of the very day."""
    local = speech.local(old)
    if local.date() == speech.local(new).date():
        return words.clock(local)
    return f"{words.day_of(local.date(), speech.today)}, {words.clock(local)}"


def _cost(result: Booked | Moved, speech: Speech) -> str:
    """The journal's price; of a range that is its lower end until the visit is done."""
    cost = words.money(result.price) if result.price else ""
    told = speech.cost(result.service_ids, result.staff_id)
    if len(result.service_ids) > 1 and not told:
        return ""  # one of them has no price in the catalogue: the sum of the others is no sum
    return told if cost and told == f"от {cost}" else cost


def _taken(request: WriteRequest, speech: Speech) -> str:
    if isinstance(request, BookRequest) and request.visits_in_turn > 1:
        what = words.capital(speech.what(request.service_ids))
        return f"{what}, {words.clock(speech.local(request.start))} — это время только что заняли."
    if isinstance(request, MoveRequest) and request.service_ids:
        what = words.capital(speech.what(request.service_ids))
        return f"{what}, {speech.briefly(request.new_start)} — это время только что заняли."
    return "Это время только что заняли."


def _down(request: WriteRequest, speech: Speech) -> str:
    when = ""
    if isinstance(request, BookRequest):
        when = f" на {words.day_for(speech.local(request.start).date(), speech.today)}, "
        when += words.clock(speech.local(request.start))
    keep = f"Сохранила ваш запрос{when}" if speech.formal else f"Сохранила твой запрос{when}"
    return f"Журнал записи сейчас не отвечает. {keep} и напишу, когда он ответит."
