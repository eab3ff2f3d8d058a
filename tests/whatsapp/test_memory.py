"""What is remembered of a client is this client's, in this salon, and only what really happened."""

from datetime import datetime, timedelta
from itertools import count

import pytest

from aiadmin.core import clock
from marketplace.models import Booking, Company
from tests.whatsapp.hands import make_company
from whatsapp.assistant import tools as asked
from whatsapp.assistant.habits import habits_of
from whatsapp.assistant.types import Habits
from whatsapp.services import memory
from whatsapp.services.tools import JournalTools

PHONE = "+79001234567"

_records = count(5_000_001)


def visit(
    company: Company, *, days: int, phone: str = PHONE, came: int = 1, **more: object
) -> Booking:
    values = {"staff_yclients_id": 31, "services": [{"id": 701, "title": "Стрижка"}], **more}
    return Booking.objects.create(
        company=company,
        record_id=next(_records),
        client_phone=phone,
        start=clock.now() + timedelta(days=days),
        attendance=came,
        **values,
    )


@pytest.fixture
def now() -> datetime:
    return clock.now()


def test_usual_is_read_from_visits_that_took_place(company: Company, now: datetime) -> None:
    for days in (-20, -50):
        visit(company, days=days)
    # Missed, taken off, still ahead, of somebody else: none of it is a habit.
    visit(company, days=-3, came=-1, staff_yclients_id=32)
    visit(company, days=-4, is_deleted=True, staff_yclients_id=32)
    visit(company, days=3, came=2, staff_yclients_id=32)
    visit(company, days=-5, phone="+79007654321", staff_yclients_id=32)

    assert _habits(company, PHONE, now) == Habits(staff="31", services=("701",))
    assert _habits(company, "+79007654321", now) == Habits()
    assert _habits(company, "", now) == Habits()


def _habits(company: Company, phone: str, now: datetime) -> Habits:
    return habits_of(memory.came(company, phone, now))


def test_one_client_of_two_salons_is_two_clients(company: Company, now: datetime) -> None:
    other = make_company()
    for days in (-20, -50, 2):
        visit(company, days=days)

    assert memory.came(other, PHONE, now) == ()
    found = JournalTools(other, PHONE, "1:0").upcoming_bookings()
    assert found == asked.BookingsFound(())
    mine = JournalTools(company, PHONE, "1:0").upcoming_bookings()
    assert isinstance(mine, asked.BookingsFound)
    (ahead,) = mine.bookings
    gone = asked.Refused(asked.RefusedReason.NOT_FOUND)
    assert JournalTools(other, PHONE, "1:0").cancel(ahead.id, step="cancel:1") == gone
