"""A salon's wishes: defaults where nobody chose, its own night, numbers with a role, the staff's pages."""

from datetime import UTC, date, datetime, time

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client

from marketplace.models import Company
from whatsapp.models import SalonPhone, SalonSettings
from whatsapp.services import preferences

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))
    return client


def test_a_salon_that_chose_nothing_has_the_defaults(company: Company) -> None:
    found = preferences.of(company)

    assert (found.answers, found.tone, found.evening_at) == ("known", "vy", time(19))
    assert not SalonSettings.objects.filter(company=company).exists()


@pytest.mark.parametrize(
    ("start", "end", "quiet", "loud"),
    [
        (time(21), time(9), ("21:00", "03:00", "08:59"), ("09:00", "20:59")),
        (time(0), time(8), ("00:00", "07:59"), ("08:00", "23:59")),
        (time(9), time(9), (), ("00:00", "09:00", "21:00")),
    ],
    ids=["over midnight", "within a day", "never"],
)
def test_the_night_is_the_salons_own(
    company: Company, start: time, end: time, quiet: tuple[str, ...], loud: tuple[str, ...]
) -> None:
    company.timezone = "Asia/Yekaterinburg"
    company.save()
    SalonSettings.objects.create(company=company, quiet_from=start, quiet_to=end)

    def is_quiet(text: str) -> bool:
        local = datetime.combine(date(2026, 3, 12), time.fromisoformat(text), company.zone)
        return preferences.hours(company, preferences.of(company)).is_quiet(local.astimezone(UTC))

    assert [is_quiet(text) for text in quiet] == [True] * len(quiet)
    assert [is_quiet(text) for text in loud] == [False] * len(loud)


def test_a_number_may_have_several_roles_and_each_once(company: Company) -> None:
    for role in ("staff", "administrator"):
        SalonPhone.objects.create(company=company, phone="+79001110001", role=role)

    assert preferences.roles(company, "+79001110001") == {"staff", "administrator"}
    assert preferences.roles(company, "") == frozenset()
    assert preferences.phones(company, "administrator") == ["+79001110001"]
    with pytest.raises(IntegrityError), transaction.atomic():
        SalonPhone.objects.create(company=company, phone="+79001110001", role="staff")
    with pytest.raises(IntegrityError), transaction.atomic():
        SalonPhone.objects.create(company=company, phone="8 900 111", role="staff")


def test_staff_write_a_number_as_people_do(company: Company, staff: Client) -> None:
    path = "/admin/whatsapp/salonphone/add/"
    body = {"company": company.pk, "phone": "8 (900) 111-00-02", "role": "never", "name": ""}

    assert staff.post(path, body).status_code == 302
    assert preferences.roles(company, "+79001110002") == {"never"}
    assert (
        "Некорректный формат телефона" in staff.post(path, {**body, "phone": "12"}).content.decode()
    )
    assert staff.get("/admin/whatsapp/salonsettings/").status_code == 200
