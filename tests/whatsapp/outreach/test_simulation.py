"""Days of many salons: nothing is said twice, on a wrong day, by night or too late."""

import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from marketplace.models import Booking, Company
from tests.whatsapp.hands import make_company
from tests.whatsapp.outreach.simulation import ZONES, begin_of, judge, live, wishes
from whatsapp.models import Outreach, SalonSettings
from whatsapp.services import outreach_due, outreach_plan, outreach_reviews


@pytest.mark.parametrize(
    "begin",
    [
        datetime(2026, 3, 27, tzinfo=UTC),
        datetime(2026, 10, 23, tzinfo=UTC),
        datetime(2026, 12, 30, tzinfo=UTC),
    ],
)
def test_a_week_of_every_zone_in_the_pure_planner(begin: datetime) -> None:
    for number in range(len(ZONES)):
        outcome = judge(live(number, begin, 7, visits_a_day=20, step=timedelta(minutes=5)))

        assert outcome.said > 50
        assert (outcome.twice, outcome.wrong_day) == (0, 0)
        assert (outcome.by_night, outcome.after_the_visit) == (0, 0)
        assert outcome.reviews > 20
        assert (outcome.missed, outcome.to_no_shows) == (0, 0)


@pytest.mark.django_db
def test_three_days_around_a_clock_change_through_the_database() -> None:
    """Two planners at every step, visits that move and go: rows are unique, and each on its own day."""
    salons = [_salon(number) for number in range(3)]
    begin = datetime(2026, 3, 27, 12, tzinfo=UTC)
    for step in range(3 * 24):
        now = begin + timedelta(hours=step)
        alike = outreach_due.alike([company.pk for company in salons])
        asked = outreach_due.reminders_due(alike, now)
        rated = outreach_due.reviews_due(alike, now)
        # Who is asked for has something to write down, once, and nobody else has.
        assert [bool(outreach_plan.plan(c, now)) for c in salons] == [c.pk in asked for c in salons]
        assert [outreach_plan.plan(c, now) for c in salons] == [0, 0, 0]
        assert [bool(outreach_reviews.plan(c, now)) for c in salons] == [
            c.pk in rated for c in salons
        ]
        assert [outreach_reviews.plan(c, now) for c in salons] == [0, 0, 0]
        if step % 24 == 10:
            for company in salons:
                _move_some(company, now)
                _mark(company, now)

    every = Outreach.objects.filter(status="planned").select_related("company", "booking")
    reviews = every.filter(kind="review")
    assert reviews.count() > 10
    assert set(reviews.values_list("booking__attendance", flat=True)) == {1}
    assert Booking.objects.filter(attendance=-1).count() > 5
    for row in reviews:
        assert row.due_at >= row.booking.start + timedelta(seconds=row.booking.length_seconds)
        assert 9 <= row.due_at.astimezone(row.company.zone).hour < 22
    rows = every.exclude(kind="review")
    marks = Counter((row.booking_id, row.kind, row.visit_at) for row in rows)
    assert rows.count() > 20
    assert set(marks.values()) == {1}
    for row in rows:
        zone = row.company.zone
        visit, due = row.visit_at.astimezone(zone).date(), row.due_at.astimezone(zone).date()
        assert (visit - due).days in ((1,) if row.kind == "evening" else (0, 1))


def _salon(number: int) -> Company:
    dice = random.Random(number)
    # Berlin's clocks change on the 29th; New York's and Russia's do not.
    company = make_company(timezone=("Europe/Berlin", "America/New_York", "Asia/Kamchatka")[number])
    wanted = wishes(number, dice)
    if number:
        SalonSettings.objects.create(
            company=company, near_minutes=60 * number, quiet_to=time(9, 10)
        )
    begin = datetime(2026, 3, 26, tzinfo=ZoneInfo("UTC"))
    Booking.objects.bulk_create(
        Booking(
            company=company,
            record_id=1000 + n,
            client_phone=f"+790000{n:05d}",
            start=begin_of(wanted, (begin + timedelta(days=n % 3)).date(), dice),
            length_seconds=3600,
        )
        for n in range(40)
    )
    return company


def _mark(company: Company, now: datetime) -> None:
    """Of the visits that have been every fourth did not come; who will not come has said so beforehand."""
    passed = Booking.objects.filter(
        company=company, start__lt=now - timedelta(hours=1), attendance=0
    )
    for index, pk in enumerate(passed.order_by("record_id").values_list("pk", flat=True)):
        Booking.objects.filter(pk=pk).update(attendance=1 if index % 4 else -1)


def _move_some(company: Company, now: datetime) -> None:
    ahead = Booking.objects.filter(company=company, start__gt=now, is_deleted=False)
    for index, booking in enumerate(ahead.order_by("record_id")):
        if index % 5 == 0:
            Booking.objects.filter(pk=booking.pk).update(start=booking.start + timedelta(hours=26))
        elif index % 5 == 1:
            Booking.objects.filter(pk=booking.pk).update(is_deleted=True)
