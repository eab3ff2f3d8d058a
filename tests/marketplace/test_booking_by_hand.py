"""Salons that ask online clients for a code from SMS: the visit goes into the journal by hand."""

import pytest
from pytest_django.fixtures import Settings

from marketplace.models import BookingAttempt, Service, ServiceStaff
from marketplace.services import booking, booking_by_hand
from marketplace.services.booking_outcomes import Done, Outcome, Refused, SlotTaken
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon(yclients: YclientsSandbox) -> SandboxSalon:
    made = SandboxSalon(yclients)
    yclients.control.patch(f"/salons/{made.made['salon_id']}", json={"phone_confirmation": True})
    return made.synced()


def _book(salon: SandboxSalon, title: str, *, key: str = "1:1:a") -> Outcome:
    return booking.book(
        salon.company,
        key=key,
        phone="+79000000001",
        name="Пётр",
        service_ids=(salon.service(title),),
        staff_id=salon.master("Сергей"),
        start=salon.at(15),
        comment="через WhatsApp",
    )


def test_the_sync_tells_that_a_code_is_asked_for(salon: SandboxSalon) -> None:
    assert booking_by_hand.wanted(salon.company)


def test_visit_is_written_with_the_masters_own_length_and_price(salon: SandboxSalon) -> None:
    ServiceStaff.objects.filter(staff__yclients_id=salon.master("Сергей")).update(price=1650)

    outcome = _book(salon, "Мужская стрижка")

    assert isinstance(outcome, Done)
    (record,) = salon.records(phone="79000000001")
    attempt = BookingAttempt.objects.get()
    assert record["id"] == outcome.record_id == attempt.record_id
    assert record["api_id"] == attempt.api_id
    assert record["length"] == 45 * 60
    assert [(item["cost"], item["first_cost"]) for item in record["services"]] == [(1650, 1650)]
    assert record["comment"] == "через WhatsApp"


def test_composite_is_written_by_its_parts_and_its_own_length(salon: SandboxSalon) -> None:
    composite = Service.objects.exclude(parts=[]).get(company=salon.company)

    outcome = _book(salon, composite.title)

    assert isinstance(outcome, Done)
    (record,) = salon.records(phone="79000000001")
    assert [item["id"] for item in record["services"]] == composite.parts
    offer = composite.offers.get(staff__yclients_id=salon.master("Сергей"))
    assert record["length"] == offer.duration_seconds


def test_taken_time_is_not_forced(salon: SandboxSalon) -> None:
    _book(salon, "Мужская стрижка")

    assert _book(salon, "Мужская стрижка", key="1:2:a") == SlotTaken()
    assert len(salon.records(phone="79000000001")) == 1


def test_without_the_right_nothing_is_written(salon: SandboxSalon) -> None:
    salon.sandbox.control.patch(
        f"/salons/{salon.company.salon_id}", json={"denied": ["create_records_access"]}
    )

    outcome = _book(salon, "Мужская стрижка")

    assert isinstance(outcome, Refused)
    assert outcome.code == "forbidden"
    assert salon.records(phone="79000000001") == []


def test_without_a_user_token_it_is_not_possible(salon: SandboxSalon, settings: Settings) -> None:
    assert booking_by_hand.possible(salon.company)
    settings.YCLIENTS_USER_TOKEN = ""
    assert not booking_by_hand.possible(salon.company)
