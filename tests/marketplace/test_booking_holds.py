"""Holds: one client at a time is led into a time, and nothing is held for long."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from marketplace.models import Company, SlotHold, Staff
from marketplace.services import booking_holds
from marketplace.services.booking_holds import Span, claim, not_held, release

pytestmark = pytest.mark.django_db(transaction=True)

START = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Slot:
    start: datetime
    staff_id: int = 31
    length_seconds: int = 3600


_ids = itertools.count(920_000_001)


def salon() -> Company:
    number = next(_ids)
    return Company.objects.create(external_company_id=number, yclients_id=number)


@pytest.fixture
def company() -> Company:
    made = salon()
    for number in (31, 32):
        Staff.objects.create(company=made, yclients_id=number, name="Анна")
    return made


def at(hours: float, *, staff: int = 31, length: float = 1) -> Span:
    begin = START + HOUR * hours
    return Span(staff, begin, begin + HOUR * length)


@pytest.mark.parametrize(
    ("span", "free"),
    [
        (at(0), False),
        (at(0.5), False),
        (at(-0.5), False),
        (at(-1, length=3), False),
        (at(0.25, length=0.5), False),
        (at(1), True),  # half-open: one ends, the other begins
        (at(-1), True),
        (at(0, staff=32), True),
    ],
)
def test_only_an_overlap_with_the_same_master_is_refused(
    company: Company, span: Span, free: bool
) -> None:
    assert claim(company, "1", [at(0)])

    assert claim(company, "2", [span]) is free


def test_a_party_is_held_whole_or_not_at_all(company: Company) -> None:
    claim(company, "1", [at(0, staff=32)])

    assert not claim(company, "2", [at(0), at(0, staff=32)])
    assert not SlotHold.objects.filter(holder="2").exists()


def test_another_choice_gives_the_first_back(company: Company) -> None:
    claim(company, "1", [at(0)])
    claim(company, "1", [at(3)])

    assert claim(company, "2", [at(0)])
    assert not claim(company, "2", [at(3)])


def test_released_and_expired_times_are_anybodys_and_expired_rows_are_deleted(
    company: Company,
) -> None:
    claim(company, "1", [at(0)])
    release(company, "1")
    assert claim(company, "2", [at(0)])
    SlotHold.objects.update(expires_at=datetime.now(UTC))

    assert claim(company, "3", [at(0)])
    assert list(SlotHold.objects.values_list("holder", flat=True)) == ["3"]


def test_free_starts_leave_out_what_others_are_asked_about(company: Company) -> None:
    claim(company, "1", [at(0)])
    slots = [Slot(START + HOUR * item / 2) for item in range(-3, 4)]
    elsewhere = Slot(START, staff_id=32)

    left = not_held(company, "2", [*slots, elsewhere])

    assert left == [slots[0], slots[1], slots[5], slots[6], elsewhere]
    assert not_held(company, "1", slots) == slots


def test_salons_do_not_know_of_each_others_holds(company: Company) -> None:
    other = salon()
    Staff.objects.create(company=other, yclients_id=31, name="Анна")
    claim(company, "1", [at(0)])

    assert claim(other, "1", [at(0)])
    assert not_held(other, "2", [Slot(START + HOUR)]) == [Slot(START + HOUR)]
    release(other, "1")
    assert not claim(company, "2", [at(0)])


def test_of_twenty_claims_at_once_one_holds(company: Company) -> None:
    def one(number: int) -> bool:
        try:
            return claim(company, str(number), [at(0), at(1, staff=32)])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(one, range(20)))

    assert held.count(True) == 1
    assert SlotHold.objects.count() == 2
    assert timedelta(minutes=15) >= booking_holds.HELD_FOR
