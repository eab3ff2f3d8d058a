"""Everything that is not a visit: greeting, a person, opt-out, media, and what is none of our business."""

from __future__ import annotations

from collections.abc import Sequence

from whatsapp.assistant.decisions import Declined, Greet, HandOver, Redirect, Unclear
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.replies import naming, words
from whatsapp.assistant.replies.booking import HANDED
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.state import Asked, Slots
from whatsapp.assistant.told import AskedBefore
from whatsapp.assistant.types import Kind

_HANDED: dict[Topic, str] = {
    Topic.CALL: "Передала администратору, что вы просите перезвонить.",
    Topic.COMPLAINT: "Очень жаль, что так вышло. Передала администратору, он ответит здесь.",
    Topic.MEDICAL: "О здоровье лучше ответит специалист: передала ваш вопрос администратору.",
    Topic.GROUP: "Для такой записи лучше помощь человека: передала администратору, он ответит здесь.",
    Topic.MEDIA: "Получила, передала администратору: он посмотрит и ответит здесь.",
    Topic.SPAM: "Спасибо, передала администратору.",
    Topic.LOST: "Передала администратору, он проверит и ответит здесь.",
    Topic.SYSTEM_DOWN: "Журнал записи сейчас не отвечает. Передала администратору, он ответит здесь.",
    Topic.RUDE: HANDED,
    Topic.JOB: HANDED,
}
_ASKED = (
    "Передала ваш вопрос администратору, он ответит здесь.",
    "Передала твой вопрос администратору, он ответит здесь.",
)


# What was asked before words that were not understood.
_AGAIN = {
    Asked.SERVICE: "На какую услугу записать?",
    Asked.STAFF: "К какому мастеру?",
    Asked.DAY: "На какой день?",
    Asked.TIME: "На какое время?",
    Asked.SLOT: "Какое время удобно?",
    Asked.BOOKING: "О какой записи речь?",
    Asked.ATTEND: "Запись в силе?",
}

# Begins the answer to a request that had to wait.
BACK = "Журнал снова отвечает."


def still_down(speech: Speech) -> str:
    yours = speech.you("ваш запрос", "твой запрос")
    return f"Журнал записи так и не ответил. Передала {yours} администратору, он ответит здесь."


def kept_too(speech: Speech) -> str:
    """After «Сохранила ваш запрос», when the message ordered more."""
    return "Остальное из сообщения тоже сохранила."


def not_done(orders: Sequence[str], speech: Speech) -> str:
    """What the client ordered and nobody has done, in their own words."""
    quoted = [f"«{_cut(' '.join(order.split()))}»" for order in orders[:3]]
    more = speech.you("Если ещё нужно — напишите.", "Если ещё нужно — напиши.")
    return f"Пока не сделала: {', '.join(quoted)}. {more}"


def _cut(text: str, most: int = 90) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + "…"


def introduction(speech: Speech) -> str:
    """The first words of the first reply in a chat: that it is a machine."""
    hello = speech.you("Здравствуйте", "Привет")
    return f"{hello}! Это автоматический помощник {naming.salon_of(speech.salon)}."


def greet(decision: Greet, speech: Speech, *, first: bool) -> str:
    if decision.brief:
        return speech.you("Здравствуйте!", "Привет!")
    if first:
        who = introduction(speech).rstrip(".")
        asks = speech.you("Что вас интересует?", "Что тебя интересует?")
        return f"{who}: запишу, перенесу, подскажу цены. {asks}"
    return speech.you("Здравствуйте! Чем помочь?", "Привет! Чем помочь?")


def who(speech: Speech) -> str:
    """To «ты бот?»: the truth, and how to reach a person."""
    hint = speech.you("напишите «администратор»", "напиши «администратор»")
    salon = naming.salon_of(speech.salon)
    return f"Я автоматический помощник {salon}: запишу, перенесу, подскажу цены. Нужен человек — {hint}."


def next_visit(slots: Slots, speech: Speech) -> str:
    """The further visit of the same message, taken up after the first is written."""
    what, day = speech.what(slots.services), slots.day.on
    when = f" {words.day_short(day, speech.today)}" if day is not None else ""
    at = f", {slots.time.at:%H:%M}" if when and slots.time.exact and slots.time.at else ""
    return f"Теперь {what}{when}{at}. Записываем?"


def hand_over(decision: HandOver, speech: Speech) -> str:
    text = _HANDED.get(decision.topic) or speech.you(*_ASKED)
    return (
        text
        if speech.formal
        else text.replace("вы просите", "ты просишь").replace("ваш вопрос", "твой вопрос")
    )


def opt_out(speech: Speech) -> str:
    them = speech.you("вам", "тебе")
    send = speech.you("отправьте", "отправь")
    return f"Больше не будем писать {them} первыми. Чтобы вернуть уведомления, {send} «СТАРТ»."


def opt_in(speech: Speech) -> str:
    return "Уведомления снова включены. Чем помочь?"


def declined(decision: Declined, speech: Speech) -> str:
    if decision.undoing:
        return "Хорошо, не возвращаю."
    if decision.visit_stays:
        return "Хорошо, оставляю всё как есть."
    what = "запись" if decision.idle else "другое время"
    return f"Хорошо. Если понадобится {what} — {speech.you('напишите', 'напиши')}."


def wait(speech: Speech) -> str:
    return "Хорошо, жду."


def redirect(decision: Redirect, speech: Speech, *, first: bool) -> str:
    """`first`: the introduction has just said who speaks."""
    ask = speech.you("Записать вас?", "Записать тебя?")
    if decision.phrase:
        return f"{decision.phrase} {ask}"
    who = "Помогаю" if first else f"Я помощник {naming.salon_of(speech.salon)}: помогаю"
    return f"{who} с записью. {ask}"


def private(speech: Speech) -> str:
    return "О чужих записях рассказать не могу. Чем ещё помочь?"


def asked_before(decision: AskedBefore, speech: Speech) -> str:
    """«Какое время удобно?» after an answer; «Педикюр: какое время удобно?» after talk of another service."""
    question = _AGAIN[decision.asked]
    if not decision.services:
        return question
    what = words.capital(speech.what(decision.services))
    return f"{what}: {question[:1].lower()}{question[1:]}"


def unclear(decision: Unclear, speech: Speech) -> str:
    if decision.foreign:
        return "Понимаю только по-русски. Please write in Russian, or our administrator will help."
    if decision.asked is Asked.CONFIRM:
        return f"Не совсем поняла. Если всё верно, {speech.you('ответьте', 'ответь')} «да»."
    if decision.asked is Asked.OFFER:
        return f"Не совсем поняла. {speech.you('Записать вас?', 'Записать тебя?')}"
    if decision.asked is Asked.CANCEL_OR_MOVE:  # «да» is understood, it only chooses neither
        return "Уточню: отменить запись или перенести?"
    if (question := _AGAIN.get(decision.asked)) is not None:
        return f"Не совсем поняла. {question}"
    write = speech.you("Напишите, пожалуйста, услугу и день", "Напиши, пожалуйста, услугу и день")
    return f"Не совсем поняла. {write} — подберу время."


def media(kind: Kind, speech: Speech) -> str:
    """To what cannot be read: an honest request to write."""
    write = speech.you(
        "Напишите, пожалуйста, пару слов текстом.", "Напиши, пожалуйста, пару слов текстом."
    )
    if kind is Kind.AUDIO:
        return f"Не могу прослушать голосовое. {write}"
    return write
