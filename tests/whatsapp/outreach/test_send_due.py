"""`manage.py send_due`: shows and writes nothing, or says what is due; without a database it says nothing."""

import io
import os
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.marketplace.salons import SandboxSalon
from tests.tree import ROOT
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.outreach.hands import go_to, stories, texts, visit
from whatsapp.models import Outreach

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


def test_command_says_what_the_beat_would(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    go_to(small.at(19))

    assert run() == "1 said or settled\n"

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
        timeout=60,
    )

    assert ended.returncode != 0
    assert bridge.asked == []
