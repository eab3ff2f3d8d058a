"""What the owner's desk shows and changes: every figure is the count of the rows its page lists."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from marketplace.models import Booking, BookingAttempt, Company
from marketplace.services import tokens
from tests.whatsapp.desk import enter
from tests.whatsapp.hands import make_company
from whatsapp.desk import charts, figures
from whatsapp.desk.figures import Period
from whatsapp.models import Conversation, Message, SalonPhone, SalonSettings
from whatsapp.models.message import Author, Direction, MessageStatus
from whatsapp.services import preferences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_throttles")]

WEEK = Period(7, datetime.now(UTC) + timedelta(hours=1))


@pytest.fixture
def browser(company: Company) -> Client:
    return enter(company)


def talk(conversation: Conversation, text: str, *decisions: str, turn: int = 0) -> None:
    """A client's message with what was decided, and the assistant's answer two seconds later."""
    common = {"company": conversation.company, "conversation": conversation, "turn_number": turn}
    number = Message.objects.count()
    asked = Message.objects.create(
        **common,
        direction=Direction.IN,
        author=Author.CLIENT,
        status=MessageStatus.ANSWERED,
        wa_id=f"IN{number}",
        text=text,
        at=datetime.now(UTC),
        frame={"decisions": list(decisions)},
    )
    said = Message.objects.create(
        **common,
        direction=Direction.OUT,
        author=Author.BOT,
        status=MessageStatus.READ,
        wa_id=f"OUT{number}",
        text="Ответ",
        at=datetime.now(UTC),
    )
    asked.refresh_from_db()
    Message.objects.filter(pk=said.pk).update(created_at=asked.created_at + timedelta(seconds=2))


def booked(
    conversation: Conversation, record_id: int, *, cost: int = 1500, **columns: Any
) -> BookingAttempt:
    company = conversation.company
    start = datetime.now(UTC) + timedelta(days=1)
    Booking.objects.create(
        company=company,
        record_id=record_id,
        start=start,
        services=[{"id": 11, "title": "Мужская стрижка", "cost": cost}],
        staff_yclients_id=21,
        made_by_us=True,
        **columns,
    )
    return BookingAttempt.objects.create(
        company=company,
        key=f"{conversation.pk}:{record_id}:book/1",
        kind=BookingAttempt.Kind.BOOK,
        api_id=f"api-{company.pk}-{record_id}",
        request={"service_ids": [11], "start": start.isoformat()},
        status=BookingAttempt.Status.DONE,
        record_id=record_id,
    )


def test_every_figure_is_the_number_of_rows_its_page_shows(
    browser: Client, company: Company, conversation: Conversation
) -> None:
    talk(conversation, "Сколько стоит стрижка?", "AnswerPrice", turn=1)
    talk(conversation, "Позовите человека", "HandOver", turn=2)
    talk(conversation, "абырвалг", "Unclear", turn=3)
    talk(conversation, "да, приду", "VisitConfirmed", turn=4)
    talk(conversation, "5", "Rated", turn=5)
    booked(conversation, 1, attendance=figures.CAME)
    booked(conversation, 2, cost=2000)
    booked(conversation, 3, is_deleted=True)
    # Another salon's rows are nobody's business here.
    other = make_company()
    elsewhere = Conversation.objects.create(company=other, chat="1@lid")
    talk(elsewhere, "Чужое", "HandOver", turn=1)
    booked(elsewhere, 4)

    told = figures.figures(company, WEEK)

    assert (told.booked, told.money, told.came) == (3, 3500, 1500)
    assert told.reply_seconds == 2
    counts = {
        "bookings": (told.booked, 3),
        "answers": (told.answered, 5),
        "handovers": (told.handed_over, 1),
        "confirmations": (told.confirmed, 1),
        "ratings": (told.rated, 1),
        "unanswered": (told.unanswered, 2),
    }
    assert set(counts) == set(figures.ROWS)
    for name, (count, expected) in counts.items():
        assert count == expected, name
        text = browser.get(f"/desk/{company.pk}/rows/{name}").content.decode()
        assert text.count("Открыть чат") == count, name
        assert f"/desk/{company.pk}/chats/{conversation.pk}" in text
        assert "Чужое" not in text


def test_the_overview_shows_them_with_the_questions_it_could_not_answer(
    browser: Client, company: Company, conversation: Conversation
) -> None:
    talk(conversation, "Можно с собакой?", "HandOver", turn=1)
    booked(conversation, 1, cost=12500)

    text = browser.get(f"/desk/{company.pk}/").content.decode()

    assert "12\u00a0500\u00a0₽" in text
    assert "обычно за 2\u00a0с" in text
    assert "Можно с собакой?" in text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script", text)


def test_nothing_yet_says_what_will_appear(browser: Client, company: Company) -> None:
    text = browser.get(f"/desk/{company.pk}/").content.decode()

    assert "Здесь появятся визиты" in text
    assert "таких вопросов не было" in text
    assert "Пока ничего" in browser.get(f"/desk/{company.pk}/rows/answers").content.decode()


@pytest.mark.parametrize(
    ("begin", "end", "hour", "night"),
    [(21, 9, 23, True), (21, 9, 8, True), (21, 9, 9, False), (0, 6, 3, True), (0, 6, 6, False)],
)
def test_night_is_the_salons_own(
    begin: int, end: int, hour: int, night: bool, company: Company
) -> None:
    SalonSettings.objects.create(company=company, quiet_from=time(begin), quiet_to=time(end))
    moment = datetime(2026, 3, 12, hour, tzinfo=company.zone).astimezone(UTC)

    assert figures.is_night(company)(moment) is night


def test_bars_count_visits_on_the_salons_own_day(company: Company) -> None:
    today = datetime.now(company.zone).replace(hour=0, minute=30, second=0, microsecond=0)
    for record_id, ours in ((1, True), (2, False), (3, False)):
        Booking.objects.create(company=company, record_id=record_id, start=today, made_by_us=ours)
    Booking.objects.create(company=company, record_id=4, start=today, is_deleted=True)

    [bar] = [bar for bar in charts.visits_by_day(company).bars if bar.today]

    assert (bar.day, bar.bot, bar.hand) == (today.date(), 1, 2)
    assert bar.bot_height + bar.hand_height == 120


def test_a_chat_shows_what_was_said_and_gives_the_assistant_back(
    browser: Client, company: Company, conversation: Conversation
) -> None:
    talk(conversation, "<b>Привет</b>", turn=1)
    Conversation.objects.update(needs_person_since=datetime.now(UTC))
    path = f"/desk/{company.pk}/chats/{conversation.pk}"
    text = browser.get(path).content.decode()
    assert "&lt;b&gt;Привет" in text
    assert "Клиент ждёт человека" in text

    assert browser.post(path).status_code == 303

    conversation.refresh_from_db()
    assert conversation.needs_person_since is None


def test_another_salons_chat_is_not_there(browser: Client, company: Company) -> None:
    other = Conversation.objects.create(company=make_company(), chat="1@lid")
    path = f"/desk/{company.pk}/chats/{other.pk}"

    assert browser.get(path).status_code == 404
    assert browser.get(f"/desk/{company.pk}/chats/{2**70}").status_code == 404
    assert browser.get(f"/desk/{company.pk}/rows/nothing").status_code == 404


# --- wishes ---------------------------------------------------------------------------------------
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
    assert list(answer.context["form"].errors) == [field]
    assert not SalonSettings.objects.exists()


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
