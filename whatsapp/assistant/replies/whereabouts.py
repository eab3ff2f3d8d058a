"""The salon itself: its hours, its address, and what it has written of itself."""

from __future__ import annotations

from whatsapp.assistant import place as places
from whatsapp.assistant.replies import naming, words
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.told import AnswerAddress, AnswerHours, AnswerPlace
from whatsapp.assistant.types import OpenHours

LINES = 3  # of the salon's own sentences in one reply


def hours(decision: AnswerHours, speech: Speech) -> str:
    salon = speech.salon
    if decision.day is not None and salon.knows_hours():
        found = salon.hours_on(decision.day)
        when = words.capital(words.day_short(decision.day, speech.today))
        return f"{when} работаем {_span(found)}." if found else f"{when} мы не работаем."
    if salon.schedule_text:
        return f"{naming.tidy(salon.schedule_text).rstrip('.')}."
    if salon.week:
        return _week(speech)
    return "Часы работы подскажет администратор, он ответит здесь."


def _span(hours: OpenHours) -> str:
    return f"с {hours.opens:%H:%M} до {hours.closes:%H:%M}"


_SHORT = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


def _week(speech: Speech) -> str:
    """«Работаем каждый день с 10:00 до 21:00» or «пн–пт …, сб–вс …»."""
    week = speech.salon.week
    if len(set(week)) == 1 and week[0] is not None:
        return f"Работаем каждый день {_span(week[0])}."
    parts, begin = [], 0
    for i in range(1, 8):
        if i == 7 or week[i] != week[begin]:
            days = _SHORT[begin] if i - begin == 1 else f"{_SHORT[begin]}–{_SHORT[i - 1]}"
            found = week[begin]
            parts.append(f"{days} {_span(found)}" if found else f"{days} не работаем")
            begin = i
    return words.capital(", ".join(parts)) + "."


def address(decision: AnswerAddress, speech: Speech) -> str:
    salon = speech.salon
    lines = []
    if salon.address:
        lines.append(f"Адрес: {naming.tidy(salon.address).rstrip('.')}.")
    phone = f"Телефон: {salon.phone}" if salon.phone else ""
    if decision.brief and decision.phone and phone:
        return phone
    if decision.brief and lines:
        return lines[0]
    if salon.map_url:
        lines.append(f"На карте: {salon.map_url}")
    if phone:
        lines.append(phone)
    return "\n".join(lines) or "Адрес подскажет администратор, он ответит здесь."


def place(decision: AnswerPlace, speech: Speech) -> str:
    """The salon's own sentences, and honestly what they leave out: «Про парковку точно не знаю…»."""
    about = speech.salon.about
    said = [line for item in decision.asked for line in places.told(item, about)]
    lines = [_sentence(line) for line in dict.fromkeys(said)][:LINES]
    left = [part for item in untold(decision, speech) for part in places.NAMED[item].split(" и ")]
    if left:
        yours = speech.you("ваш вопрос", "твой вопрос")
        lines.append(
            f"Про {words.listed(left)} точно не знаю."
            f" Передала {yours} администратору, он ответит здесь."
        )
    return "\n".join(lines)


def untold(decision: AnswerPlace, speech: Speech) -> list[places.Place]:
    """What of it the salon has written nothing about."""
    return [item for item in decision.asked if not places.told(item, speech.salon.about)]


def _sentence(line: str) -> str:
    tidy = naming.tidy(line)
    return tidy if tidy.endswith((".", "!", "?", "…")) else f"{tidy}."
