"""What the chat cannot do for the client, and who or what can: the salon's page, or a person."""

from __future__ import annotations

from whatsapp.assistant.replies import words
from whatsapp.assistant.replies.booking import HANDED
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.told import Barred, BookElsewhere
from whatsapp.assistant.types import Elsewhere


def elsewhere(decision: BookElsewhere, speech: Speech) -> str:
    what = words.capital(speech.what(decision.services)) if decision.services else ""
    why = {
        Elsewhere.PREPAID: f"{what}: запись по предоплате.",
        Elsewhere.GROUP: f"{what}: это групповое занятие, запись по местам.",
        Elsewhere.CONFIRMATION: "Для записи нужно подтвердить номер по SMS, в чате это не получится.",
    }[decision.reason]
    if speech.salon.booking_url:
        return f"{why} Записаться можно здесь: {speech.salon.booking_url}"
    return f"{why} {HANDED}"


def barred(decision: Barred, speech: Speech) -> str:
    verb = {"move": "Переносит", "change": "Меняет", "cancel": "Отменяет"}[decision.action]
    if not decision.rule.allowed:
        return f"{verb} записи только администратор. {HANDED}"
    verb = {"move": "Перенести", "change": "Изменить", "cancel": "Отменить"}[decision.action]
    before = words.in_advance(int(decision.rule.before.total_seconds()))
    return f"{verb} запись здесь можно не позже чем за {before} до визита. {HANDED}"
