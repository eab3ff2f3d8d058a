"""A salon's view is made anew when one of its rows has changed, and only then."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.db.models import F

from aiadmin.core import clock
from marketplace.models import Company, ScheduleDay, Service, ServiceCategory, ServiceStaff, Staff
from tests.whatsapp.hands import make_company
from whatsapp.models import SalonSettings
from whatsapp.services.salon_view import salon_view

pytestmark = pytest.mark.django_db


def _works_tomorrow(company: Company) -> None:
    master = Staff.objects.get(company=company)
    day = (clock.now() + timedelta(days=1)).date()
    slots = [{"from": "10:00", "to": "20:00"}]
    ScheduleDay.objects.create(company=company, staff=master, day=day, slots=slots)


def _of_a_category(company: Company) -> None:
    category = ServiceCategory.objects.create(company=company, yclients_id=1, title="Волосы")
    Service.objects.filter(company=company).update(category=category)


@pytest.mark.parametrize(
    "change",
    [
        lambda company: Service.objects.filter(company=company).update(price_min=2000),
        lambda company: Staff.objects.filter(company=company).update(name="Анна"),
        lambda company: ServiceStaff.objects.filter(service__company=company).update(
            duration_seconds=F("duration_seconds") + 900
        ),
        lambda company: ServiceStaff.objects.filter(service__company=company).delete(),
        lambda company: SalonSettings.objects.create(company=company, tone="ty"),
        lambda company: SalonSettings.objects.create(company=company, about="Парковка."),
        lambda company: Company.objects.filter(pk=company.pk).update(address="Мира, 1"),
        _works_tomorrow,
        _of_a_category,
    ],
    ids=["price", "name", "length", "gone", "tone", "about", "address", "schedule", "category"],
)
def test_a_change_is_seen_at_once(company: Company, change: Callable[[Company], object]) -> None:
    before = salon_view(company)

    change(company)

    assert salon_view(Company.objects.get(pk=company.pk)) != before


def test_an_unchanged_salon_is_not_read_again(company: Company) -> None:
    first = salon_view(company)
    Service.objects.filter(company=make_company()).update(price_min=1)

    assert salon_view(Company.objects.get(pk=company.pk)) is first


def test_reminders_are_told_of_as_far_as_the_salon_sends_them(company: Company) -> None:
    view = salon_view(company)
    assert (view.evening_at, view.near_minutes) == (time(19), 120)

    SalonSettings.objects.create(company=company, evening_reminder=False, near_minutes=90)
    view = salon_view(company)
    assert (view.evening_at, view.near_minutes) == (None, 90)
