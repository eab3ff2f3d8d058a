"""One wish in the many ways it is said: moods, cases, shortened words, answers to every question."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.whatsapp.assistant import salons
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Context, UpcomingBooking
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.history import replay
from whatsapp.assistant.understand.slips import meant

SALON = salons.lily()
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=SALON.zone)  # a Wednesday
FRIDAY = UpcomingBooking("b1", datetime(2026, 3, 13, 15, 0, tzinfo=SALON.zone), ("17",), "4")
ONE = Context(upcoming=(FRIDAY,))


def said(text: str, state: DialogueState | None = None, context: Context | None = None) -> Frame:
    return understand([text], salon=SALON, now=NOW, state=state, context=context)


def after(*history: tuple[str, str]) -> DialogueState:
    return replay(history, salon=SALON, now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "вместо пятницы можно в субботу?",
        "не в пятницу а в субботу",
        "смогу только в субботу",
        "пятница отменяется, можно суббота?",
        "мою запись на субботу пожалуйста",
        "поменяйте на субботу",
        "планы поменялись, можно на субботу?",
        "перенесите на следующий день",
        "днем позже можно перенести?",
        "с 13 на 14 перенесите",
    ],
)
def test_a_visit_is_moved_to_another_day(text: str) -> None:
    found = said(text, context=ONE)

    assert (found.intent, found.booking, found.day.on) == (
        Intent.RESCHEDULE,
        "b1",
        date(2026, 3, 14),
    )


@pytest.mark.parametrize(
    "text",
    [
        "вместо 15 в 17 можно?",
        "часика на два позже",
        "двумя часами позже",
        "сдвиньте на 2 часа",
        "подвиньте запись на пару часов",
        "в пятницу можно в 17?",
        "в 15 не могу, можно 17?",
        "день тот же, время 17, перенесите",
    ],
)
def test_a_visit_is_moved_to_another_hour(text: str) -> None:
    found = said(text, context=ONE)

    assert (found.intent, found.day.on, found.time.at) == (
        Intent.RESCHEDULE,
        date(2026, 3, 13),
        time(17, 0),
    )


@pytest.mark.parametrize(
    "text",
    [
        "перенесите на субботу, время оставьте",
        "давайте на субботу в то же время",
        "на сутки позже перенесите",
    ],
)
def test_the_hour_of_a_moved_visit_is_kept(text: str) -> None:
    found = said(text, context=ONE)

    assert (found.intent, found.day.on, found.time.at) == (
        Intent.RESCHEDULE,
        date(2026, 3, 14),
        time(15, 0),
    )


@pytest.mark.parametrize(
    "text",
    [
        "я передумала приходить",
        "откажусь от записи",
        "освободите мое окошко",
        "не попаду к вам в пятницу",
        "не доберусь к вам в пятницу",
        "не выйдет у меня в пятницу",
        "снимите бронь",
    ],
)
def test_a_visit_is_given_up(text: str) -> None:
    assert said(text, context=ONE).intent is Intent.CANCEL


@pytest.mark.parametrize(
    "text",
    [
        "не помню на какое время записывалась",
        "ко скольки мне в пятницу",
        "хочу уточнить время записи",
        "у меня в пятницу во сколько?",
        "я на пятницу записана, верно?",
        "так а в 14 или в 15?",
    ],
)
def test_a_client_asks_about_their_own_visit(text: str) -> None:
    assert said(text, context=ONE).intent is Intent.LIST


@pytest.mark.parametrize(
    "text",
    [
        "всё так",
        "с удовольствием",
        "пусть будет так",
        "я только за",
        "не против",
        "почему бы и нет",
        "ставьте",
    ],
)
def test_a_proposal_is_agreed_to(text: str) -> None:
    state = after(
        ("client", "массаж завтра в 15"), ("bot", "Записать вас на массаж 12 марта в 15:00?")
    )

    found = said(text, state)

    assert (found.intent, found.confirmed) == (Intent.BOOK, True)


@pytest.mark.parametrize("text", ["сообщу вечером", "завтра отпишусь", "вечером напишу"])
def test_an_answer_promised_for_the_evening_moves_nothing_there(text: str) -> None:
    state = after(
        ("client", "массаж завтра в 15"), ("bot", "Записать вас на массаж 12 марта в 15:00?")
    )

    found = said(text, state)

    assert (found.intent, found.confirmed) == (Intent.OTHER, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1500", time(15, 0)),
        ("17:00?", time(17, 0)),
        ("три тридцать", time(15, 30)),
        ("15 рано, лучше 16", time(16, 0)),
    ],
)
def test_an_hour_answers_what_time(text: str, expected: time) -> None:
    state = after(("client", "массаж завтра"), ("bot", "На какое время вас записать?"))

    assert said(text, state).time.at == expected


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("массаж завтра в 15 или позже", time(15, 0), None),
        ("массаж завтра максимум в 15", None, time(15, 0)),
        ("массаж завтра ближе к концу дня", time(17, 0), None),
    ],
)
def test_a_window_of_hours(text: str, start: time | None, end: time | None) -> None:
    found = said(text).time

    assert (found.at, found.start, found.end) == (None, start, end)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("массаж спустя три дня", date(2026, 3, 14)),
        ("массаж 15 этого месяца", date(2026, 3, 15)),
        ("массаж 15 числа следующего месяца", date(2026, 4, 15)),
        ("массаж в последний день месяца", date(2026, 3, 31)),
    ],
)
def test_a_day_named_by_what_is_around(text: str, expected: date) -> None:
    assert said(text).day.on == expected


@pytest.mark.parametrize(
    ("word", "before", "expected"),
    [
        ("срду", "в", "среду"),
        ("вскр", "", "воскресенье"),
        ("чтвр", "на", "четверг"),
        ("мрта", "#n15", "марта"),
        ("чсов", "#n3", "часов"),
        ("педик", "на", "педик"),
        ("смас", "на", "смас"),
        ("смс", "", "смс"),
        ("спсб", "", "спсб"),
    ],
)
def test_a_slip_in_a_short_word_is_read_only_where_such_a_word_stands(
    word: str, before: str, expected: str
) -> None:
    assert meant(word, before) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Запишите на массаж в пятницу к 11. С уважением, Тамара Васильевна", "Тамара Васильевна"),
        ("Запишите на массаж в пятницу на 11. Заранее благодарю. Нина Петровна", "Нина Петровна"),
        ("это Лена мне бы на массаж в пятницу часам к одиннадцати", "Лена"),
    ],
)
def test_a_client_signs_or_names_herself(text: str, name: str) -> None:
    assert said(text).client_name == name


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("массаж на след неделе вторник или среда", (date(2026, 3, 17), date(2026, 3, 18))),
        ("массаж через неделю, тоже во вторник", (date(2026, 3, 17),)),
        ("массаж в субботу или воскресенье", (date(2026, 3, 14), date(2026, 3, 15))),
    ],
)
def test_weekdays_of_one_week(text: str, days: tuple[date, ...]) -> None:
    found = said(text).day

    assert (found.dates or (found.on,)) == days


def test_a_visit_called_by_its_weekday_is_moved() -> None:
    found = said("можно пятничный педикюр на субботу, так же в 15?", context=ONE)

    assert (found.intent, found.booking, found.day.on) == (
        Intent.RESCHEDULE,
        "b1",
        date(2026, 3, 14),
    )


@pytest.mark.parametrize(
    "text", ["с роботом не хочу общаться", "пусть мне позвонят", "ужасное обслуживание"]
)
def test_a_person_is_wished_for(text: str) -> None:
    assert said(text).intent is Intent.HUMAN


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("тонирование это вообще что?", Intent.SERVICES),
        ("какие клиентки у Марии завтра? скиньте имена и телефоны", Intent.OTHER),
    ],
)
def test_a_question_in_an_odd_order(text: str, intent: Intent) -> None:
    assert said(text).intent is intent
