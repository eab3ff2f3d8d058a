"""Fifty clients want one time at one moment: one has it, the others hear the truth and real alternatives."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from aiadmin.core import clock
from marketplace.models import SlotHold
from marketplace.yclients.deadline import Deadline
from tests.marketplace.salons import SandboxSalon
from whatsapp.assistant import tools as asked
from whatsapp.assistant.engine import run_turn
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.types import Incoming, SalonView
from whatsapp.services.salon_view import salon_view
from whatsapp.services.tools import JournalTools

CLIENTS = 50
SUCCESS = re.compile(r"(?i)\bзаписала\b")


@pytest.fixture
def salon(transactional_db: None, salon: SandboxSalon) -> SandboxSalon:
    """Its rows are really committed: every client's thread sees them."""
    return salon


def test_fifty_clients_race_for_one_time(salon: SandboxSalon) -> None:
    view, now = salon_view(salon.company), clock.now()
    wanted = salon.at(15, days=2)
    text = "запишите на мужскую стрижку послезавтра в 15:00 к Сергею"
    patient = 120.0  # two cores for fifty clients: nobody is turned away for lack of time

    def one(number: int) -> TurnResult:
        tools = JournalTools(
            salon.company,
            f"+790000020{number:02d}",
            f"{number}:0",
            deadline=Deadline(patient),
        )
        try:
            return run_turn(
                [Incoming(text, now)],
                salon=view,
                state=None,
                tools=tools,
                now=now,
                push_name="Ольга",
            )
        finally:
            connection.close()

    # So many at a time that a call to the journal is answered long before it is given up.
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, range(CLIENTS)))

    told = ["\n".join(reply.text for reply in result.replies) for result in results]
    done = [
        outcome
        for result in results
        for _, outcome in result.writes
        if isinstance(outcome, asked.Booked)
    ]
    assert len(done) == 1
    assert done[0].start == wanted
    standing = [row for row in salon.records() if row["date"].endswith("15:00:00")]
    assert [row["id"] for row in standing if str(row["id"]) == done[0].record_id]
    assert sum(bool(SUCCESS.search(text)) for text in told) == 1
    free = _free(salon, view)
    for result, text in zip(results, told, strict=True):
        if SUCCESS.search(text):
            continue
        assert re.search("свободного времени нет|только что заняли", text), text
        offered = {(o.staff, datetime.fromisoformat(o.value)) for o in result.state.options}
        assert offered, text
        assert offered <= free, text
    assert not SlotHold.objects.filter(company=salon.company).exists()


def _free(salon: SandboxSalon, view: SalonView) -> set[tuple[str | None, datetime]]:
    """What is free after the race, by the journal's own word."""
    cut = str(salon.service("Мужская стрижка"))
    day = salon.at(15, days=2).date()
    found = JournalTools(salon.company, "+79000000000", "0:0").free_slots((cut,), None, day, day)
    assert isinstance(found, asked.SlotsFound)
    return {(slot.staff_id, slot.start) for slot in found.slots}
