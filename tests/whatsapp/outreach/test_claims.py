"""Who says what is due: one pass at a time, and another soon after a worker was killed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from aiadmin.core import leases
from aiadmin.core.leases import Keeper
from tests.marketplace.killing import worker_in_call
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.outreach.hands import go_to, remove, texts, visit
from tests.whatsapp.outreach.waiting import Waiter, taken
from whatsapp.models import Outreach, SalonDigest, SelfTest, WaitingEntry
from whatsapp.services import (
    digest,
    outreach,
    outreach_send,
    outreach_watch,
    self_test,
    waiting_list,
    waiting_offers,
)

pytestmark = pytest.mark.usefixtures("committed", "clock_file")


def planned(small: SandboxSalon) -> None:
    visit(small, small.at(15, days=2))
    go_to(small.at(19))
    outreach.beat()


def test_what_a_killed_worker_was_at_is_free_within_a_lease(small: SandboxSalon) -> None:
    planned(small)
    work = f"from whatsapp.services import outreach_send; outreach_send.send({small.company.pk})"
    with worker_in_call(small.sandbox, f"/records/{small.company.salon_id}", work):
        assert outreach_send.send(small.company.pk) == 0

    row = Outreach.objects.get()
    assert row.claimed_until is not None
    assert row.claimed_until <= leases.until()
    assert texts(small) == []
    Outreach.objects.update(claimed_until=datetime.now(UTC))
    assert outreach_send.send(small.company.pk) == 1
    assert len(texts(small)) == 1


def test_a_renewal_that_comes_late_holds_nothing(small: SandboxSalon) -> None:
    planned(small)
    soon = leases.until()
    Outreach.objects.update(claim=7, claimed_until=datetime.now(UTC))
    assert outreach_send.keeper.renew(small.company.pk, 7)
    assert outreach_send.send(small.company.pk) == 0

    for columns in (
        {"claimed_until": None},
        {"claimed_until": soon, "claim": 8},
        {"claim": 7, "status": "queued"},
    ):
        Outreach.objects.update(**columns)
        assert not outreach_send.keeper.renew(small.company.pk, 7)


def test_the_places_a_killed_pass_was_at_are_free_within_a_lease(day: SandboxSalon) -> None:
    booking = taken(day, 15)
    olga = Waiter(day, 1).listed()
    remove(day, booking)
    salon = day.company
    work = f"from whatsapp.services import waiting_offers; waiting_offers.run({salon.pk})"
    with worker_in_call(day.sandbox, f"/book_times/{salon.salon_id}", work):
        assert waiting_offers.run(salon.pk) == 0

    assert WaitingEntry.objects.get().check_at <= leases.until()
    assert olga.offers() == []
    WaitingEntry.objects.update(check_at=datetime.now(UTC))
    assert waiting_offers.run(salon.pk) == 1
    assert olga.statuses() == ["offered"]


def test_news_takes_the_places_from_the_pass_that_may_have_asked_before(day: SandboxSalon) -> None:
    Waiter(day, 1).listed()
    WaitingEntry.objects.update(claim=7, check_at=leases.until())
    assert waiting_offers.keeper.renew(day.company.pk, 7)

    assert waiting_list.wake(day.company.pk) == 1

    assert not waiting_offers.keeper.renew(day.company.pk, 7)
    assert waiting_offers.due() == [day.company.pk]


def lost(keeper: Keeper, row: models.Model, number: int, **columns: Any) -> None:
    """The claim is renewed, and no more once these are its row's columns."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    assert keeper.renew(row.pk, number)
    rows.update(**columns)
    kept = rows.values().get()
    assert not keeper.renew(row.pk, number)
    assert rows.values().get() == kept


def test_an_answer_for_the_journal_is_one_worker_s(small: SandboxSalon) -> None:
    planned(small)
    row = Outreach.objects.get()
    Outreach.objects.update(mark_due_at=datetime.now(UTC), claim=3)
    lost(outreach_watch.marks, row, 3, claim=4)
    Outreach.objects.update(claim=3)
    lost(outreach_watch.marks, row, 3, mark_due_at=None)


def test_a_letter_with_the_day_is_one_worker_s_and_free_within_a_lease(small: SandboxSalon) -> None:
    row = SalonDigest.objects.create(company=small.company, day=small.at(9).date(), attempts=1)
    SalonDigest.objects.update(due_at=datetime.now(UTC))
    lost(digest.keeper, row, 1, attempts=2)
    SalonDigest.objects.update(attempts=1)
    lost(digest.keeper, row, 1, due_at=None)


def test_a_self_test_is_one_worker_s_and_over_with_its_lease(small: SandboxSalon) -> None:
    now = datetime.now(UTC)
    row = SelfTest.objects.create(
        company=small.company,
        requested_at=now - timedelta(seconds=30),
        claimed_until=leases.until(),
        claim=5,
    )
    assert self_test.latest(small.company) == {"status": "running"}
    lost(self_test.keeper, row, 5, claim=6)
    SelfTest.objects.update(claimed_until=now - timedelta(seconds=1))
    # Its worker was killed: the page offers another one.
    assert self_test.latest(small.company) is None
    # Asked for again, it waits for a worker.
    SelfTest.objects.update(requested_at=now)
    assert self_test.latest(small.company) == {"status": "running"}


def test_the_rows_of_a_pass_are_renewed_in_order(small: SandboxSalon) -> None:
    planned(small)
    Outreach.objects.update(claim=7, claimed_until=datetime.now(UTC))
    with CaptureQueriesContext(connection) as seen:
        assert outreach_send.keeper.renew(small.company.pk, 7)

    (locked,) = [each["sql"] for each in seen if "FOR UPDATE" in each["sql"]]
    assert locked.startswith('SELECT "outreach"."id"')
    assert locked.endswith("ORDER BY 1 ASC FOR UPDATE")
