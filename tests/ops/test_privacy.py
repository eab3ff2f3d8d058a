"""What we hold of people: told in full, erased on request, and gone by itself in time."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql
from pytest_django.fixtures import Settings

from aiadmin.core.models import Alarm
from marketplace.models import (
    AccessRequest,
    ApiKey,
    Booking,
    BookingAttempt,
    Client,
    Company,
    Service,
    WebhookEvent,
)
from marketplace.services import activation
from tests.marketplace.rows import all_rows
from tests.whatsapp.hands import make_company
from whatsapp.models import Conversation, Message, SalonPhone, Session
from whatsapp.models.message import Author, Direction, MessageStatus
from whatsapp.models.session import SessionState
from whatsapp.services import privacy, retention

_COUNT = sql.SQL("SELECT count(*) FROM bridge.{} WHERE session_id = %s")

pytestmark = pytest.mark.django_db

PHONE, OTHER = "+79001234567", "+79007654321"
SECRET = "аллергия на краску"


def told(*arguments: str) -> Any:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return json.loads(out.getvalue())


def message(chat: Conversation, text: str, *, days: int = 0, **columns: Any) -> Message:
    made = Message.objects.create(
        company=chat.company,
        conversation=chat,
        at=datetime.now(UTC),
        text=text,
        **{
            "direction": Direction.IN,
            "author": Author.CLIENT,
            "status": MessageStatus.ANSWERED,
            "wa_id": f"{chat.pk}-{Message.objects.count()}",
            **columns,
        },
    )
    Message.objects.filter(pk=made.pk).update(created_at=datetime.now(UTC) - timedelta(days=days))
    return made


def client_of(company: Company, phone: str = PHONE, lid: str = "5000@lid") -> Conversation:
    """Everything that a client leaves behind."""
    Client.objects.create(company=company, phone=phone, name="Ольга", yclients_id=7)
    Booking.objects.create(
        company=company,
        record_id=int(phone[-6:]),
        client_phone=phone,
        client_name="Ольга",
        start=datetime.now(UTC),
    )
    BookingAttempt.objects.create(
        company=company,
        key=f"{phone}:{company.pk}",
        kind="book",
        api_id=phone[-9:] + str(company.pk),
        request={"phone": phone.removeprefix("+"), "name": "Ольга"},
    )
    WebhookEvent.objects.create(
        company=company,
        key=f"{phone}{company.pk}",
        status="done",
        body={"data": {"client": {"phone": phone.removeprefix("+")}}},
    )
    chat = Conversation.objects.create(company=company, chat=lid, phone=phone, name="Ольга")
    # A cancellation names no number, and keeps the words of what was to follow it.
    BookingAttempt.objects.create(
        company=company,
        key=f"{chat.pk}:0:cancel:1/1",
        kind="cancel",
        api_id=f"cancel-{chat.pk}",
        request={"record_id": 1, "left": SECRET},
    )
    sent = message(chat, SECRET, payload={"chat": f"{phone[1:]}@s.whatsapp.net"})
    with connection.cursor() as cursor:
        for address in (lid, f"{phone[1:]}@s.whatsapp.net"):
            cursor.execute(
                "INSERT INTO bridge.events (session_id, kind, chat, message_id, payload, processed_at)"
                " VALUES (%s, 'message', %s, 'A', '{\"type\": \"image\"}', now())",
                [company.pk, address],
            )
        cursor.execute(
            "INSERT INTO bridge.sent (session_id, message_id, content) VALUES (%s, %s, '')",
            [company.pk, sent.wa_id],
        )
    return chat


def bridge_rows(company: Company) -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in ("events", "sent", "media"):
            cursor.execute(_COUNT.format(sql.Identifier(table)), [company.pk])
            counts[table] = cursor.fetchone()[0]
    return counts


def test_a_client_is_told_everything_we_hold() -> None:
    company, another = make_company(), make_company()
    client_of(company)
    client_of(company, OTHER, "6000@lid")
    client_of(another, PHONE)

    found = told("export_client", str(company.pk), "--phone", "8 (900) 123-45-67")

    assert [row["name"] for row in found["cards"]] == ["Ольга"]
    assert [row["text"] for row in found["messages"]] == [SECRET]
    assert len(found["visits"]) == len(found["chats"]) == 1
    assert found["our_calls_to_yclients"][0]["request"]["name"] == "Ольга"
    assert len(found["events_of_yclients"]) == 1
    assert OTHER[1:] not in json.dumps(found)


def test_an_export_is_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    company = make_company()
    client_of(company)
    path = tmp_path / "client.json"

    call_command(
        "export_client", str(company.pk), "--phone", PHONE, "--out", str(path), stdout=io.StringIO()
    )

    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text("utf-8"))["phone"] == PHONE


def test_an_erased_client_is_nowhere_and_the_others_are_untouched() -> None:
    company, another = make_company(), make_company()
    client_of(company)
    client_of(company, OTHER, "6000@lid")
    client_of(another, PHONE)
    others = (bridge_rows(another), privacy.find(company, OTHER).counts)

    erased = told("erase_client", str(company.pk), "--phone", PHONE, "--yes", "--json")

    assert erased == {
        "conversations": 1,
        "messages": 1,
        "clients": 1,
        "bookings": 1,
        "attempts": 2,
        "webhooks": 1,
        "files": 2,
        "bridge_copies": 3,
    }
    rows = json.dumps(
        {name: table for name, table in all_rows().items() if name != "companies"},
        default=str,
        ensure_ascii=False,
    )
    assert sum(privacy.find(company, PHONE).counts.values()) == 0
    assert rows.count(SECRET) == 4, "the other client's and the other salon's"
    assert bridge_rows(company) == {"events": 2, "sent": 1, "media": 2}
    assert (bridge_rows(another), privacy.find(company, OTHER).counts) == others
    # The visit remains a busy time of the salon's day.
    assert Booking.objects.filter(company=company, client_phone="", client_name="").count() == 1
    again = told("erase_client", str(company.pk), "--phone", PHONE, "--yes", "--json")
    assert set(again.values()) == {0}


def test_nothing_is_erased_without_a_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    company = make_company()
    client_of(company)
    monkeypatch.setattr("builtins.input", lambda _: "no")

    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_client", str(company.pk), "--phone", PHONE, stdout=io.StringIO())

    assert Message.objects.count() == 1


# --- By itself -----------------------------------------------------------------------------------
def test_messages_go_after_their_days_and_whoever_said_stop_is_remembered(
    settings: Settings,
) -> None:
    company = make_company()
    chats = {
        name: Conversation.objects.create(
            company=company,
            chat=f"{name}@lid",
            opted_out_at=datetime.now(UTC) if name == "stop" else None,
        )
        for name in ("old", "stop", "fresh")
    }
    Conversation.objects.update(created_at=datetime.now(UTC) - timedelta(days=400))
    for name, chat in chats.items():
        message(chat, name, days=181)
    message(chats["fresh"], "вчера", days=179)
    message(chats["old"], "ждёт", days=300, direction=Direction.OUT, status=MessageStatus.QUEUED)
    settings.MESSAGES_KEPT_DAYS = 180

    deleted = retention.prune()

    assert deleted["messages"] == 3
    assert set(Message.objects.values_list("text", flat=True)) == {"вчера", "ждёт"}
    assert set(Conversation.objects.values_list("chat", flat=True)) == {
        "old@lid",
        "stop@lid",
        "fresh@lid",
    }
    Message.objects.filter(text="ждёт").delete()
    assert retention.prune()["conversations"] == 1


@pytest.fixture
def gone(db: None) -> Company:
    company = make_company(
        phone=PHONE, email="owner@salon.test", address="Тверская, 5", owner_user_id=5
    )
    client_of(company)
    SalonPhone.objects.create(company=company, phone=OTHER, role="staff", name="Анна")
    AccessRequest.objects.create(salon_id=company.salon_id, user_name="Иван", user_email="i@x.test")
    ApiKey.objects.create(company=company, kind="owner", prefix="sk_1", sha256=str(company.pk))
    Alarm.objects.create(
        kind="x",
        hour=datetime.now(UTC),
        company_id=company.pk,
        text="…",
        recipient="owner@salon.test",
    )
    activation.mark_uninstalled(company.pk)
    Session.objects.filter(pk=company.pk).update(state=SessionState.IDLE, jid="", phone="")
    return company


def test_of_a_salon_that_left_only_its_row_without_contacts_stays(gone: Company) -> None:
    staying = make_company()
    client_of(staying)
    before = privacy.find(staying, PHONE).counts

    retention.prune()

    tables = {name for name, rows in all_rows().items() if _of(rows, gone)}
    assert tables == {"companies", "api_keys", "whatsapp_sessions"}
    assert bridge_rows(gone) == {"events": 0, "sent": 0, "media": 0}
    gone.refresh_from_db()
    assert (gone.phone, gone.email, gone.address, gone.whatsapp_phone, gone.raw_data) == (None,) * 5
    assert gone.integration_status == "uninstalled"
    assert AccessRequest.objects.count() == 0
    assert set(Alarm.objects.values_list("recipient", flat=True)) == {""}
    assert privacy.find(staying, PHONE).counts == before
    assert Service.objects.filter(company=staying).exists()
    assert not [name for name in retention.prune() if name.startswith("uninstalled")], (
        "nothing left"
    )


def _of(rows: dict[Any, dict[str, Any]], company: Company) -> bool:
    return any(
        row.get("company_id") == company.pk
        or (row.get("id") == company.pk and "title" in row and "integration_status" in row)
        for row in rows.values()
    )


@pytest.mark.parametrize("linked", ["jid", "keys"])
def test_nothing_goes_before_the_phone_is_unlinked(gone: Company, linked: str) -> None:
    if linked == "jid":
        Session.objects.filter(pk=gone.pk).update(jid="7900@s.whatsapp.net")
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bridge.auth (session_id, type, id, value) VALUES (%s, 'creds', 'x', '')",
                [gone.pk],
            )

    retention.prune()

    assert Client.objects.filter(company=gone).exists()


def test_a_salon_that_came_back_keeps_what_it_has(gone: Company) -> None:
    Company.objects.filter(pk=gone.pk).update(integration_status="pending")

    retention.prune()

    assert Client.objects.filter(company=gone).exists()
    gone.refresh_from_db()
    assert gone.email == "owner@salon.test"


def test_prune_tells_what_went(gone: Company) -> None:
    assert told("prune", "--json")["uninstalled_clients"] == 1
