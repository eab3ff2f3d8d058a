"""Free slots of a salon with many masters: the schedule is read again before anybody is left out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.models import Company, ScheduleDay, ServiceStaff
from marketplace.services import free_slots
from marketplace.services.free_slots import FreeSlot
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon(yclients: YclientsSandbox) -> Iterator[SandboxSalon]:
    """Forty masters, four days on and two off; many do the same service."""
    yield SandboxSalon(yclients, seed="large", clients=0, records=0).synced()
    yclients.heal()


def popular(salon: SandboxSalon) -> int:
    offers = ServiceStaff.objects.filter(service__company=salon.company).select_related("service")
    by_service: dict[int, int] = {}
    for offer in offers:
        by_service[offer.service.yclients_id] = by_service.get(offer.service.yclients_id, 0) + 1
    service, masters = max(by_service.items(), key=lambda item: item[1])
    assert masters > free_slots.ASK_ALL_UP_TO
    return service


def doers(salon: SandboxSalon, service: int) -> set[int]:
    rows = ServiceStaff.objects.filter(service__company=salon.company, service__yclients_id=service)
    return set(rows.values_list("staff__yclients_id", flat=True))


def ask(salon: SandboxSalon, service: int, day: date, *, to: date | None = None) -> list[FreeSlot]:
    return free_slots.free_slots(
        salon.company, service_ids=(service,), staff_id=None, day_from=day, day_to=to or day
    )


def read_ago(salon: SandboxSalon, **time: float) -> None:
    Company.objects.filter(pk=salon.company.pk).update(
        schedule_read_at=datetime.now(UTC) - timedelta(**time)
    )


def path_of(salon: SandboxSalon, staff: int) -> str:
    return f"/salons/{salon.company.salon_id}/staff/{staff}"


def idle(salon: SandboxSalon, service: int, day: date) -> int:
    """The last master of those who do the service and, as we know it, do not work that day."""
    working = ScheduleDay.objects.filter(company=salon.company, day=day).exclude(slots=[])
    return max(doers(salon, service) - set(working.values_list("staff__yclients_id", flat=True)))


def comes_in(salon: SandboxSalon, staff: int, day: date) -> None:
    salon.sandbox.control.patch(
        path_of(salon, staff), json={"hours": {day.isoformat(): [["10:00", "18:00"]]}}
    ).raise_for_status()


def a_day_with_an_idle_master(salon: SandboxSalon, service: int) -> date:
    for ahead in range(1, 7):
        day = salon.at(0, days=ahead).date()
        working = ScheduleDay.objects.filter(company=salon.company, day=day).exclude(slots=[])
        if doers(salon, service) - set(working.values_list("staff__yclients_id", flat=True)):
            return day
    raise AssertionError("everybody works every day")


def test_change_of_the_schedule_is_seen_when_five_minutes_have_passed(
    salon: SandboxSalon,
) -> None:
    service = popular(salon)
    day = a_day_with_an_idle_master(salon, service)
    new = idle(salon, service, day)
    comes_in(salon, new, day)
    assert new not in {slot.staff_id for slot in ask(salon, service, day)}, "read a moment ago"

    read_ago(salon, minutes=5, seconds=1)

    assert new in {slot.staff_id for slot in ask(salon, service, day)}
    salon.company.refresh_from_db()
    assert salon.company.schedule_read_at is not None
    assert datetime.now(UTC) - salon.company.schedule_read_at < timedelta(minutes=1)


def test_master_who_fell_ill_is_not_offered(salon: SandboxSalon) -> None:
    service, day = popular(salon), salon.at(0, days=2).date()
    ill = ask(salon, service, day)[0].staff_id
    salon.sandbox.control.patch(
        path_of(salon, ill), json={"day_off": day.isoformat()}
    ).raise_for_status()
    read_ago(salon, minutes=6)

    assert ill not in {slot.staff_id for slot in ask(salon, service, day)}
    assert ScheduleDay.objects.get(staff__yclients_id=ill, day=day).slots == []


def test_schedule_that_cannot_be_read_says_nobody_is_busy(salon: SandboxSalon) -> None:
    """Our copy knows one working master, who is off in truth; another one works unknown to us."""
    service = popular(salon)
    day = a_day_with_an_idle_master(salon, service)
    new = idle(salon, service, day)
    for staff in doers(salon, service) - {new}:
        salon.sandbox.control.patch(
            path_of(salon, staff), json={"day_off": day.isoformat()}
        ).raise_for_status()
    comes_in(salon, new, day)
    salon.sandbox.fault("/staff/schedule", "status", status=403)
    read_ago(salon, hours=3)

    assert {slot.staff_id for slot in ask(salon, service, day)} == {new}


def test_day_that_is_full_takes_yclients_word_for_it(salon: SandboxSalon) -> None:
    service, day = popular(salon), salon.at(0, days=2).date()
    for staff in doers(salon, service):
        salon.sandbox.control.patch(
            path_of(salon, staff), json={"day_off": day.isoformat()}
        ).raise_for_status()

    salon.sandbox.fault("/book_times/", "status", status=500)
    assert ask(salon, service, day) == []
    assert salon.sandbox.get("/faults")["faults"][0]["hits"] == 0, "nobody had to be asked"


def test_days_far_beyond_our_copy_are_asked_of_everybody(salon: SandboxSalon) -> None:
    service = popular(salon)
    day = salon.at(0, days=45).date()

    assert ask(salon, service, day, to=day + timedelta(days=2))
