"""The client's own visits: the list, coming, being late, and the rating afterwards."""

from __future__ import annotations

from whatsapp.assistant.decisions import (
    AlreadyBooked,
    NoBookings,
    Rated,
    RunningLate,
    ShowBookings,
    VisitConfirmed,
)
from whatsapp.assistant.replies import words
from whatsapp.assistant.replies.booking import HANDED, booking
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.told import AnswerVisit, ForGuest


def show(decision: ShowBookings, speech: Speech) -> str:
    found = [speech.bookings[i] for i in decision.ids if i in speech.bookings]
    if len(found) == 1:
        visit = found[0]
        parts = [speech.what(visit.services), speech.whom(visit.staff)]
        about = ", ".join(part for part in parts if part)
        return (
            f"Ваша запись: {speech.at(visit.start)} — {about}."
            if speech.formal
            else (f"Твоя запись: {speech.at(visit.start)} — {about}.")
        )
    lines = [words.capital(booking(speech, visit.id)) for visit in found]
    head = speech.you("Ваши записи:", "Твои записи:")
    more = len(lines) - 3
    shown = lines[:3] if more <= 0 else [*lines[:2], f"…и ещё {len(lines) - 2}"]
    return "\n".join([head, *shown])


def terms(decision: AnswerVisit, speech: Speech) -> str:
    """«Ваша запись: завтра, в четверг 12 марта, 15:00 — педикюр, Анна: 2 000 ₽, длится 1 час 30 минут.»"""
    found = speech.bookings.get(decision.record_id)
    if found is None:
        return HANDED
    cost = speech.cost(found.services, found.staff) or "точную цену назовёт администратор"
    about = ", ".join(p for p in (speech.what(found.services), speech.whom(found.staff)) if p)
    length = words.duration(found.duration_seconds) if found.duration_seconds else ""
    length = length or speech.length(found.services, found.staff)
    yours = speech.you("Ваша", "Твоя")
    lasts = f", длится {length}" if length else ""
    return f"{yours} запись: {speech.at(found.start)} — {about}: {cost}{lasts}."


def reminders(speech: Speech) -> str:
    """«Напоминаем здесь, в чате: накануне в 19:00 и за 2 часа до визита.»"""
    salon = speech.salon
    evening = f"накануне в {salon.evening_at:%H:%M}" if salon.evening_at else ""
    before = words.duration((salon.near_minutes or 0) * 60).replace("минута", "минуту")
    near = f"за {before} до визита" if salon.near_minutes else ""
    when = " и ".join(part for part in (evening, near) if part)
    if not when:
        return speech.you(
            "Сама о визитах не напоминаю: передала ваш вопрос администратору, он ответит здесь.",
            "Сама о визитах не напоминаю: передала твой вопрос администратору, он ответит здесь.",
        )
    return f"Напоминаем здесь, в чате: {when}."


def already(decision: AlreadyBooked, speech: Speech) -> str:
    found = speech.bookings.get(decision.record_id)
    you = speech.you("Вы уже записаны", "Эта запись уже есть")
    if found is None:
        return f"{you}."
    about = ", ".join(p for p in (speech.what(found.services), speech.whom(found.staff)) if p)
    return f"{you}: {speech.at(found.start)} — {about}."


def for_guest(decision: ForGuest, speech: Speech) -> str:
    return f"Отметила в записи: {booking(speech, decision.record_id)} ({decision.guest})."


def none(decision: NoBookings, speech: Speech) -> str:
    ask = speech.you("Записать вас?", "Записать тебя?")
    return f"Будущих записей не вижу. {ask}"


def confirmed(decision: VisitConfirmed, speech: Speech) -> str:
    found = speech.bookings.get(decision.record_id or "")
    wait = speech.you("ждём вас", "ждём тебя")
    if found is None:
        return f"Хорошо, {wait}."
    more = (speech.bookings[item] for item in decision.others if item in speech.bookings)
    starts = [speech.local(visit.start) for visit in (found, *more)]
    when = [f"{words.day_short(s.date(), speech.today)} в {words.clock(s)}" for s in starts]
    return f"Хорошо, {wait} {words.listed(when)}."


def late(decision: RunningLate, speech: Speech) -> str:
    minutes = decision.minutes
    by = f" на {minutes} {words.plural(minutes, 'минуту', 'минуты', 'минут')}" if minutes else ""
    verb = speech.you("вы задержитесь", "ты задержишься")
    return (
        f"Спасибо, что предупредили. Передала администратору, что {verb}{by}."
        if speech.formal
        else (f"Спасибо, что предупреждаешь. Передала администратору, что {verb}{by}.")
    )


def rated(decision: Rated, speech: Speech) -> str:
    if decision.negative:
        return "Жаль, что так вышло. Что было не так? Передам руководству лично."
    if decision.rating is not None and decision.rating >= 4:
        return "Спасибо за оценку! Рады, что всё понравилось."
    return "Спасибо за отзыв!"
