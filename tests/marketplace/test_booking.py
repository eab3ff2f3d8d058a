"""Writes to the journal: each once, whatever happens on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from marketplace.models import Booking, BookingAttempt
from marketplace.services import booking, free_slots
from marketplace.services.booking_outcomes import Done, Down, Outcome, SlotTaken, Unknown
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "+79000000001"


@pytest.fixture
def salon(yclients: YclientsSandbox) -> SandboxSalon:
    return SandboxSalon(yclients).synced()


def book(salon: SandboxSalon, key: str, *, hour: int = 15, phone: str = PHONE) -> Outcome:
    return booking.book(
        salon.company,
        key=key,
        phone=phone,
        name="Пётр",
        service_ids=(salon.service("Мужская стрижка"),),
        staff_id=salon.master("Сергей"),
        start=salon.at(hour),
    )


def test_booking_lands_in_the_journal_and_in_our_copy(salon: SandboxSalon) -> None:
    outcome = book(salon, "1:1:a")

    assert isinstance(outcome, Done)
    assert outcome.start == salon.at(15)
    assert outcome.titles == ("Мужская стрижка",)
    (record,) = salon.records(phone="79000000001")
    assert record["id"] == outcome.record_id
    row = Booking.objects.get(company=salon.company, record_id=outcome.record_id)
    assert (row.start, row.client_phone, row.made_by_us) == (salon.at(15), PHONE, True)
    assert [visit.record_id for visit in booking.upcoming(salon.company, PHONE)] == [
        outcome.record_id
    ]


def test_same_key_books_once(salon: SandboxSalon) -> None:
    first = book(salon, "1:1:a")
    second = book(salon, "1:1:a")

    assert first == second
    assert len(salon.records(phone="79000000001")) == 1


def test_taken_slot_is_told_as_taken(salon: SandboxSalon) -> None:
    assert isinstance(book(salon, "1:1:a"), Done)

    assert book(salon, "2:1:a", phone="+79000000002") == SlotTaken()
    assert salon.records(phone="79000000002") == []


def test_twenty_clients_race_for_one_slot(salon: SandboxSalon) -> None:
    def one(number: int) -> Outcome:
        try:
            return book(salon, f"{number}:1:a", phone=f"+790000001{number:02d}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(20)))

    assert sum(isinstance(outcome, Done) for outcome in outcomes) == 1
    assert outcomes.count(SlotTaken()) == 19


def test_answer_lost_after_the_write_is_found_in_the_journal(salon: SandboxSalon) -> None:
    salon.sandbox.fault("/book_record/", "drop_after", times=1)

    outcome = book(salon, "1:1:a")

    assert isinstance(outcome, Done)
    assert [record["id"] for record in salon.records(phone="79000000001")] == [outcome.record_id]


def test_call_lost_before_the_write_is_made_a_second_time(salon: SandboxSalon) -> None:
    salon.sandbox.fault("/book_record/", "drop_before", times=1)

    outcome = book(salon, "1:1:a")

    assert isinstance(outcome, Done)
    assert len(salon.records(phone="79000000001")) == 1


def test_unreadable_journal_leaves_the_outcome_unknown_and_a_later_look_settles_it(
    salon: SandboxSalon,
) -> None:
    salon.sandbox.fault("/book_record/", "drop_after", times=1)
    salon.sandbox.fault("/api/v1/records/", "status", status=403, times=1)

    assert book(salon, "1:1:a") == Unknown()

    ((_, _, outcome),) = booking.earlier(salon.company, "1:1")
    assert isinstance(outcome, Done)
    assert len(salon.records(phone="79000000001")) == 1


def test_yclients_that_does_not_answer_is_down_and_nothing_was_written(
    salon: SandboxSalon,
) -> None:
    salon.sandbox.fault("/book_record/", "status", status=429)

    assert book(salon, "1:1:a") == Down()
    assert salon.records(phone="79000000001") == []


def test_worker_killed_before_the_call_leaves_an_attempt_that_is_carried_out_once(
    salon: SandboxSalon,
) -> None:
    BookingAttempt.objects.create(
        company=salon.company,
        key="1:1:a",
        kind=BookingAttempt.Kind.BOOK,
        api_id="aiadmin-test-1",
        request={
            "phone": PHONE,
            "name": "Пётр",
            "service_ids": [salon.service("Мужская стрижка")],
            "staff_id": salon.master("Сергей"),
            "start": salon.at(15).isoformat(),
            "comment": "",
        },
    )

    found = booking.earlier(salon.company, "1:1")

    ((kind, _, outcome),) = found
    assert kind == "book"
    assert isinstance(outcome, Done)
    assert len(salon.records(phone="79000000001")) == 1
    assert booking.earlier(salon.company, "1:1") == found
    assert booking.earlier(salon.company, "1:2") == []


def test_visit_is_moved_whole_and_cancelled_once(salon: SandboxSalon) -> None:
    made = book(salon, "1:1:a")
    assert isinstance(made, Done)

    moved = booking.move(
        salon.company, key="1:2:a", record_id=made.record_id, start=salon.at(18), staff_id=None
    )
    assert isinstance(moved, Done)
    assert (moved.start, moved.staff_id) == (salon.at(18), made.staff_id)
    (record,) = salon.records(phone="79000000001")
    assert record["services"][0]["title"] == "Мужская стрижка"
    assert Booking.objects.get(record_id=made.record_id).start == salon.at(18)

    cancelled = booking.cancel(salon.company, key="1:3:a", record_id=made.record_id)
    again = booking.cancel(salon.company, key="1:4:a", record_id=made.record_id)
    assert isinstance(cancelled, Done)
    assert isinstance(again, Done)
    assert salon.records(phone="79000000001") == []
    assert booking.upcoming(salon.company, PHONE) == []


def test_move_onto_a_taken_time_changes_nothing(salon: SandboxSalon) -> None:
    mine = book(salon, "1:1:a", hour=12)
    assert isinstance(mine, Done)
    assert isinstance(book(salon, "2:1:a", hour=15, phone="+79000000002"), Done)

    outcome = booking.move(salon.company, key="1:2:a", record_id=mine.record_id, start=salon.at(15))

    assert outcome == SlotTaken()
    assert salon.records(phone="79000000001")[0]["date"].endswith("12:00:00")


def test_free_slots_skip_what_is_taken(salon: SandboxSalon) -> None:
    day = salon.at(0).date()
    service = (salon.service("Мужская стрижка"),)
    sergey = salon.master("Сергей")

    def starts() -> list[str]:
        found = free_slots.free_slots(
            salon.company, service_ids=service, staff_id=sergey, day_from=day, day_to=day
        )
        assert all(slot.staff_id == sergey for slot in found)
        return [f"{slot.start:%H:%M}" for slot in found]

    assert "15:00" in starts()
    assert isinstance(book(salon, "1:1:a"), Done)
    assert "15:00" not in starts()


def test_search_over_days_offers_any_master_who_does_it(salon: SandboxSalon) -> None:
    day = salon.at(0).date()

    found = free_slots.free_slots(
        salon.company,
        service_ids=(salon.service("Мужская стрижка"),),
        staff_id=None,
        day_from=day,
        day_to=day + timedelta(days=10),
    )

    assert len({slot.staff_id for slot in found}) > 1
    assert len({slot.start.date() for slot in found}) <= free_slots.MAX_FREE_DAYS
    assert [slot.start for slot in found] == sorted(slot.start for slot in found)


def test_nobody_who_does_it_is_not_called_busy(salon: SandboxSalon) -> None:
    with pytest.raises(LookupError):
        free_slots.free_slots(
            salon.company,
            service_ids=(999_999,),
            staff_id=None,
            day_from=salon.at(0).date(),
            day_to=salon.at(0).date(),
        )
