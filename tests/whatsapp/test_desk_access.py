"""Who gets to the owner's desk: the letter, the link that works once, sessions that can be ended."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from marketplace.models import Company, OwnerLink, OwnerSession
from marketplace.services import activation, owner_access, owner_letters, tokens
from tests.whatsapp.desk import enter
from tests.whatsapp.hands import make_company
from whatsapp.desk.doors import COOKIE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

MAIL = "anna@example.test"


@pytest.fixture
def owned(company: Company) -> Company:
    Company.objects.filter(pk=company.pk).update(email=MAIL)
    company.refresh_from_db()
    return company


def home(company: Company) -> str:
    return f"/desk/{company.pk}/"


def test_the_owner_asks_by_mail_presses_once_and_is_in(owned: Company, client: Client) -> None:
    answer = client.post("/desk/", {"email": " Anna@Example.test "})
    assert "Проверьте почту" in answer.content.decode()
    [link_id] = owner_letters.due_ids()
    owner_letters.send(link_id)
    owner_letters.send(link_id)
    [letter] = mail.outbox
    assert letter.to == [MAIL]
    found = re.search(r"https?://[^/]+(/desk/enter/\S+)", str(letter.body))
    assert found
    # Looking spends nothing: mail programs look.
    assert "Войти" in client.get(found[1]).content.decode()
    entered = client.post(found[1])

    assert (entered.status_code, entered.headers["Location"]) == (303, home(owned))
    cookie = entered.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", home(owned))
    assert cookie["max-age"] == 30 * 24 * 3600
    assert client.get(home(owned)).status_code == 200
    again = client.post(found[1])
    assert again.status_code == 404
    assert "Ссылка устарела" in again.content.decode()
    assert OwnerSession.objects.count() == 1
    assert cookie.value not in str(OwnerSession.objects.values_list())


@pytest.mark.parametrize("email", ["nobody@example.test", "ерунда", "\x00@example.test"])
def test_an_unknown_address_is_told_the_same_and_gets_nothing(
    email: str, owned: Company, client: Client
) -> None:
    answer = client.post("/desk/", {"email": email})

    assert answer.status_code == 200
    assert "Проверьте почту" in answer.content.decode()
    assert not OwnerLink.objects.exists()


def test_letters_to_one_address_have_an_end(owned: Company, client: Client) -> None:
    codes: list[int] = []
    # The window is a slot of the clock: should it turn in between, the count begins anew.
    while 429 not in codes and len(codes) < 11:
        codes.append(client.post("/desk/", {"email": MAIL}).status_code)

    assert codes[:5] == [200] * 5
    assert codes[-1] == 429
    assert OwnerLink.objects.count() == len(codes) - 1


def test_a_letter_that_failed_is_tried_again(owned: Company, settings: Any) -> None:
    owner_access.send_links(MAIL)
    link = OwnerLink.objects.get()
    settings.EMAIL_BACKEND = "nowhere.Backend"
    owner_letters.send(link.pk)
    link.refresh_from_db()
    assert link.mail_tries == 1
    assert link.mail_due_at is not None
    assert link.mail_due_at > datetime.now(UTC)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OwnerLink.objects.update(mail_due_at=datetime.now(UTC))
    assert owner_letters.due_ids() == [link.pk]
    owner_letters.send(link.pk)

    assert len(mail.outbox) == 1
    assert owner_letters.due_ids() == []


def connect(company: Company) -> None:
    activation.mark_connected(company.pk, phone="+79005550101", at=datetime.now(UTC))


def test_a_connected_salons_owner_gets_one_letter_by_itself(owned: Company, client: Client) -> None:
    connect(owned)
    connect(owned)
    activation.mark_disconnected(owned.pk, reason="phone_offline")
    connect(owned)

    [link_id] = owner_letters.due_ids()
    owner_letters.send(link_id)
    owner_letters.send(link_id)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == ([MAIL], f"WhatsApp подключён: {owned.title}")
    found = re.search(r"https?://[^/]+(/desk/enter/\S+)", str(letter.body))
    assert found
    assert client.post(found[1]).headers["Location"] == home(owned)


def test_without_an_address_nothing_is_sent(company: Company) -> None:
    connect(company)

    assert not OwnerLink.objects.exists()


def test_the_connect_pages_token_opens_a_link(owned: Company, client: Client) -> None:
    answer = client.post("/desk/", {"token": tokens.issue(owned)})
    assert answer.status_code == 303
    assert client.post(answer.headers["Location"]).headers["Location"] == home(owned)

    refused = client.post("/desk/", {"token": "x"})
    assert refused.status_code == 401
    assert OwnerLink.objects.count() == 1


@pytest.mark.parametrize("change", ["key", "old", "uninstalled"])
def test_a_link_that_is_not_good_opens_nothing(change: str, owned: Company, client: Client) -> None:
    path = owner_access.path_for(owned)
    match change:
        case "key":
            path = path[:-1] + ("0" if path[-1] != "0" else "1")
        case "old":
            OwnerLink.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        case "uninstalled":
            activation.mark_uninstalled(owned.pk)

    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert not OwnerSession.objects.exists()


PAGES = ("", "settings", "rows/bookings", "chats/1")


@pytest.mark.parametrize("page", PAGES)
def test_without_a_session_of_this_salon_every_page_shows_the_way_in(
    page: str, owned: Company
) -> None:
    stranger = enter(make_company())
    stranger.cookies[COOKIE]["path"] = "/"

    for browser in (Client(), stranger):
        answer = browser.get(home(owned) + page)
        assert answer.status_code == 401
        assert "Прислать ссылку" in answer.content.decode()


@pytest.mark.parametrize("end", ["revoked", "expired", "uninstalled"])
def test_an_ended_session_opens_nothing(end: str, owned: Company) -> None:
    browser = enter(owned)
    match end:
        case "revoked":
            OwnerSession.objects.update(revoked_at=datetime.now(UTC))
        case "expired":
            OwnerSession.objects.update(expires_at=datetime.now(UTC))
        case "uninstalled":
            activation.mark_uninstalled(owned.pk)

    assert browser.get(home(owned)).status_code == 401


def test_sessions_are_listed_and_another_one_can_be_ended(owned: Company) -> None:
    phone = enter(owned, Client(headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/604"}))
    laptop = enter(owned, Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT) Firefox/140"}))
    text = laptop.get(f"{home(owned)}settings").content.decode()
    assert "Safari, iPhone" in text
    assert "Firefox, Windows" in text
    first = OwnerSession.objects.get(device="Safari, iPhone")

    laptop.post(f"{home(owned)}leave", {"session": first.pk})

    assert phone.get(home(owned)).status_code == 401
    assert laptop.get(home(owned)).status_code == 200
    assert laptop.post(f"{home(owned)}leave").headers["Location"] == "/desk/"
    assert not owner_access.sessions(owned).exists()


def test_another_salons_session_cannot_be_ended(owned: Company) -> None:
    other = make_company()
    enter(other)
    theirs = OwnerSession.objects.get(company=other)

    enter(owned).post(f"{home(owned)}leave", {"session": theirs.pk})

    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_a_form_of_another_site_changes_nothing(owned: Company) -> None:
    browser = enter(owned, Client(enforce_csrf_checks=True))

    answer = browser.post(f"{home(owned)}do", {"do": "off"})

    assert answer.status_code == 403
    owned.refresh_from_db()
    assert owned.whatsapp_enabled is True
