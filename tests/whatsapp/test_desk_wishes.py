"""What the owner changes at the desk: wishes, numbers with a role, the connection."""

from datetime import time

import pytest
from django.test import Client

from marketplace.models import Company
from marketplace.services import tokens
from tests.whatsapp.desk import enter
from whatsapp.models import SalonPhone, SalonSettings
from whatsapp.services import preferences
from whatsapp.services.salon_view import salon_view

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]


@pytest.fixture
def browser(company: Company) -> Client:
    return enter(company)


def typed(browser: Client, company: Company, **changes: object) -> dict[str, object]:
    """The settings form as the page shows it, with these fields typed anew (None: left out)."""
    form = browser.get(f"/desk/{company.pk}/settings").context["form"]
    shown = {
        name: field.value() for name, field in ((bound.name, bound) for bound in form)
    } | changes
    return {name: value for name, value in shown.items() if value not in (None, False)}


def test_wishes_are_kept(browser: Client, company: Company) -> None:
    form = typed(
        browser,
        company,
        tone="ty",
        ai_enabled=None,
        takeover_minutes=30,
        evening_at="18:30",
        review_link="https://yandex.ru/maps/org/1",
        about="Парковка во дворе.\nС собакой можно.",
        phones_administrator="8 900 111-22-33 Анна\n+7 (900) 111-22-44",
        email="anna@example.test",
    )

    answer = browser.post(f"/desk/{company.pk}/settings", form)

    assert answer.status_code == 303
    company.refresh_from_db()
    assert (company.ai_enabled, company.takeover_minutes) == (False, 30)
    assert company.email == "anna@example.test"
    kept = preferences.of(company)
    assert (kept.tone, kept.evening_at) == ("ty", time(18, 30))
    assert kept.review_link == "https://yandex.ru/maps/org/1"
    assert salon_view(company).about == ("Парковка во дворе.", "С собакой можно.")
    rows = SalonPhone.objects.filter(company=company).order_by("pk")
    assert [(row.phone, row.role, row.name) for row in rows] == [
        ("+79001112233", "administrator", "Анна"),
        ("+79001112244", "administrator", ""),
    ]
    assert "Сохранено" in browser.get(f"/desk/{company.pk}/settings").content.decode()


def test_numbers_that_were_removed_lose_the_role(browser: Client, company: Company) -> None:
    SalonPhone.objects.create(company=company, phone="+79001112233", role="staff")
    path = f"/desk/{company.pk}/settings"

    browser.post(path, typed(browser, company, phones_staff=""))

    assert not SalonPhone.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("near_minutes", 5),
        ("takeover_minutes", 0),
        ("answers", "all"),
        ("review_link", "javascript:alert(1)"),
        ("evening_at", "25:00"),
        ("phones_never", "не номер"),
        ("email", "не почта"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_not_kept(
    field: str, value: object, browser: Client, company: Company
) -> None:
    answer = browser.post(f"/desk/{company.pk}/settings", typed(browser, company, **{field: value}))

    assert answer.status_code == 400
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert "autofocus" in str(form[field])
    assert answer.content.count(b"autofocus") == 1
    assert not SalonSettings.objects.exists()


def test_a_number_out_of_its_bounds_is_told_in_the_words_of_the_page(
    browser: Client, company: Company
) -> None:
    answer = browser.post(f"/desk/{company.pk}/settings", typed(browser, company, near_minutes=5))

    assert "Введите от 30 до 1440" in answer.content.decode()


# --- buttons --------------------------------------------------------------------------------------
def test_whatsapp_is_switched_off_and_on(browser: Client, company: Company) -> None:
    path = f"/desk/{company.pk}/"
    assert "Отключить WhatsApp" in browser.get(path).content.decode()

    browser.post(f"{path}do", {"do": "off"})
    text = browser.get(path).content.decode()
    company.refresh_from_db()
    assert company.whatsapp_enabled is False
    assert "Включить WhatsApp" in text

    browser.post(f"{path}do", {"do": "on"})
    company.refresh_from_db()
    assert company.whatsapp_enabled is True


def test_a_lost_phone_is_connected_again_by_the_connect_page(
    browser: Client, company: Company
) -> None:
    company.whatsapp_session.delete()
    Company.objects.update(whatsapp_connected=False)
    assert "Подключить снова" in browser.get(f"/desk/{company.pk}/").content.decode()

    answer = browser.post(f"/desk/{company.pk}/do", {"do": "connect"})

    token = answer.headers["Location"].split("token=")[1].split("&")[0]
    assert tokens.company_for_token(token) == company


def test_an_unknown_button_changes_nothing(browser: Client, company: Company) -> None:
    assert browser.post(f"/desk/{company.pk}/do", {"do": "sell"}).status_code == 400
    assert browser.get(f"/desk/{company.pk}/do").status_code == 405
