"""A write whose answer was lost, branch by branch: looked for, made again once, or left to a person."""

import pytest

from marketplace.services import booking
from marketplace.services.booking_outcomes import Done, Down, Outcome, SlotTaken, Unknown
from marketplace.yclients import deadline as limits
from marketplace.yclients.deadline import Deadline
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "+79000000001"


@pytest.fixture
def salon(yclients: YclientsSandbox) -> SandboxSalon:
    return SandboxSalon(yclients).synced()


def book(
    salon: SandboxSalon, key: str = "1:1:a", *, hour: int = 15, deadline: Deadline | None = None
) -> Outcome:
    return booking.book(
        salon.company,
        key=key,
        phone=PHONE,
        name="Пётр",
        service_ids=(salon.service("Мужская стрижка"),),
        staff_id=salon.master("Сергей"),
        start=salon.at(hour),
        deadline=deadline,
    )


def sent(salon: SandboxSalon, path: str = "/api/v1/book_record") -> int:
    return int(salon.sandbox.get("/traffic")["by_path"].get(path, 0))


def test_without_the_right_to_read_there_is_no_second_attempt(salon: SandboxSalon) -> None:
    salon.sandbox.control.patch(
        f"/salons/{salon.company.salon_id}", json={"denied": ["timetable_access"]}
    )
    salon.sandbox.fault("/book_record/", "drop_before", times=1)
    before = sent(salon)

    assert book(salon) == Unknown()
    assert sent(salon) == before + 1
    assert salon.records(phone="79000000001") == []


def test_hidden_phones_leave_it_to_a_person_when_our_mark_is_gone(salon: SandboxSalon) -> None:
    """A visit of nobody-knows-whom stands at that hour: it may be ours, it may be a stranger's."""
    salon.sandbox.post(
        f"/salons/{salon.company.salon_id}/records",
        staff_id=salon.master("Сергей"),
        service_ids=[salon.service("Мужская стрижка")],
        start=f"{salon.at(15):%Y-%m-%d %H:%M}",
        phone="79000000009",
    )
    salon.sandbox.control.patch(
        f"/salons/{salon.company.salon_id}", json={"denied": ["timetable_phones_access"]}
    )
    salon.sandbox.fault("/book_record/", "drop_before", times=1)
    before = sent(salon)

    assert book(salon) == Unknown()
    assert sent(salon) == before + 1


def test_somebody_else_at_that_hour_is_somebody_else(salon: SandboxSalon) -> None:
    salon.sandbox.post(
        f"/salons/{salon.company.salon_id}/records",
        staff_id=salon.master("Сергей"),
        service_ids=[salon.service("Мужская стрижка")],
        start=f"{salon.at(15):%Y-%m-%d %H:%M}",
        phone="79000000009",
    )
    salon.sandbox.fault("/book_record/", "drop_before", times=1)

    assert book(salon) == SlotTaken()


def test_a_second_attempt_that_is_lost_too_is_unknown(salon: SandboxSalon) -> None:
    salon.sandbox.fault("/book_record/", "drop_before", times=2)
    before = sent(salon)

    assert book(salon) == Unknown()
    assert sent(salon) == before + 2


def test_a_second_attempt_that_is_turned_away_is_not_called_nothing_written(
    salon: SandboxSalon,
) -> None:
    salon.sandbox.fault("/book_record/", "drop_before", times=1)
    salon.sandbox.fault("/book_record/", "status", status=429, times=1)

    assert book(salon) == Unknown()


def test_a_move_to_another_master_at_the_same_hour_is_not_taken_for_done(
    salon: SandboxSalon,
) -> None:
    made = book(salon)
    assert isinstance(made, Done)
    other = next(
        one["id"]
        for one in salon.made["staff"]
        if str(salon.service("Мужская стрижка")) in one["services"]
        and one["id"] != made.staff_id
        and not one["hidden"]
        and not one["fired"]
    )
    salon.sandbox.post("/faults", path_regex="/record/", method="PUT", mode="drop_before", times=1)

    outcome = booking.move(
        salon.company, key="1:2:a", record_id=made.record_id, start=salon.at(15), staff_id=other
    )

    # Either it was moved on the second attempt, or that master had no time: never "done" unmoved.
    (record,) = salon.records(phone="79000000001")
    assert isinstance(outcome, Done) == (record["staff_id"] == other)


def test_a_slow_answer_that_was_carried_out_is_found_in_time(salon: SandboxSalon) -> None:
    salon.sandbox.post(
        "/faults", path_regex="/book_record/", mode="delay", when="after", seconds=30
    )

    outcome = book(salon, deadline=Deadline(limits.WRITE_NEEDS + 1))

    assert isinstance(outcome, Done)
    assert [row["id"] for row in salon.records(phone="79000000001")] == [outcome.record_id]


def test_a_lost_answer_with_no_time_left_to_look_is_unknown(salon: SandboxSalon) -> None:
    salon.sandbox.post(
        "/faults", path_regex="/book_record/", mode="delay", when="after", seconds=30
    )
    salon.sandbox.fault("/api/v1/records/", "delay", seconds=30)

    assert book(salon, deadline=Deadline(limits.WRITE_NEEDS + 1)) == Unknown()
    # A later run of the same turn finds it and books nothing more.
    salon.sandbox.heal()
    ((_, _, outcome),) = booking.earlier(salon.company, "1:1", deadline=Deadline())
    assert isinstance(outcome, Done)
    assert len(salon.records(phone="79000000001")) == 1


def test_a_write_with_too_little_time_left_is_down_and_never_busy(salon: SandboxSalon) -> None:
    before = sent(salon)

    assert book(salon, deadline=Deadline(limits.WRITE_NEEDS - 1)) == Down()
    assert sent(salon) == before
    assert salon.records(phone="79000000001") == []


@pytest.mark.parametrize("mode", ["drop_before", "drop_after"])
def test_a_cancellation_that_was_lost_is_done_once(salon: SandboxSalon, mode: str) -> None:
    made = book(salon)
    assert isinstance(made, Done)
    salon.sandbox.post("/faults", path_regex="/record/", method="DELETE", mode=mode, times=1)

    outcome = booking.cancel(salon.company, key="1:2:a", record_id=made.record_id)

    assert isinstance(outcome, Done)
    assert salon.records(phone="79000000001") == []


@pytest.mark.parametrize("mode", ["drop_before", "drop_after"])
def test_a_move_that_was_lost_is_done_once(salon: SandboxSalon, mode: str) -> None:
    made = book(salon)
    assert isinstance(made, Done)
    salon.sandbox.post("/faults", path_regex="/record/", method="PUT", mode=mode, times=1)

    outcome = booking.move(salon.company, key="1:2:a", record_id=made.record_id, start=salon.at(18))

    assert isinstance(outcome, Done)
    (record,) = salon.records(phone="79000000001")
    assert record["date"].endswith("18:00:00")
