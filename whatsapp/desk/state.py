"""How the salon's connection fares, in the owner's words: what it is, what it means, what can be done."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

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
            gettext("The app is suspended in YCLIENTS"),
            gettext("The assistant keeps silent. Resume it: YCLIENTS → Marketplace → AI Admin."),
        )
    if not company.whatsapp_enabled:
        return Connection(
            "off",
            gettext("WhatsApp is off"),
            gettext("The number %s is still linked, but the assistant neither reads nor writes.")
            % number
            if number
            else gettext("The assistant neither reads nor writes."),
            switch="on",
        )
    if session.state == SessionState.CONNECTED and company.whatsapp_connected:
        return Connection("on", gettext("connected"), _since(company), number, switch="off")
    if session.state == SessionState.RECONNECTING:
        return Connection(
            "wait",
            gettext("reconnecting"),
            gettext("No connection %s. We keep trying; check the internet on the phone.")
            % _from(company, session),
            number,
            switch="off",
        )
    return Connection(
        "off",
        gettext("WhatsApp was unlinked on the phone")
        if session.state == SessionState.LOGGED_OUT
        else gettext("WhatsApp is not connected"),
        gettext("Nobody answers your clients %s.") % _from(company, session),
        connect=True,
    )


def health(company: Company) -> NumberHealth:
    return number_health([company.pk])[company.pk]


def _since(company: Company) -> str:
    if company.whatsapp_connected_at is None:
        return gettext("The assistant reads and answers.")
    return gettext("The assistant reads and answers since %s.") % _moment(
        company, company.whatsapp_connected_at
    )


def _from(company: Company, session: Session) -> str:
    if session.down_since is None:
        return gettext("now")
    return gettext("since %s") % _moment(company, session.down_since)


def _moment(company: Company, at: datetime) -> str:
    """ "14:20 12.03" on the salon's clock."""
    return f"{at.astimezone(company.zone):%H:%M %d.%m}"
