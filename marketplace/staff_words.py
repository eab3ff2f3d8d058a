"""Codes of the marketplace side as staff read them. A code nobody knows is shown as it is."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.services import trouble

STEPS: Mapping[str, str] = MappingProxyType(
    {
        "company": "карточка салона",
        "staff": "мастера",
        "services": "услуги",
        "schedule": "расписание",
        "records": "записи",
        "clients": "клиенты",
        "changes": "изменения журнала",
        "done": "всё",
    }
)

RESOURCES: Mapping[str, str] = MappingProxyType(
    {
        "record": "запись",
        "client": "клиент",
        "service": "услуга",
        "service_category": "категория услуг",
        "staff": "мастер",
        "master": "мастер",
        "company": "филиал",
        "salon": "филиал",
        "good": "товар",
        "goods_operations_sale": "продажа товара",
        "goods_operations_receipt": "приход товара",
        "goods_operations_consumable": "расход товара",
        "goods_operations_stolen": "списание товара",
        "goods_operations_move": "перемещение товара",
        "finances_operation": "финансовая операция",
    }
)

EVENTS: Mapping[str, str] = MappingProxyType(
    {"create": "создание", "update": "изменение", "delete": "удаление"}
)

_REASONS = {
    "staff": "заморожен сотрудником",
    "yclients": "так сказал YCLIENTS",
    "frozen_by_yclients": "заморожен в YCLIENTS",
    "uninstalled_in_yclients": "удалён в YCLIENTS",
    "uninstalled_unnoticed": "удалён в YCLIENTS, мы узнали позже",
    "no_connection": "WhatsApp не на связи больше 10 минут",
    "logged_out": "телефон отвязал помощника",
    "disabled": "WhatsApp выключен",
    "erased": "данные удалены",
    "stopped": "остановлен нами",
    "forbidden": "WhatsApp закрыл доступ номеру",
    "multi_device_mismatch": "телефону нужен свежий WhatsApp",
    "version_refused": "WhatsApp не принимает версию моста",
    "timed_out": "нет ответа WhatsApp",
    "connection_closed": "связь прервалась",
    "replaced": "номер подключён ещё где-то",
    "stream_error": "сбой на стороне WhatsApp",
    "unavailable": "WhatsApp недоступен",
    "restart_required": "WhatsApp попросил переподключиться",
    "store_failed": "мост не смог записать в базу",
    "upgrade_refused": "прокси или сеть не пропускает",
    "unreachable": "сеть не пропускает",
    "another way out": "сменили прокси",
    "expired": "код никто не отсканировал",
    "qr_ended": "код никто не отсканировал",
    "number_taken": "номер занят другим салоном",
    "single_tenant": "можно подключить лишь один салон",
    "uninstalled": "приложение удалено",
    "whatsapp_disabled": "WhatsApp выключен",
    "logout_requested": "отвязан нами",
    "not_paired": "телефон не привязан",
    "silent": "мост замолчал при подключении",
    "lease lost": "сессию взял другой мост",
    "credentials are gone": "ключи сессии стёрты",
}


def step(name: str) -> str:
    return STEPS.get(name, name)


def counts(read: Mapping[str, int]) -> str:
    """«мастера: 6, услуги: 24»: what a run has read, and what differed from our copy."""
    named = {
        **STEPS,
        "drift_bookings": "записей разошлось",
        "drift_schedule": "дней расписания разошлось",
    }
    return ", ".join(f"{named.get(name, name)}: {count}" for name, count in read.items())


def resource(name: str) -> str:
    return RESOURCES.get(name, name)


def event(name: str) -> str:
    return EVENTS.get(name, name)


def refusal(code: str) -> str:
    """Of `Company.yclients_trouble`: «licence», «unauthorized», «forbidden:right»."""
    kind, _, right = code.partition(":")
    if kind == trouble.FORBIDDEN:
        return f"нет права «{trouble.right_name(right)}»"
    known = {
        trouble.LICENCE: "закончилась лицензия",
        trouble.UNAUTHORIZED: "не принят ключ доступа",
    }
    return known.get(code, code)


def reason(code: str) -> str:
    """Of `Company.status_reason` and `Session.reason`; «refused:code» is a phone that could not stay."""
    told = code.removeprefix("refused:").removesuffix(":kept")
    if told.startswith("code_"):
        return f"WhatsApp закрыл связь с кодом {told.removeprefix('code_')}"
    return _REASONS.get(told, told)
