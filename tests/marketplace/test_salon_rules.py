"""The salon's own rules for clients, kept though the journal's calls do not ask for them."""

from datetime import timedelta

import pytest

from marketplace.models import Service
from marketplace.services import booking, salon_rules, working_days
from marketplace.services.booking_outcomes import Done, Outcome, Refused
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "+79000000001"
DAY = 24 * 3600


def salon_with(sandbox: YclientsSandbox, **settings: object) -> SandboxSalon:
    made = SandboxSalon(sandbox, seed="small")
    sandbox.control.patch(f"/salons/{made.company.salon_id}", json=settings).raise_for_status()
    return made.synced()


def book(salon: SandboxSalon, *, master: str = "Сергей") -> Outcome:
    return booking.book(
        salon.company,
        key="1:1:a",
        phone=PHONE,
        name="Пётр",
        service_ids=(salon.service("Мужская стрижка"),),
        staff_id=salon.master(master),
        start=salon.at(12, days=1),
    )


def stored(salon: SandboxSalon) -> Done:
    made = book(salon)
    assert isinstance(made, Done)
    return made


def test_rules_and_the_booking_page_come_from_the_card(yclients: YclientsSandbox) -> None:
    salon = salon_with(yclients, allow_change=False, delete_delay=10_800, comment_required=True)

    rules = salon_rules.of(salon.company)

    assert not rules.moving.allowed
    assert rules.cancelling == salon_rules.ChangeRule(before=timedelta(hours=3))
    assert rules.comment_required
    assert rules.booking_link == f"https://n{salon.company.salon_id}.yclients.example/"


@pytest.mark.parametrize(
    ("rules", "code"),
    [({"allow_delete": False}, "not_allowed"), ({"delete_delay": 3 * DAY}, "too_late")],
)
def test_visit_that_may_not_be_cancelled_stays(
    yclients: YclientsSandbox, rules: dict[str, object], code: str
) -> None:
    salon = salon_with(yclients, **rules)
    made = stored(salon)

    outcome = booking.cancel(salon.company, key="1:2:a", record_id=made.record_id)

    assert isinstance(outcome, Refused)
    assert outcome.code == code
    assert [row["id"] for row in salon.records(phone="79000000001")] == [made.record_id]


@pytest.mark.parametrize(
    ("rules", "code"),
    [({"allow_change": False}, "not_allowed"), ({"change_delay": 3 * DAY}, "too_late")],
)
def test_visit_that_may_not_be_moved_stays(
    yclients: YclientsSandbox, rules: dict[str, object], code: str
) -> None:
    salon = salon_with(yclients, **rules)
    made = stored(salon)

    outcome = booking.move(
        salon.company, key="1:2:a", record_id=made.record_id, start=salon.at(18, days=1)
    )

    assert isinstance(outcome, Refused)
    assert outcome.code == code
    assert salon.records(phone="79000000001")[0]["date"].endswith("12:00:00")


def test_salon_that_wants_a_comment_gets_one(yclients: YclientsSandbox) -> None:
    salon = salon_with(yclients, comment_required=True)

    stored(salon)

    assert salon.records(phone="79000000001")[0]["comment"] == "Запись через WhatsApp"


def test_salon_that_wants_an_email_is_booked_by_its_own_hand(yclients: YclientsSandbox) -> None:
    salon = salon_with(yclients, email_required=True)

    stored(salon)

    assert salon.records(phone="79000000001")[0]["created_via"] == "api"


def test_visit_moved_to_another_master_takes_that_masters_time(yclients: YclientsSandbox) -> None:
    salon = salon_with(yclients)
    made = stored(salon)
    assert salon.records(phone="79000000001")[0]["seance_length"] == 45 * 60

    moved = booking.move(
        salon.company,
        key="1:2:a",
        record_id=made.record_id,
        start=salon.at(12, days=1),
        staff_id=salon.master("Мария"),
    )

    assert isinstance(moved, Done)
    (record,) = salon.records(phone="79000000001")
    assert (record["staff_id"], record["seance_length"]) == (salon.master("Мария"), 3600)


def test_group_service_is_known_as_one_with_its_description(yclients: YclientsSandbox) -> None:
    made = SandboxSalon(yclients, seed="small")
    service = next(item for item in made.made["services"] if item["title"] == "Женская стрижка")
    yclients.control.patch(
        f"/salons/{made.company.salon_id}/services/{service['id']}",
        json={"capacity": 8, "comment": "Для начинающих"},
    ).raise_for_status()

    made.synced()

    row = Service.objects.get(company=made.company, title="Женская стрижка")
    assert (row.group, row.comment) == (True, "Для начинающих")
    assert not Service.objects.get(company=made.company, title="Мужская стрижка").group


def test_working_days_follow_a_change_and_survive_a_silent_yclients(
    yclients: YclientsSandbox,
) -> None:
    salon = salon_with(yclients)
    sergey, day = salon.master("Сергей"), salon.at(0, days=1).date()

    def hours() -> list[tuple[str, str]] | None:
        found = working_days.of(salon.company, staff_id=sergey, day_from=day, day_to=day)
        return None if found is None else found[day]

    assert hours() == [("10:00", "21:00")]
    yclients.control.patch(
        f"/salons/{salon.company.salon_id}/staff/{sergey}", json={"day_off": day.isoformat()}
    ).raise_for_status()
    assert hours() == [("10:00", "21:00")], "read a moment ago"
    type(salon.company).objects.filter(pk=salon.company.pk).update(schedule_read_at=None)
    assert hours() == []
    yclients.fault("/staff/schedule", "status", status=503)
    type(salon.company).objects.filter(pk=salon.company.pk).update(
        schedule_read_at=salon.at(0, days=0)
    )
    assert hours() == []
