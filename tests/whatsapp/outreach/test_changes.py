"""What the salon changes is told once, by what it means; what the client changed is not echoed."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.models import Booking
from marketplace.services import booking as writes
from marketplace.services import bookings
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.outreach.hands import (
    announce,
    beat,
    change,
    go_to,
    remove,
    reread,
    stories,
    texts,
    visit,
)
from whatsapp.models import Message, Outreach, SalonSettings

pytestmark = pytest.mark.usefixtures("clock_file")


@pytest.fixture
def booked(small: SandboxSalon) -> Booking:
    """Tomorrow noon is now; the visit is in five days, so no reminder is near."""
    go_to(small.at(12))
    return visit(small, small.at(15, days=5))


def told(salon: SandboxSalon, booking: Booking, *, times: int = 1) -> None:
    """The journal's news reach us, as often as YCLIENTS likes to tell them."""
    for _ in range(times):
        reread(salon, booking.record_id, announce=True)
        announce(booking.pk)


def later(salon: SandboxSalon, minutes: int = 3) -> None:
    """The quiet minutes pass, and the beat comes."""
    go_to(salon.at(12, minutes))
    beat(salon)


def test_moved_visit_is_told_once_however_often_the_journal_tells(
    small: SandboxSalon, booked: Booking
) -> None:
    change(small, booked, start=small.at(17, days=6))
    told(small, booked, times=4)
    beat(small)
    assert texts(small) == []

    later(small)
    later(small, 10)

    (text,) = texts(small)
    assert text.startswith("Салон перенёс ваш визит: вместо ")
    assert ", 15:00 — " in text
    assert ", 17:00 — мужская стрижка, Сергей. Если неудобно, напишите" in text


def test_cancelled_visit_is_told_once(small: SandboxSalon, booked: Booking) -> None:
    remove(small, booked)
    told(small, booked, times=3)

    later(small)

    (text,) = texts(small)
    assert text.startswith("Салон отменил ваш визит: ")
    assert "15:00 — мужская стрижка, Сергей" in text


def test_other_master_is_told_once(small: SandboxSalon, booked: Booking) -> None:
    change(small, booked, staff_id=small.master("Мария"))
    told(small, booked, times=2)

    later(small)

    (text,) = texts(small)
    assert "вас примет Мария" in text


@pytest.mark.parametrize(
    "values", [{"attendance": 2}, {"comment": "любит кофе"}, {"length": 5400}, {}]
)
def test_what_no_client_would_notice_is_not_told(
    small: SandboxSalon, booked: Booking, values: dict[str, Any]
) -> None:
    change(small, booked, **values)
    told(small, booked)

    later(small)

    assert texts(small) == []
    assert stories(small) == []


def test_what_was_moved_to_and_fro_is_told_by_where_it_stands(
    small: SandboxSalon, booked: Booking
) -> None:
    for hour in (16, 18, 11):
        change(small, booked, start=small.at(hour, days=5))
        told(small, booked)

    later(small)
    (text,) = texts(small)
    assert ", 15:00 — " in text
    assert ", 11:00 — мужская" in text

    # Back where the client does not know it to be: told from what they know now.
    change(small, booked, start=small.at(16, days=5))
    told(small, booked)
    change(small, booked, start=small.at(11, days=5))
    told(small, booked)
    later(small, 9)
    assert len(texts(small)) == 1
    assert stories(small)[-1] == ("changed", "skipped", "as_it_was")


def test_change_that_is_seen_only_while_another_is_told_is_not_told_twice(
    small: SandboxSalon, booked: Booking
) -> None:
    change(small, booked, start=small.at(16, days=5))
    told(small, booked)
    change(small, booked, start=small.at(18, days=5))
    # The beat reads the journal before it speaks, and so learns of the second move itself.
    later(small)
    announce(booked.pk)
    later(small, 6)

    (text,) = texts(small)
    assert ", 18:00 — мужская" in text


def test_what_the_client_moved_or_cancelled_with_us_is_not_echoed(
    small: SandboxSalon, booked: Booking
) -> None:
    mine = visit(small, small.at(12, days=6))
    # The webhook is faster than our own commit.
    change(small, booked, start=small.at(16, days=5))
    writes.move(
        small.company, key="1:1:move:1/1", record_id=booked.record_id, start=small.at(16, days=5)
    )
    Booking.objects.filter(pk=booked.pk).update(start=small.at(15, days=5), last_change="")
    told(small, booked)
    writes.cancel(small.company, key="1:2:cancel:1/1", record_id=mine.record_id)
    Booking.objects.filter(pk=mine.pk).update(is_deleted=False, last_change="")
    told(small, mine)

    later(small)

    assert texts(small) == []


def test_services_in_another_order_are_the_same_visit(small: SandboxSalon) -> None:
    go_to(small.at(12))
    two = visit(
        small,
        small.at(15, days=5),
        services=("Мужская стрижка", "Моделирование бороды"),
    )
    Booking.objects.filter(pk=two.pk).update(services=two.services[::-1])

    told(small, two, times=3)
    later(small)

    assert texts(small) == []
    two.refresh_from_db()
    assert two.changed_at is None


def test_salon_that_does_not_want_it_is_obeyed(small: SandboxSalon, booked: Booking) -> None:
    SalonSettings.objects.create(company=small.company, tell_changes=False)
    remove(small, booked)
    told(small, booked)

    later(small)

    assert texts(small) == []


def test_visit_that_was_over_is_nobodys_news(small: SandboxSalon) -> None:
    go_to(small.at(12))
    past = visit(small, small.at(12) - timedelta(hours=3))
    remove(small, past)
    told(small, past)

    later(small)

    assert texts(small) == []


def test_reminder_that_has_not_left_is_taken_back(small: SandboxSalon) -> None:
    both = [visit(small, small.at(hour, days=2)) for hour in (12, 18)]
    go_to(small.at(19))
    beat(small)
    assert len(texts(small)) == 1

    remove(small, both[0])
    told(small, both[0])
    go_to(small.at(19, 3))
    beat(small)

    first, *rest = Message.objects.filter(company=small.company).order_by("pk")
    assert (first.status, first.error) == ("failed", "visit_changed")
    again = [row.text for row in rest]
    assert any("Напоминаем: завтра" in text and "в 18:00" in text for text in again)
    assert any(text.startswith("Салон отменил ваш визит: завтра") for text in again)
    assert len(again) == 2


def test_lost_job_is_made_up_for_by_the_sweep(small: SandboxSalon, booked: Booking) -> None:
    change(small, booked, start=small.at(17, days=6))
    reread(small, booked.record_id, announce=True)
    reread(small, booked.record_id, announce=True)
    Booking.objects.filter(pk=booked.pk).update(
        changed_at=Booking.objects.get(pk=booked.pk).changed_at - timedelta(seconds=20)  # type: ignore[operator]
    )

    for pk in bookings.unannounced():
        announce(pk)
    later(small)

    assert len(texts(small)) == 1
    assert Outreach.objects.count() == 1
