"""A salon without visits but the test's own; real commits are asked for by name."""

from pathlib import Path

import pytest

from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.outreach.hands import go_to
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
