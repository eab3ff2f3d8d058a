"""Whom a beat looks at: only salons with news or whose moment has come, and never one too few."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from marketplace.models import Booking, Company
from tests.whatsapp.hands import make_company
from tests.whatsapp.outreach.hands import go_to
from tests.whatsapp.outreach.simulation import ZONES
from whatsapp.models import Outreach, SalonDigest, SalonLook, SalonSettings
from whatsapp.outreach.hours import Hours
from whatsapp.outreach.reminders import Wishes, earliest, reminders
from whatsapp.services import outreach, outreach_due, outreach_looks

NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)
STEPS = 58


def test_no_later_visit_is_reminded_of_before_the_moment_of_the_first() -> None:
    dice = random.Random(7)
    for _ in range(150):
        wanted = Wishes(
            Hours(ZoneInfo(dice.choice(ZONES)), _clock(dice), _clock(dice)),
            _clock(dice),
            timedelta(minutes=dice.randint(30, 1440)),
        )
        begin = datetime(2026, dice.choice((3, 10)), dice.randint(20, 31), tzinfo=UTC)
        starts = sorted(begin + timedelta(minutes=dice.randint(0, 3 * 1440)) for _ in range(20))
        for kind in ("evening", "near"):
            due = [
                item.due_at for at in starts for item in reminders(at, wanted) if item.kind == kind
            ]
            for place, start in enumerate(starts):
                assert earliest(kind, start, wanted) <= min(due[place:])


def _clock(dice: random.Random) -> time:
    return time(dice.randrange(24), dice.choice((0, 30)))


@pytest.mark.django_db
@pytest.mark.usefixtures("clock_file")
def test_a_beat_leaves_nothing_that_all_salons_would_be_asked_for() -> None:
    """Two days over a clock change; visits, wishes, zones and switches change all the time."""
    dice = random.Random(3)
    salons = [_salon(number, dice) for number in range(6)]
    everybody = [company.pk for company in salons]
    looks = 0
    for step in range(STEPS):
        now = NOW + step * timedelta(minutes=50)
        go_to(now)
        looks += len(outreach_looks.due(now))
        outreach.beat()

        all_of_them = outreach_due.alike(everybody)
        for name in ("plan", "reviews", "digest", "double"):
            question, _ = outreach.STEPS[name]
            assert question(all_of_them, now) == [], (name, now)
        if step % 3 == 0:
            _change(dice, dice.choice(salons), now)

    assert Outreach.objects.filter(kind="evening").count() > 20
    assert Outreach.objects.filter(kind="near").count() > 20
    assert Outreach.objects.filter(kind="review").count() > 5
    assert SalonDigest.objects.count() > 3
    assert looks < STEPS * len(salons) / 2


def _salon(number: int, dice: random.Random) -> Company:
    company = make_company(timezone=ZONES[-1 - 2 * number])
    SalonSettings.objects.create(
        company=company,
        digest="email",
        digest_at=time(8 + number),
        near_minutes=60 * (number + 1),
        quiet_to=time(9, 10 * number),
    )
    Booking.objects.bulk_create(
        Booking(
            company=company,
            record_id=n,
            client_phone=f"+790000{n:05d}",
            start=NOW + timedelta(minutes=30 * dice.randint(-40, 200) + 7),
            length_seconds=3600,
        )
        for n in range(40)
    )
    return company


def _change(dice: random.Random, company: Company, now: datetime) -> None:
    visits = Booking.objects.filter(company=company)
    one = visits.filter(pk=dice.choice(list(visits.order_by("pk").values_list("pk", flat=True))))
    wishes = SalonSettings.objects.filter(company=company)
    salon = Company.objects.filter(pk=company.pk)
    changes: list[Callable[[], object]] = [
        lambda: one.update(start=now + timedelta(minutes=30 * dice.randint(1, 60) + 7)),
        lambda: one.update(is_deleted=dice.random() < 0.5),
        lambda: visits.filter(start__lt=now).update(attendance=1),
        lambda: wishes.update(evening_at=_clock(dice), near_minutes=dice.randint(30, 1440)),
        lambda: wishes.update(digest_at=_clock(dice), review_minutes=dice.randint(30, 300)),
        lambda: salon.update(timezone=dice.choice(ZONES)),
        lambda: salon.update(ai_enabled=dice.random() < 0.7),
        lambda: salon.update(raw_data={"reminds_sms_disabled": dice.random() < 0.5}),
    ]
    dice.choice(changes)()


def looked_at() -> list[int]:
    return [look.company_id for look in outreach_looks.due(NOW)]


@pytest.fixture
def visit(db: None) -> Booking:
    """Of a salon that was looked at, with nothing to do before tomorrow."""
    made = Booking.objects.create(
        company=make_company(),
        record_id=1,
        client_phone="+79001234567",
        start=NOW + timedelta(days=5),
    )
    look()
    assert looked_at() == []
    return made


def look() -> None:
    looks = outreach_looks.due(NOW)
    salons = outreach_due.alike([each.company_id for each in looks])
    outreach_looks.settle(looks, salons, NOW)


@pytest.mark.parametrize(
    "columns",
    [
        {"start": NOW + timedelta(days=1)},
        {"attendance": 1},
        {"is_deleted": True},
        {"client_phone": "+79007654321"},
        {"length_seconds": 60},
    ],
)
def test_a_visit_that_changed_is_news(visit: Booking, columns: dict[str, object]) -> None:
    Booking.objects.filter(pk=visit.pk).update(**columns)
    assert looked_at() == [visit.company_id]

    look()

    assert looked_at() == []


def test_what_says_nothing_of_a_promise_is_none(visit: Booking) -> None:
    Booking.objects.update(announced_at=NOW, client_name="Ольга")
    Company.objects.update(polled_at=NOW, changes_read_to=NOW)

    assert looked_at() == []


@pytest.mark.parametrize(
    "columns", [{"timezone": "Asia/Omsk"}, {"integration_status": "frozen"}, {"ai_enabled": False}]
)
def test_a_salon_that_changed_is_looked_at(visit: Booking, columns: dict[str, object]) -> None:
    Company.objects.update(**columns)

    assert looked_at() == [visit.company_id]


def test_wishes_that_changed_are_news(visit: Booking) -> None:
    SalonSettings.objects.create(company=visit.company)
    assert looked_at() == [visit.company_id]
    look()
    SalonSettings.objects.update(evening_at=time(12))

    assert looked_at() == [visit.company_id]


def test_a_look_that_was_overtaken_settles_nothing(visit: Booking) -> None:
    Booking.objects.update(start=NOW + timedelta(hours=30))
    early, late = outreach_looks.due(NOW), outreach_looks.due(NOW)
    salons = outreach_due.alike([visit.company_id])
    outreach_looks.settle(early, salons, NOW)
    Booking.objects.update(start=NOW + timedelta(hours=20))
    later = outreach_looks.due(NOW)

    # It read the rows before they changed.
    outreach_looks.settle(late, [], NOW)

    assert SalonLook.objects.get().due_at < NOW + timedelta(days=1)
    assert looked_at() == [visit.company_id]
    outreach_looks.settle(later, salons, NOW)
    assert looked_at() == []


def test_a_clock_that_was_put_back_is_seen(visit: Booking) -> None:
    earlier = NOW - timedelta(minutes=1)

    assert [look.company_id for look in outreach_looks.due(earlier)] == [visit.company_id]


def test_news_of_a_salon_that_is_gone_is_forgotten(visit: Booking) -> None:
    Booking.objects.update(attendance=1)
    visit.company.delete()
    assert looked_at() == [visit.company_id]

    look()

    assert looked_at() == []
