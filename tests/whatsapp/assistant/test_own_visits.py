"""What clients say of the visits they have, without a word for it: move, cancel, ask, doubt, add."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.whatsapp.assistant import salons
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.types import Context, UpcomingBooking
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.history import replay

SALON = salons.lily()
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=SALON.zone)  # a Wednesday


def visit(name: str, day: int, hour: int, service: str, staff: str) -> UpcomingBooking:
    return UpcomingBooking(
        name, datetime(2026, 3, day, hour, 0, tzinfo=SALON.zone), (service,), staff
    )


CUT = visit("b1", 12, 15, "10", "1")  # a man's cut, tomorrow at Сергей's
PEDICURE = visit("b1", 13, 15, "17", "4")  # this Friday, Анна
MANICURE = visit("b2", 18, 18, "16", "7")  # Wednesday of the next week, Екатерина
ONE, TWO = Context(upcoming=(CUT,)), Context(upcoming=(PEDICURE, MANICURE))
REMINDER = ("bot", "Напоминаем: завтра, 12 марта, в 15:00 мужская стрижка у Сергея. Ждём вас?")


def said(text: str, *history: tuple[str, str], context: Context = ONE) -> Frame:
    state = replay(history, salon=SALON, now=NOW, context=context)
    return understand([text], salon=SALON, now=NOW, state=state, context=context)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("можно нас на полпятого?", 12, time(16, 30)),
        ("а в 17 никак?", 12, time(17)),
        ("меня завтра можно на 18?", 12, time(18)),
        ("у нас секция до 4, можно завтра на 16:30?", 12, time(16, 30)),
        ("можно на денек позже?", 13, time(15)),
        ("завтра никак, можно меня на субботу в это же время", 14, time(15)),
        ("можно не к Сергею, а к Тимуру? остальное так же", 12, time(15)),
        ("в 15 просплю, давайте на 17", 12, time(17)),
        ("к 15 не успеваем, можно к 16?", 12, time(16)),
        ("к Сергею завтра же, только на час тридцать", 12, time(13, 30)),
        ("задержали на работе, на 16 не поздно будет?", 12, time(16)),
        ("завтра не складывается, можно меня на субботу в то же время?", 14, time(15)),
    ],
)
def test_the_only_visit_is_moved_without_a_word_for_it(text: str, day: int, at: time) -> None:
    found = said(text)

    assert (found.intent, found.booking) == (Intent.RESCHEDULE, "b1")
    assert (found.day.on, found.time.at) == (date(2026, 3, day), at)


@pytest.mark.parametrize(
    ("text", "booking", "day"),
    [
        ("а педикюр можно попозже, часика в 5?", "b1", 13),
        ("маникюр со среды на пятницу перекинуть реально?", "b2", 20),
        ("маник со среды на вторник давайте", "b2", 17),
        ("педикюр с пятницы на субботу", "b1", 14),
        ("педикюр в тот же день что и маникюр можно?", "b1", 18),
        ("маникюр можно на пятницу же, после педикюра?", "b2", 13),
        ("маникюр перенесите на 13 после педикюра", "b2", 13),
        ("18-го не получается, можно 19?", "b2", 19),
    ],
)
def test_the_visit_named_is_moved_from_its_own_day(text: str, booking: str, day: int) -> None:
    found = said(text, context=TWO)

    assert (found.intent, found.booking) == (Intent.RESCHEDULE, booking)
    assert found.day.on == date(2026, 3, day)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("на педикюр не приду, маникюр оставьте", ("b1",)),
        ("педикюр отменяйте, маникюр в силе", ("b1",)),
        ("на педикюр я приду, а маникюр снимите", ("b2",)),
        ("маникюр не получится, педикюр оставляем", ("b2",)),
        ("в среду меня не будет", ("b2",)),
        ("снимите меня со всех записей", ("b1", "b2")),
        ("не приду ни на педикюр ни на маникюр", ("b1", "b2")),
        ("ни 13 ни 18 не получится прийти", ("b1", "b2")),
        ("снимите меня с 18-го", ("b2",)),
        ("маникюр пока не нужен", ("b2",)),
        ("с педикюром пока повременю", ("b1",)),
        ("к Екатерине не приду, Анну оставьте", ("b2",)),
        ("чет в среду не складывается", ("b2",)),
    ],
)
def test_what_is_cancelled_and_what_stays(text: str, gone: tuple[str, ...]) -> None:
    found = said(text, context=TWO)

    assert found.intent is Intent.CANCEL
    assert (found.bookings or (found.booking,)) == gone
    assert found.needs_confirm == (len(gone) > 1)


@pytest.mark.parametrize(
    "text",
    [
        "а во сколько мы завтра?",
        "я на какое время завтра?",
        "на сколько я завтра?",
        "у меня что завтра?",
        "к кому я завтра?",
        "это точно на 15? я думала на 16",
        "в 15? не в 16?",
        "во сколько стрижка?",
        "завтра на 15 все ок?",
        "мою запись никто не перенёс?",
    ],
)
def test_the_visit_is_told_and_not_moved(text: str) -> None:
    assert said(text).intent is Intent.LIST
    assert said(text, REMINDER).intent is Intent.LIST


@pytest.mark.parametrize(
    "text",
    ["ой не смогу, внуков привезли", "увы, завал на работе", "нет, на работу вызвали"],
)
def test_a_reminder_is_answered_with_a_reason(text: str) -> None:
    found = said(text, REMINDER)

    assert (found.intent, found.attending) == (Intent.CONFIRM_VISIT, False)


@pytest.mark.parametrize(
    "text", ["приду, только можно к Тимуру?", "буду, но вместо Сергея к Тимуру"]
)
def test_who_comes_to_another_master_says_both(text: str) -> None:
    found = said(text, REMINDER)

    assert (found.intent, found.staff) == (Intent.RESCHEDULE, "2")
    assert Intent.CONFIRM_VISIT in found.also


@pytest.mark.parametrize(
    "text", ["и бороду тоже, раз уж приду", "и бороду тогда сразу", "а бороду заодно можно?"]
)
def test_a_service_is_added_to_the_visit(text: str) -> None:
    found = said(text)

    assert (found.add_to_booking, found.booking, found.services) == (True, "b1", ("13",))


@pytest.mark.parametrize(
    ("text", "staff"),
    [
        ("не, к Тимуру больше не хочу, давайте к Сергею", "1"),
        ("Тимур в прошлый раз испортил, давайте к Сергею", "1"),
        ("только не к Тимуру, криво подстриг", None),
        ("к любому кроме Тимура, он меня в тот раз обкорнал", None),
    ],
)
def test_fault_found_with_a_master_is_a_wish_for_another(text: str, staff: str | None) -> None:
    history = (
        ("client", "мужская стрижка завтра в 19"),
        ("bot", "К кому вас записать: к Сергею, Тимуру или Александру?"),
    )

    found = said(text, *history, context=Context())

    assert (found.intent, found.services, found.staff) == (Intent.BOOK, ("10",), staff)
    assert found.exclude_staff == ("2",)


def test_fault_found_with_no_wish_is_a_complaint() -> None:
    found = said("Тимур меня вчера криво подстриг", context=Context())

    assert (found.intent, found.handoff) == (Intent.HUMAN, True)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14-го свадьба, надо педикюр накануне", 13),
        ("20 марта юбилей, поэтому педикюр надо 19-го", 19),
        ("в четверг я в поликлинику иду, а в пятницу хочу на педикюр", 13),
        ("не знаю, в пятницу или в субботу на педикюр, ну давайте в субботу, да, в субботу", 14),
    ],
)
def test_the_day_meant_of_several_named(text: str, day: int) -> None:
    assert said(text, context=Context()).day.on == date(2026, 3, day)


@pytest.mark.parametrize(
    "text",
    [
        "педикюр завтра, быть готовой к 18",
        "педикюр завтра, чтобы к 18 закончить",
        "завтра педикюр, в 18 уже надо выйти",
    ],
)
def test_when_the_visit_must_be_over(text: str) -> None:
    found = said(text, context=Context())

    assert (found.time.at, found.time.end) == (None, time(18))


def test_working_days_of_the_next_week() -> None:
    found = said("педикюр на той неделе в будни вечером", context=Context())

    assert (found.day.start, found.day.end) == (date(2026, 3, 16), date(2026, 3, 20))
    assert found.time.start == time(17)
