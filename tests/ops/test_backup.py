"""A copy of the running product's database, and the way back: chats readable, no new QR code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from aiadmin import backup
from aiadmin.run.stack import Stack
from tests.stack import Product
from tests.tree import ROOT
from tests.waiting import wait_for

PROGRAMS = ("web", "worker", "bridge")


def manage(stack: Stack, *arguments: str, fails: bool = False) -> Any:
    """The command's JSON; with `fails` what it complains of."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **stack.env},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if fails:
        assert done.returncode != 0
        return done.stderr
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.flow
def test_a_restored_product_goes_on_without_a_new_code(
    stack: Stack, product: Product, tmp_path: Path
) -> None:
    salon = product.new_salon("small").ready()
    client = salon.client()
    first = client.ask("Сколько стоит мужская стрижка?")
    made = manage(stack, "backup", str(tmp_path), "--json")
    codes = _codes(product, salon.company_id)
    client.ask("А когда вы работаете?")
    running = manage(stack, "restore", made["path"], "--replace", fails=True)

    for program in PROGRAMS:
        stack.hold(program)
    try:
        # A bridge that ends in order gives them back; this one was killed.
        product.rows("UPDATE bridge.leases SET expires_at = now() RETURNING session_id")
        refused = manage(stack, "restore", made["path"], fails=True)
        restored = manage(stack, "restore", made["path"], "--replace", "--json")
    finally:
        for program in PROGRAMS:
            stack.release(program)
        for program in PROGRAMS:
            stack.wait_ready(program)
    wait_for("the session", lambda: salon.status()["whatsapp_connected"])
    again = client.ask("Сколько стоит мужская стрижка?")

    assert "A bridge is running" in running
    assert "--replace" in refused
    assert made["bytes"] > 50_000
    assert restored["companies"] >= 1
    texts = [
        row["text"]
        for row in product.rows(
            "SELECT text FROM messages WHERE company_id = %s ORDER BY id", salon.company_id
        )
    ]
    assert texts[:2] == ["Сколько стоит мужская стрижка?", first]
    assert not any("работаете" in text for text in texts)
    assert "₽" in again
    assert _codes(product, salon.company_id) == codes


def _codes(product: Product, company_id: int) -> int:
    (row,) = product.rows(
        "SELECT count(*) AS n FROM bridge.events WHERE kind = 'qr' AND session_id = %s", company_id
    )
    return int(row["n"])


@pytest.mark.django_db
def test_a_copy_is_read_back_before_it_counts_and_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tests' own database stands beside the one of the settings.
    name = connection.settings_dict["NAME"]
    here = urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    monkeypatch.setenv("BACKUP_DATABASE_URL", here)
    for day in range(3):
        (tmp_path / f"aiadmin-2026010{day}T000000Z.dump").write_bytes(b"old")

    begun: list[tuple[int, int, str]] = []

    made = backup.make(tmp_path, keep=2, heard=lambda *table: begun.append(table))

    assert sorted(tmp_path.iterdir()) == sorted(
        [tmp_path / "aiadmin-20260102T000000Z.dump", made.path]
    )
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.tables > 20
    assert "messages" in {table for _, _, table in begun}
    assert begun[-1][:2] == (made.tables, made.tables)


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"twenty bytes of junk", None])
def test_what_is_no_copy_is_refused_and_nothing_is_touched(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "copy.dump"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(backup.BackupError):
        backup.restore(path, replace=True)
