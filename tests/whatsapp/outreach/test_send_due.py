"""`manage.py send_due`: shows and writes nothing, or says what is due; without a database it says nothing."""

import io
import os
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from marketplace.models import Booking
from tests.marketplace.salons import SandboxSalon
from tests.tree import ROOT
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.outreach.hands import go_to, stories, texts, visit
from tests.whatsapp.outreach.waiting import Waiter
from whatsapp.models import Conversation, Message, Outreach, SalonSettings
from whatsapp.services import identity

pytestmark = pytest.mark.usefixtures("clock_file")


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("send_due", *arguments, stdout=out)
    return out.getvalue()


def test_dry_run_shows_what_would_go_out_and_why_not(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    visit(small, small.at(9, days=2), phone="+79001110000")
    at = small.at(19, 30)

    shown = run("--dry-run", "--at", at.isoformat(), "--salon", str(small.company.salon_id))

    assert "15:00" in shown
    assert shown.count("уйдёт") == 2
    assert "хватит вечернего" not in shown
    assert "рано" in shown
    assert "+79001234567" not in shown
    assert not Outreach.objects.exists()
    assert texts(small) == []


def test_dry_run_shows_every_kind_with_its_reason(small: SandboxSalon) -> None:
    company = small.company
    SalonSettings.objects.create(company=company, digest="whatsapp")
    at = small.at(12, days=2)
    asked = visit(small, small.at(18, days=2))
    said = Message.objects.create(
        company=company, conversation=chat(small, "+79001234567"), direction="out", author="bot",
        status="read", purpose="service", wa_id="SAID", at=small.at(19), expires_at=at,
    )  # fmt: skip
    promise(small, asked, "evening", status="queued", asks=True, message=said)
    promise(small, asked, "near", status="skipped", reason="late")
    moved = visit(small, small.at(15, days=4), phone="+79001110001")
    promise(small, moved, "changed", known=small.at(13, days=4))
    for number in (2, 3):
        visit(small, small.at(9, days=2), phone=f"+7900111000{number}", attendance=1)
    Conversation.objects.filter(pk=chat(small, "+79001110003").pk).update(opted_out_at=at)
    for number in (4, 5):
        Waiter(small, number).listed(15, days=4)
    taken_over = Conversation.objects.filter(phone=Waiter(small, 5).phone)
    taken_over.update(bot_paused_until=small.at(13, days=2))

    shown = run("--dry-run", "--at", at.isoformat(), "--salon", str(company.salon_id))

    found = {(line.split()[1], line.split("  ")[-1]) for line in shown.splitlines()[:-1]}
    assert found >= {
        ("changed", "уйдёт"),
        ("review", "уйдёт"),
        ("review", "клиент написал «СТОП»"),
        ("unconfirmed", "уйдёт"),
        ("digest", "уйдёт"),
        ("waiting", "спросим журнал, свободно ли"),
        ("waiting", "ждёт: в чате отвечает человек"),
    }
    assert "+7900111" not in shown
    assert Outreach.objects.count() == 3
    night = run("--dry-run", "--at", small.at(23, days=2).isoformat())
    assert {line.split("  ")[-1] for line in night.splitlines() if "waiting" in line} == {"ночь"}


def chat(small: SandboxSalon, phone: str) -> Conversation:
    with transaction.atomic():
        return identity.conversation_by_phone(small.company, phone)


def promise(
    small: SandboxSalon,
    booking: Booking,
    kind: str,
    *,
    known: datetime | None = None,
    **columns: Any,
) -> None:
    Outreach.objects.create(
        company=small.company,
        booking=booking,
        kind=kind,
        visit_at=known or booking.start,
        due_at=small.at(11, days=2),
        expires_at=booking.start,
        **columns,
    )


def test_command_says_what_the_beat_would(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    go_to(small.at(19))

    assert run().splitlines()[-1] == "1 said or settled"

    assert stories(small) == [("evening", "queued", "")]
    assert len(texts(small)) == 1


def test_another_moment_is_only_shown(db: None) -> None:
    with pytest.raises(CommandError):
        run("--at", "2026-03-12T19:00")


def test_without_a_database_nothing_is_sent(bridge: BridgeServer) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "BRIDGE_URL": bridge.url,
    }

    ended = subprocess.run(
        [sys.executable, "manage.py", "send_due"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert ended.returncode != 0
    assert bridge.asked == []
