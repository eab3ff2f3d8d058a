"""Codes of the WhatsApp side as staff read them. A code nobody knows is shown as it is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from whatsapp.services import outreach_changes, pacing, restoring, waiting_list

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "text": "текст",
        "image": "фото",
        "audio": "голосовое",
        "video": "видео",
        "document": "документ",
        "sticker": "стикер",
        "location": "место на карте",
        "contact": "контакт",
        "reaction": "реакция",
        "poll": "опрос",
        "protocol": "служебное",
        "other": "другое",
    }
)

BRIDGE_EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "message": "сообщение",
        "status": "доставка",
        "qr": "показан QR-код",
        "qr_ended": "QR-код закончился",
        "pairing_code": "показан код",
        "pairing_failed": "код не получен",
        "connected": "подключён",
        "disconnected": "связь прервалась",
        "logged_out": "отвязан",
        "undecryptable": "не расшифровано",
        "typing": "печатает",
        "history": "прежние чаты",
    }
)

# Why a message has not left, or not for good.
_ERRORS = {
    **pacing.IN_WORDS,
    pacing.RESTRICTED: "WhatsApp ограничил номер (463)",
    pacing.TOO_MANY: "WhatsApp просит писать реже (429)",
    outreach_changes.WITHDRAWN: "визит ещё раз изменился",
    waiting_list.WITHDRAWN: "клиент больше не ждёт",
    restoring.RESTORED: "база восстановлена из копии",
    "taken_over": "в чате ответил человек",
    "not_connected": "WhatsApp салона не на связи",
    "not_on_whatsapp": "номера нет в WhatsApp",
    "refused": "WhatsApp не принял",
    "type_not_allowed": "такие файлы не отправляются",
    "NewConnectionError": "мост не отвечает",
    "NameResolutionError": "мост не отвечает",
    "ConnectTimeoutError": "мост не отвечает",
    "ReadTimeoutError": "мост не ответил вовремя",
    "ProtocolError": "связь с мостом прервалась",
    "no bridge owns the session": "сессию не ведёт ни один мост",
    "the owner changed meanwhile": "сессия перешла к другому мосту",
    "the owner is not a known bridge": "сессию ведёт незнакомый мост",
    "the answer is not the bridge's": "по адресу моста отвечает не мост",
}

_INTENTS = {
    "book": "записаться",
    "reschedule": "перенести",
    "cancel": "отменить",
    "list_bookings": "свои записи",
    "price": "цена",
    "services": "услуги",
    "staff_info": "о мастерах",
    "availability": "свободное время",
    "hours": "часы работы",
    "address": "адрес",
    "confirm_visit": "подтверждает визит",
    "running_late": "опаздывает",
    "human": "нужен человек",
    "stop": "СТОП",
    "start": "СТАРТ",
    "greeting": "здоровается",
    "thanks": "благодарит",
    "review": "оценка",
    "other": "другое",
}

_DECISIONS = {
    "Ask": "уточняет",
    "AskCancelOrMove": "спрашивает, отменить или перенести",
    "AskName": "спрашивает имя",
    "AnswerWho": "говорит, кто отвечает",
    "AskWaiting": "предлагает лист ожидания",
    "AlreadyBooked": "это время уже его",
    "AnswerAddress": "говорит адрес",
    "AnswerHours": "говорит часы",
    "AnswerPlace": "говорит о салоне",
    "AnswerPrice": "говорит цену",
    "AnswerReminders": "говорит, когда напомнит",
    "AnswerServices": "говорит об услугах",
    "AnswerStaff": "говорит о мастерах",
    "AnswerVisit": "говорит о визите",
    "AskedBefore": "повторяет свой вопрос",
    "Barred": "салон этого не разрешает",
    "BookElsewhere": "даёт ссылку на запись",
    "CannotCheck": "не смог проверить время",
    "Declined": "принял отказ",
    "FindSlots": "ищет время",
    "ForGuest": "отметил, чья запись",
    "Greet": "здоровается",
    "HandOver": "зовёт человека",
    "MoveOrMore": "спрашивает, перенести или записать ещё",
    "NoBookings": "записей нет",
    "NotOffered": "такой услуги нет",
    "NoOneMaster": "говорит, что одного мастера на всё нет",
    "NoTrade": "поменять местами не может",
    "NothingFree": "свободного нет",
    "Offer": "предлагает время",
    "OnDuty": "говорит, кто работает",
    "OptIn": "снова пишет первым",
    "OptOut": "больше не пишет первым",
    "Private": "чужих записей не называет",
    "Propose": "переспрашивает",
    "Rated": "принял оценку",
    "React": "ставит реакцию",
    "Redirect": "говорит, для чего он",
    "RunningLate": "принял опоздание",
    "Schedule": "говорит расписание мастера",
    "ShowBookings": "показывает записи",
    "Unclear": "не понял",
    "VisitConfirmed": "принял подтверждение",
    "Wait": "ждёт",
    "WaitsFor": "ставит в лист ожидания",
    "WaitsNoMore": "убирает из листа ожидания",
    "Write": "пишет в журнал",
    "Written": "записал в журнал",
}

_ACTIONS = {
    "create_booking": "запись создана",
    "move_booking": "запись перенесена",
    "cancel_booking": "запись отменена",
    "confirm_visit": "визит подтверждён",
    "save_rating": "оценка сохранена",
    "unsubscribe": "отписан",
    "wait": "в листе ожидания",
    "stop_waiting": "убран из листа",
}


def kind(code: str) -> str:
    return KINDS.get(code, code)


def bridge_event(code: str) -> str:
    return BRIDGE_EVENTS.get(code, code)


def error(code: str) -> str:
    if code.startswith("http "):
        return f"мост ответил {code.removeprefix('http ')}"
    return _ERRORS.get(code, code)


def story(told: Mapping[str, Any]) -> str:
    """«записаться → предлагает время → запись создана»: a turn as `dialogue.story` keeps it; "" for none."""
    frames = [each for each in told.get("frames", []) if isinstance(each, dict)]
    parts = (
        [
            _INTENTS.get(str(code), str(code))
            for code in (each.get("intent", "") for each in frames)
        ],
        [_DECISIONS.get(str(code), str(code)) for code in told.get("decisions", [])],
        [_ACTIONS.get(str(code), str(code)) for code in told.get("actions", [])],
    )
    return " → ".join(", ".join(filter(None, part)) for part in parts if any(part))
