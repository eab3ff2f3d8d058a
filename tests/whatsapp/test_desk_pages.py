"""What the owner's desk shows and changes: every figure is the count of the rows its page lists."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from marketplace.models import Booking, BookingAttempt, Company
from tests.whatsapp.desk import enter
from tests.whatsapp.hands import make_company
from whatsapp.desk import charts, figures, state
from whatsapp.desk.figures import Period
from whatsapp.models import Conversation, Message, Outreach, Review, SalonSettings
from whatsapp.models.message import Author, Direction, MessageStatus, Purpose
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


def reminded(conversation: Conversation, record_id: int, **columns: Any) -> Outreach:
    """A reminder of that visit, or what `kind` says, that has left."""
    company = conversation.company
    visit = Booking.objects.get(company=company, record_id=record_id)
    said = Message.objects.create(
        company=company,
        conversation=conversation,
        direction=Direction.OUT,
        author=Author.BOT,
        status=MessageStatus.SENT,
        wa_id=f"REMINDER{Message.objects.count()}",
        text="Напоминаем: завтра",
        at=datetime.now(UTC),
        purpose=Purpose.SERVICE,
        expires_at=visit.start,
    )
    return Outreach.objects.create(
        company=company,
        booking=visit,
        kind=columns.pop("kind", "evening"),
        status="queued",
        visit_at=visit.start,
        due_at=visit.start,
        expires_at=visit.start,
        message=said,
        **columns,
    )


def test_every_figure_is_the_number_of_rows_its_page_shows(
    browser: Client, company: Company, conversation: Conversation
) -> None:
    talk(conversation, "Сколько стоит стрижка?", "AnswerPrice", turn=1)
    talk(conversation, "Позовите человека", "HandOver", turn=2)
    talk(conversation, "абырвалг", "Unclear", turn=3)
    booked(conversation, 1, attendance=figures.CAME)
    booked(conversation, 2, cost=2000)
    booked(conversation, 3, is_deleted=True)
    reminded(conversation, 1, answer="yes")
    reminded(conversation, 2)
    reminded(conversation, 2, kind="changed")
    asked = reminded(conversation, 1, kind="review")
    Review.objects.create(
        company=company,
        outreach=asked,
        staff_yclients_id=21,
        rating=2,
        created_at=datetime.now(UTC),
    )
    # Said of nothing we asked: no rating.
    talk(conversation, "5", "Rated", turn=5)
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
        "answers": (told.answered, 4),
        "sent": (state.health(company).sent, 8),
        "handovers": (told.handed_over, 1),
        "reminders": (told.reminded, 2),
        "confirmations": (told.confirmed, 1),
        "ratings": (told.rated, 1),
        "unanswered": (told.unanswered, 2),
    }
    assert set(counts) == set(figures.ROWS)
    for name, (count, expected) in counts.items():
        assert count == expected, name
        text = browser.get(f"/desk/{company.pk}/rows/{name}?days=7").content.decode()
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
    [
        (21, 9, 23, True), (21, 9, 8, True), (21, 9, 9, False), (0, 6, 3, True), (0, 6, 6, False),
        (9, 9, 3, False),
    ],
)  # fmt: skip
def test_night_is_the_salons_own(
    begin: int, end: int, hour: int, night: bool, company: Company
) -> None:
    SalonSettings.objects.create(company=company, quiet_from=time(begin), quiet_to=time(end))
    moment = datetime(2026, 3, 12, hour, tzinfo=company.zone).astimezone(UTC)

    assert preferences.hours_of(company).is_quiet(moment) is night


def test_bars_count_visits_on_the_salons_own_day(company: Company) -> None:
    today = datetime.now(company.zone).replace(hour=0, minute=30, second=0, microsecond=0)
    for record_id, ours in ((1, True), (2, False), (3, False)):
        Booking.objects.create(company=company, record_id=record_id, start=today, made_by_us=ours)
    Booking.objects.create(company=company, record_id=4, start=today, is_deleted=True)

    [bar] = [bar for bar in charts.visits_by_day(company).bars if bar.today]

    assert (bar.day, bar.bot, bar.hand) == (today.date(), 1, 2)
    assert bar.bot_height + bar.hand_height == 120
    text = enter(company).get(f"/desk/{company.pk}/days/{bar.day}").content.decode()
    assert (text.count("записал помощник"), text.count("записал салон")) == (1, 2)
    assert enter(company).get(f"/desk/{company.pk}/days/2026-02-30").status_code == 404


@pytest.mark.parametrize("title", ["Лилия", "Салон № {}", ""])
def test_the_salons_number_is_shown_once(title: str, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(title=title.format(company.salon_id))

    text = enter(company).get(f"/desk/{company.pk}/").content.decode()

    assert text.count(f"№ {company.salon_id}") == 1


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
