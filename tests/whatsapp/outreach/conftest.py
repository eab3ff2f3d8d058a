"""A salon without visits but the test's own; real commits are asked for by name."""

import json
from pathlib import Path

import pytest

from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.outreach.hands import go_to
from whatsapp.assistant.rows import understand_rows
from whatsapp.models import Session
from whatsapp.models.session import SessionState


@pytest.fixture
def small(db: None, yclients: YclientsSandbox) -> SandboxSalon:
    made = SandboxSalon(yclients, seed="small").synced()
    Session.objects.create(company=made.company, state=SessionState.CONNECTED)
    made.company.address = "Тверская, 5"
    made.company.save()
    return made


@pytest.fixture
def day(small: SandboxSalon, clock_file: Path) -> SandboxSalon:
    """It is eleven in the morning."""
    go_to(small.at(11))
    return small


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """Dictionaries are loaded before the few seconds of a turn count, as a worker does when it starts."""
    row = {"id": "warm-up", "today": "2026-01-05", "text": "Запишите на стрижку завтра в 15 к Анне"}
    list(understand_rows([json.dumps(row)]))
