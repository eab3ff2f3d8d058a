"""What we hold of people: told in full, erased on request, and gone by itself in time."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from marketplace.models import Booking
from tests.marketplace.rows import all_rows
from tests.ops.traces import OTHER, PHONE, SECRET, bridge_rows, client_of, message
from tests.whatsapp.hands import make_company
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Direction, MessageStatus
from whatsapp.services import privacy, retention

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> Any:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return json.loads(out.getvalue())


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
