"""What the WhatsApp tests work with: a salon, the bridge's events, a worker for what was enqueued."""

import itertools
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import current_app
from django.db import connection
from kombu.exceptions import OperationalError

from aiadmin.core import clock
from marketplace.models import Company, IntegrationStatus, Service, ServiceStaff, Staff
from tests.waiting import PATIENCE
from whatsapp.models import Conversation, Message, Session
from whatsapp.models.message import Author, Direction, MessageStatus
from whatsapp.models.session import SessionState
from whatsapp.services import inbox
from whatsapp.services.ids import new_wa_id

CLIENT, CLIENT_LID = "79001234567", "50001234567@lid"
SALON_PHONE = "79005550001"
PRICE = "Сколько стоит мужская стрижка?"
BOOK = "Запишите на мужскую стрижку послезавтра в 15:00 к Сергею"
QUEUES = ("inbound", "outbound", "sync")

_numbers = itertools.count(930_000_001)
_ids = itertools.count(1)


def make_company(**columns: Any) -> Company:
    """An active salon with its catalogue: one service by one master."""
    number = next(_numbers)
    company = Company.objects.create(
        **{
            "external_company_id": number,
            "yclients_id": number,
            "title": "Студия «Лилия»",
            "whatsapp_enabled": True,
            "whatsapp_connected": True,
            "whatsapp_phone": f"+7{number:010d}",
            "integration_status": IntegrationStatus.ACTIVE,
            "catalog_synced_at": datetime.now(UTC),
            **columns,
        }
    )
    service = Service.objects.create(
        company=company,
        yclients_id=11,
        title="Мужская стрижка",
        price_min=1500,
        price_max=1500,
        duration_seconds=3600,
    )
    master = Staff.objects.create(company=company, yclients_id=21, name="Сергей")
    ServiceStaff.objects.create(service=service, staff=master, duration_seconds=2700)
    Session.objects.create(company=company, state=SessionState.CONNECTED)
    return company


def make_unconnected(**columns: Any) -> Company:
    """Registered, WhatsApp not connected yet."""
    company = make_company(
        integration_status=IntegrationStatus.PENDING,
        whatsapp_connected=False,
        whatsapp_phone=None,
        **columns,
    )
    Session.objects.filter(pk=company.pk).update(state=SessionState.IDLE)
    return company


def event(company: Company | int, kind: str, **payload: Any) -> int:
    """Writes a row as the bridge does; returns its id."""
    session_id = company if isinstance(company, int) else company.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bridge.events (session_id, kind, chat, message_id, payload)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING id",
            [
                session_id,
                kind,
                payload.get("chat", "") if kind == "message" else "",
                f"{payload.get('message_id', '')}-{next(_ids)}",
                json.dumps(payload),
            ],
        )
        return int(cursor.fetchone()[0])


def message(text: str = "Здравствуйте", **changes: Any) -> dict[str, Any]:
    """The payload of a client's message, addressed by LID as WhatsApp does today."""
    return {
        "chat": CLIENT_LID,
        "chat_alt": f"{CLIENT}@s.whatsapp.net",
        "phone": CLIENT,
        "lid": CLIENT_LID,
        "from_me": False,
        "message_id": f"IN{next(_ids):06d}",
        "push_name": "Ольга",
        "timestamp": int(clock.now().timestamp()),
        "offline": False,
        "type": "text",
        "text": text,
        **changes,
    }


def write(company: Company, text: str = "Здравствуйте", **changes: Any) -> str:
    """The client writes; returns WhatsApp's id of the message."""
    payload = message(text, **changes)
    event(company, "message", **payload)
    return str(payload["message_id"])


def waiting_events(company: Company) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM bridge.events WHERE session_id = %s AND processed_at IS NULL",
            [company.pk],
        )
        return int(cursor.fetchone()[0])


def chat(company: Company) -> Conversation:
    return Conversation.objects.get(company=company)


