"""How a number fares, for staff: figures of the last hour and day, and what in them is a worry."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aiadmin.core import clock
from marketplace.models import Company
from tests.whatsapp.hands import event, gone, make_company, queue
from whatsapp import selectors
from whatsapp.models import Conversation, Message, NumberPace
from whatsapp.models.message import Purpose


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))
    return client


def sent(conversation: Conversation, count: int, **columns: Any) -> None:
    for row in queue(conversation, *("x" for _ in range(count))):
        Message.objects.filter(pk=row.pk).update(status="sent", due_at=None, **columns)


def age_events(hours: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bridge.events SET created_at = now() - make_interval(secs => %s)",
            [hours * 3600],
        )


def test_figures_are_of_this_number_and_this_day(
    company: Company, conversation: Conversation
) -> None:
    other = make_company()
    kind, body = gone(will_reconnect=True)
    undecryptable = {"chat": "x", "message_id": "1", "reason": "x"}
    for _ in range(3):
        event(company, kind, **body)
        event(company, "undecryptable", **undecryptable)
    # Two hours are too long ago for reconnects, not for what could not be read.
    age_events(2)
    event(company, kind, **body)
    event(other, kind, **body)
    cold = {"purpose": Purpose.FIRST_CONTACT, "expires_at": clock.now(), "opened_at": clock.now()}
    sent(conversation, 3)
    sent(conversation, 1, **cold)
    sent(conversation, 2, created_at=datetime.now(UTC) - timedelta(hours=25))
    (row,) = queue(conversation, "x")
    Message.objects.filter(pk=row.pk).update(status="failed", error="463", due_at=None)

    health = selectors.number_health([company.pk, other.pk])

    mine = health[company.pk]
    assert (mine.reconnects, mine.unreadable, mine.refusals) == (1, 3, 1)
    assert (mine.cold, mine.sent, mine.cold_share) == (1, 4, 0.25)
    assert health[other.pk].reconnects == 1
    assert (health[other.pk].sent, health[other.pk].cold_share) == (0, 0.0)


def test_staff_see_it_in_the_list_of_sessions_in_a_fixed_number_of_queries(
    staff: Client, company: Company
) -> None:
    staff.get("/admin/whatsapp/session/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        page = staff.get("/admin/whatsapp/session/").content.decode()
    assert "в порядке" in page

    until = datetime.now(UTC) + timedelta(hours=1)
    NumberPace.objects.create(company=company, stopped_until=until, refused_at=datetime.now(UTC))
    for _ in range(3):
        make_company()
    with CaptureQueriesContext(connection) as four:
        page = staff.get("/admin/whatsapp/session/").content.decode()
    assert "WhatsApp ограничил номер" in page
    assert len(four) == len(one)


def test_staff_set_the_daily_budget_and_nothing_else(staff: Client, company: Company) -> None:
    pace = NumberPace.objects.create(company=company)
    address = f"/admin/whatsapp/numberpace/{pace.pk}/change/"

    answer = staff.post(address, {"first_contacts_per_day": 5, "refusals": 9})

    assert answer.status_code == 302
    pace.refresh_from_db()
    assert (pace.first_contacts_per_day, pace.refusals) == (5, 0)
    assert staff.get("/admin/whatsapp/numberpace/add/").status_code == 403
