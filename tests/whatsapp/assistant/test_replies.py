"""How the assistant speaks: golden sentences for typed decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from tests.whatsapp.assistant import salons
from whatsapp.assistant import decisions as d
from whatsapp.assistant import told
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.replies.render import render
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.state import PendingBook, PendingMove, Visit
from whatsapp.assistant.tools import (
    Booked,
    BookRequest,
    Cancelled,
    CancelRequest,
    Moved,
    MoveRequest,
)
from whatsapp.assistant.types import OpenHours, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish

SALON = salons.lily()
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=SALON.zone)
START = datetime(2026, 3, 12, 15, 0, tzinfo=SALON.zone)
VISIT = UpcomingBooking("b1", datetime(2026, 3, 13, 15, 0, tzinfo=SALON.zone), ("15",), "4")
SPEECH = Speech(SALON, NOW, {"b1": VISIT})
WISH = d.Wish((d.VisitWish(("10",), "1"),), DayWish(on=START.date()), TimeWish(at=time(15)))


def at(hour: int, staff: str) -> tuple[Visit, ...]:
    return (Visit(("10",), staff, START.replace(hour=hour)),)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (
            d.Written(((BookRequest(("10",), "1", START, "Ирина"), Booked("r", START, "1", ("10",), 1500)),)),
            "Записала: завтра, в четверг 12 марта, 15:00 — мужская стрижка, Сергей, 1\u00a0500\u00a0₽.\n"
            "Ждём вас: ул. Тверская, 5.",
        ),
        (
            d.Written(((MoveRequest("b1", START, "4"), Moved("b1", START, "4", ("15",), VISIT.start)),)),
            "Перенесла: вместо пятницы 13 марта, 15:00 — завтра, в четверг 12 марта, 15:00, Анна.",
        ),
        (
            d.Written(((CancelRequest("b1"), Cancelled("b1", START)),)),
            "Отменила запись на завтра, 15:00. Захотите вернуться — просто напишите.",
        ),
        (
            d.Propose(PendingBook(at(15, "1"))),
            "Правильно поняла: завтра, в четверг 12 марта, 15:00 — "
            "мужская стрижка, Сергей, 1\u00a0500\u00a0₽?",
        ),
        (
            d.Propose(PendingMove("b1", Visit(("15",), "4", START), VISIT.start)),
            "Перенести: вместо пятницы 13 марта, 15:00 — завтра, в четверг 12 марта, 15:00, Анна?",
        ),
        (
            d.Offer(WISH, d.Purpose.BOOK, (at(14, "1"), at(16, "1"), at(15, "2")), missed=True),
            "На 15:00 завтра у Сергея свободного времени нет. "
            "Есть 14:00 и 16:00 у Сергея, 15:00 у Тимура. Что удобнее?",
        ),
        (
            d.Offer(replace(WISH, time=TimeWish()), d.Purpose.BOOK, (at(11, "1"), at(14, "1"))),
            "Мужская стрижка: свободно завтра: 11:00 и 14:00 у Сергея. Какое время удобно?",
        ),
        (told.AnswerPrice(("17",)), "Педикюр — от 2\u00a0000\u00a0₽, длится 1 час 30 минут. Записать вас?"),
        (told.AnswerHours(date(2026, 3, 15)), "В воскресенье 15 марта работаем с 10:00 до 21:00."),
        (told.AnswerHours(), "Работаем каждый день с 10:00 до 21:00."),
        (told.AnswerAddress(), "Адрес: ул. Тверская, 5.\nТелефон: +7 900 000-00-00"),
        (told.AnswerStaff(("17",)), "Педикюр — Анна. Записать к Анне?"),
        (
            told.AnswerStaff(("17", "10")),
            "Педикюр — Анна\nМужская стрижка — Сергей, Тимур и Александр\nНа что записать?",
        ),
        (
            d.ShowBookings(("b1",)),
            "Ваша запись: послезавтра, в пятницу 13 марта, 15:00 — маникюр без покрытия, Анна.",
        ),
        (d.VisitConfirmed("b1"), "Хорошо, ждём вас послезавтра в 15:00."),
        (
            d.RunningLate("b1", 21),
            "Спасибо, что предупредили. Передала администратору, что вы задержитесь на 21 минуту.",
        ),
        (d.AskCancelOrMove("b1"), "Отменить запись на послезавтра, 15:00, или перенести на другой день?"),
        (d.HandOver(Topic.ASKED), "Передала ваш вопрос администратору, он ответит здесь."),
        (d.OptOut(), "Больше не будем писать вам первыми. Чтобы вернуть уведомления, отправьте «СТАРТ»."),
        (d.Wait(), "Хорошо, жду."),
    ],
)  # fmt: skip
def test_sentences(decision: d.Decision, expected: str) -> None:
    assert render(decision, SPEECH).text == expected


def test_who_has_just_introduced_itself_does_not_do_so_again() -> None:
    assert render(d.Redirect(), SPEECH, first=True).text == "Помогаю с записью. Записать вас?"


def test_the_first_greeting_says_that_it_is_a_machine() -> None:
    first, later = render(d.Greet(), SPEECH, first=True), render(d.Greet(), SPEECH)

    assert "автоматический помощник студии «Лилия»: запишу, перенесу, подскажу цены" in first.text
    assert later.text == "Здравствуйте! Чем помочь?"


def test_thanks_get_a_reaction() -> None:
    assert render(d.React("❤️"), SPEECH).reaction == "❤️"


def test_odd_titles_stay_on_one_line() -> None:
    text = render(told.AnswerPrice(("16",)), SPEECH).text

    assert text.startswith("Маникюр с покрытием | гель-лак топ — 2\u00a0200\u00a0₽")


def test_a_price_nobody_set_is_not_invented() -> None:
    text = render(told.AnswerPrice(("18",)), SPEECH).text

    assert "₽" not in text
    assert "администратор" in text


def test_a_masters_own_price_is_told() -> None:
    assert "1\u00a0700\u00a0₽" in render(told.AnswerPrice(("10",), "2"), SPEECH).text


def test_a_week_with_days_off() -> None:
    day = OpenHours(time(9), time(20))
    salon = replace(SALON, week=(None, day, day, day, day, day, OpenHours(time(11), time(17))))

    text = render(told.AnswerHours(), Speech(salon, NOW)).text

    assert text == "Пн не работаем, вт–сб с 09:00 до 20:00, вс с 11:00 до 17:00."


def test_midnight_and_other_years() -> None:
    late = Speech(SALON, datetime(2026, 12, 31, 23, 59, tzinfo=SALON.zone))
    visit = Visit(("10",), "1", datetime(2027, 1, 1, 10, 0, tzinfo=SALON.zone))
    far = Visit(("10",), "1", late.now + timedelta(days=40))

    assert (
        "завтра, в пятницу 1 января 2027 года, 10:00"
        in render(d.Propose(PendingBook((visit,))), late).text
    )
    assert "2027 года" in render(d.Propose(PendingBook((far,))), late).text