def replies(company: Company) -> list[Message]:
    return list(Message.objects.filter(company=company, direction="out").order_by("pk"))


def tell(company: Company, *events: tuple[str, dict[str, Any]]) -> Session:
    """The bridge tells; the session as it is afterwards."""
    for kind, payload in events:
        event(company, kind, **payload)
    inbox.drain(company.pk)
    return Session.objects.get(pk=company.pk)


def connected(phone: str = SALON_PHONE, *, fresh: bool = True) -> tuple[str, dict[str, Any]]:
    jid = f"{phone}:3@s.whatsapp.net"
    body = {"phone": phone, "jid": jid, "lid": "9@lid", "name": "Лилия", "fresh": fresh}
    return "connected", body


def code(text: str = "2@ref,noise,identity,adv", seconds: int = 20) -> tuple[str, dict[str, Any]]:
    return "qr", {"qr": text, "expires_in": seconds, "number": 1}


def gone(*, will_reconnect: bool) -> tuple[str, dict[str, Any]]:
    body = {"code": 428, "reason": "connection_closed", "will_reconnect": will_reconnect}
    return "disconnected", body


def queue(conversation: Conversation, *texts: str) -> list[Message]:
    return [
        Message.objects.create(
            company=conversation.company,
            conversation=conversation,
            direction=Direction.OUT,
            author=Author.BOT,
            status=MessageStatus.QUEUED,
            wa_id=new_wa_id(),
            text=text,
            at=clock.now(),
            turn_number=0,
            due_at=datetime.now(UTC),
        )
        for text in texts
    ]


def statuses(conversation: Conversation) -> list[str]:
    rows = Message.objects.filter(conversation=conversation).order_by("pk")
    return list(rows.values_list("status", flat=True))


def arrive(company: Company, text: str = PRICE) -> Conversation:
    """The client's message is stored and its turn is due."""
    write(company, text)
    inbox.drain(company.pk)
    make_due()
    return chat(company)


def make_due() -> None:
    Conversation.objects.filter(turn_due_at__isnull=False).update(turn_due_at=datetime.now(UTC))


def expire_claims() -> None:
    """Its worker was killed, and the time of its claim is over."""
    Conversation.objects.update(turn_until=datetime.now(UTC) - timedelta(seconds=1))


def run_jobs() -> list[str]:
    """A worker of one thread: takes our jobs off the real broker, waits for countdowns, runs them.

    Returns the names of what ran. Jobs published by jobs run too; those of other apps are dropped.
    """
    # What a worker does at its start: finds the tasks of all apps.
    current_app.loader.import_default_modules()
    ran: list[str] = []
    deadline = time.monotonic() + PATIENCE
    later: list[tuple[float, str, list[Any]]] = []
    with current_app.connection_for_read() as broker:
        queues = [broker.SimpleQueue(name) for name in QUEUES]
        while True:
            assert time.monotonic() < deadline, (ran, later)
            jobs = _published(queues)
            now = time.time()
            ready = [item for item in [*later, *jobs] if item[0] <= now]
            later = [item for item in [*later, *jobs] if item[0] > now]
            for _, name, arguments in ready:
                ran.append(name)
                current_app.tasks[name](*arguments)
            if not ready and not later:
                break
            if not ready:
                time.sleep(0.01)
        for queue in queues:
            queue.close()
    return ran


def _published(queues: list[Any]) -> list[tuple[float, str, list[Any]]]:
    found = []
    for queue in queues:
        while True:
            try:
                job = queue.get(block=False)
            except queue.Empty:
                break
            except OperationalError:
                break
            job.ack()
            if not job.headers["task"].startswith("whatsapp."):
                continue
            eta = job.headers.get("eta")
            due = datetime.fromisoformat(eta).timestamp() if eta else 0.0
            found.append((due, job.headers["task"], json.loads(job.body)[0]))
    return found
