"""How the salon's connection fares, in the owner's words: what it is, what it means, what can be done."""

from dataclasses import dataclass
from datetime import datetime

from aiadmin.core import phones
from marketplace.models import Company, IntegrationStatus
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.selectors import NumberHealth, number_health
from whatsapp.services import sessions


@dataclass(frozen=True)
class Connection:
    """`kind`: on, wait or off. `number` stands before the title, "" for none. `connect`: a phone can be
    linked now; `switch`: "off" or "on" can be pressed, "" when neither makes sense."""

    kind: str
    title: str
    text: str
    number: str = ""
    connect: bool = False
    switch: str = ""


def connection(company: Company) -> Connection:
    session = sessions.get(company.pk)
    number = phones.pretty(company.whatsapp_phone or session.phone or "")
    if company.integration_status == IntegrationStatus.FROZEN:
        return Connection(
            "off",
            "Приложение приостановлено в YCLIENTS",
            "Помощник молчит. Возобновите его: YCLIENTS → Маркетплейс → AI Admin.",
        )
    if not company.whatsapp_enabled:
        return Connection(
            "off",
            "WhatsApp выключен",
            f"Номер {number} остался привязан, но помощник не читает и не пишет."
            if number
            else "Помощник не читает и не пишет.",
            switch="on",
        )
    if session.state == SessionState.CONNECTED and company.whatsapp_connected:
        return Connection("on", "подключён", _since(company), number, switch="off")
    if session.state == SessionState.RECONNECTING:
        return Connection(
            "wait",
            "переподключается",
            f"Связи нет {_from(company, session)}. Мы пробуем сами, проверьте интернет на телефоне.",
            number,
            switch="off",
        )
    return Connection(
        "off",
        "WhatsApp отключился на телефоне"
        if session.state == SessionState.LOGGED_OUT
        else "WhatsApp не подключён",
        f"Клиентам никто не отвечает {_from(company, session)}.",
        connect=True,
    )


def health(company: Company) -> NumberHealth:
    return number_health([company.pk])[company.pk]


def _since(company: Company) -> str:
    if company.whatsapp_connected_at is None:
        return "Помощник читает и отвечает."
    return f"Помощник читает и отвечает с {_moment(company, company.whatsapp_connected_at)}."


def _from(company: Company, session: Session) -> str:
    if session.down_since is None:
        return "сейчас"
    return f"с {_moment(company, session.down_since)}"


def _moment(company: Company, at: datetime) -> str:
    """ "14:20 12.03" on the salon's clock."""
    return f"{at.astimezone(company.zone):%H:%M %d.%m}"
