"""What each kind of alarm is called for staff: short, as a line of a list; its text says the rest."""

from collections.abc import Mapping
from types import MappingProxyType

KINDS: Mapping[str, str] = MappingProxyType(
    {
        # WhatsApp and its number.
        "session_down": "WhatsApp не на связи",
        "session_ended": "WhatsApp прекратил подключение",
        "whatsapp_logged_out": "телефон отвязал помощника",
        "number_restricted": "WhatsApp ограничил номер",
        "reconnecting": "частые переподключения",
        "number_taken": "номер занят другим салоном",
        "single_tenant": "можно подключить лишь один салон",
        "whatsapp_version_refused": "WhatsApp не принимает версию моста",
        "undecryptable": "сообщение не расшифровано",
        # Clients.
        "handover": "клиент ждёт человека",
        "handover_unanswered": "клиенту долго не отвечают",
        "handover_urgent": "клиенту срочно нужен человек",
        "stale_message": "сообщение пришло с опозданием",
        "message_refused": "ответ клиенту не принят",
        "turn_failed": "помощник не смог ответить",
        "auto_texts": "в WhatsApp салона есть автоответы",
        "unconfirmed_visits": "визиты не подтверждены",
        "reminder_undelivered": "напоминания не дошли",
        # YCLIENTS.
        "yclients_trouble": "YCLIENTS отказывает",
        "callback_failing": "YCLIENTS не принимает подключение",
        "hooks_missing": "вебхуки не включены",
        "hooks_unknown": "неизвестно, приходят ли вебхуки",
        "webhook_failed": "вебхук не обработан",
        "webhook_foreign": "вебхук чужого салона",
        "sync_failed": "данные не перенеслись",
        "sync_stale": "журнал давно не читался",
        "timezone_unknown": "неизвестный часовой пояс",
        "yclients_reminds_too": "YCLIENTS тоже напоминает",
        "approval": "просят доступ к салону",
        "approval_unsigned": "вход без подписи YCLIENTS",
        # The installation.
        "queue_old": "очередь стоит",
        "event_failed": "событие WhatsApp отложено",
        "model_budget": "лимит языковой модели",
    }
)


def in_words(kind: str) -> str:
    """What follows a colon only tells one cause of a kind from another."""
    return KINDS.get(kind.partition(":")[0], kind)
