"""Times and days as people type them; said on Wednesday 11 March 2026 at noon to a salon open 10–21."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests.whatsapp.assistant import salons
from whatsapp.assistant.understand.normalise import clean, repair
from whatsapp.assistant.understand.numbers import Known
from whatsapp.assistant.understand.numerals import cardinal, half_of, ordinal
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.tokens import tokenise
from whatsapp.assistant.understand.when import When, read

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=ZoneInfo("Europe/Moscow"))


def when(text: str, now: datetime = NOW, known: Known | None = None) -> When:
    return read(Line(tokenise(repair(clean(text)))), now, salons.lily(), known or Known())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("в 15", "15:00"), ("в 3", "15:00"), ("на 5", "17:00"), ("в 11", "11:00"), ("в 12", "12:00"),
        ("на 19", "19:00"), ("к 6", "18:00"), ("в 8", "20:00"), ("в 9 утра", "09:00"),
        ("15 часов", "15:00"),
        ("в 3 часа дня", "15:00"), ("в 7 вечера", "19:00"), ("в час", "13:00"), ("в час дня", "13:00"),
        ("в полдень", "12:00"), ("в 12 дня", "12:00"), ("12.30", "12:30"), ("в 18-30", "18:30"),
        ("в 15 00", "15:00"), ("в 1530", "15:30"), ("11-00", "11:00"), ("17:45", "17:45"),
        ("в 15 часов 30 минут", "15:30"), ("полтретьего", "14:30"), ("пол третьего", "14:30"),
        ("пол-третьего", "14:30"), ("полвосьмого вечера", "19:30"), ("полпервого", "12:30"),
        ("в половине седьмого", "18:30"), ("в половину третьего", "14:30"), ("пол 7", "18:30"),
        ("без пятнадцати пять", "16:45"), ("без четверти пять", "16:45"), ("без 15 5", "16:45"),
        ("без двадцати шесть", "17:40"), ("четверть шестого", "17:15"), ("в четверть второго", "13:15"),
        ("двадцать минут пятого", "16:20"), ("10 минут третьего", "14:10"), ("в шесть", "18:00"),
        ("к трем", "15:00"), ("к семи вечера", "19:00"), ("в семнадцать", "17:00"),
        ("на одиннадцать тридцать", "11:30"), ("утром в 10", "10:00"), ("утро 10", "10:00"),
        ("вечером в 7", "19:00"), ("днем в 2", "14:00"), ("в два часа", "14:00"),
        ("часам к шести", "18:00"),
        ("часов в семь", "19:00"), ("часиков в одиннадцать", "11:00"), ("около 5", "17:00"),
        ("где-то в 2", "14:00"), ("примерно в 4", "16:00"), ("не в 3, а в 4", "16:00"),
        ("в 3, ой, в 4", "16:00"), ("через час", "13:00"), ("через 2 часа", "14:00"),
        ("через полчаса", "12:30"), ("через пару часов", "14:00"), ("через полтора часа", "13:30"),
        ("через 40 минут", "12:40"), ("минут через 40", "12:40"), ("часа через два", "14:00"),
        ("через 1.5 часа", "13:30"), ("в начале седьмого", "18:00"), ("в конце пятого", "16:45"),
        ("в 17,30", "17:30"), ("в пять тридцать", "17:30"),
        ("без двадцати пяти два", "13:35"), ("в три с половиной", "15:30"),
        ("через два с половиной часа", "14:30"), ("через часа два", "14:00"),
        ("утром в восемь", "08:00"), ("вечером в десять", "22:00"), ("в 13,20", "13:20"),
        ("в 1320", "13:20"), ("завтра 13.10", "13:10"), ("вечером часов в восемь", "20:00"),
    ],
)  # fmt: skip
def test_clock_times(text: str, expected: str) -> None:
    found = when(text).time

    assert found.at == time.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("с 2 по 4 часов", "14:00", "16:00"), ("после шести-то", "18:00", None),
        ("самое позднее в 3", None, "15:00"), ("не раньше, чем в 7", "19:00", None),
        ("я с работы только в 6", "18:00", None), ("около обеда", "12:00", "14:00"),
        ("с 3 до 5", "15:00", "17:00"), ("с 10 до 2", "10:00", "14:00"),
        ("между 13 и 15", "13:00", "15:00"),
        ("с трёх до пяти", "15:00", "17:00"), ("с 6 до 8 вечера", "18:00", "20:00"),
        ("в 2-3", "14:00", "15:00"),
        ("часиков на шесть-семь", "18:00", "19:00"), ("13-15", "13:00", "15:00"),
        ("с 9 до 12", "09:00", "12:00"),
        ("после 18", "18:00", None), ("после шести", "18:00", None), ("после 4", "16:00", None),
        ("не раньше 7 вечера", "19:00", None), ("с 6 вечера", "18:00", None), ("до 3", None, "15:00"),
        ("не позже 16:00", None, "16:00"), ("до 12", None, "12:00"), ("утром", None, "12:00"),
        ("с утра", None, "12:00"), ("до обеда", None, "13:00"), ("в обед", "12:00", "14:00"),
        ("днем", "12:00", "17:00"), ("после обеда", "13:00", "18:00"), ("вечером", "17:00", None),
        ("вечерком", "17:00", None), ("ближе к вечеру", "16:00", None), ("после работы", "18:00", None),
        ("в первой половине дня", None, "13:00"), ("во второй половине дня", "13:00", None),
        ("вечером после 7", "19:00", None), ("с 10 до обеда", "10:00", "13:00"),
    ],
)  # fmt: skip
def test_windows(text: str, start: str | None, end: str | None) -> None:
    found = when(text).time

    assert (found.start, found.end) == (
        time.fromisoformat(start) if start else None,
        time.fromisoformat(end) if end else None,
    )
    assert found.at is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("сегодня", "2026-03-11"), ("седня", "2026-03-11"), ("завтра", "2026-03-12"),
        ("завтро", "2026-03-12"),
        ("послезавтра", "2026-03-13"), ("в субботу", "2026-03-14"), ("сб", "2026-03-14"),
        ("в чт", "2026-03-12"),
        ("на понедельник", "2026-03-16"), ("понидельник", "2026-03-16"), ("в среду", "2026-03-11"),
        ("в след пятницу", "2026-03-20"), ("в следующую пятницу", "2026-03-20"),
        ("в эту пятницу", "2026-03-13"),
        ("14 марта", "2026-03-14"), ("14-го", "2026-03-14"), ("на 14 число", "2026-03-14"),
        ("25го", "2026-03-25"),
        ("двадцать пятого марта", "2026-03-25"), ("первого апреля", "2026-04-01"),
        ("31 декабря", "2026-12-31"),
        ("3 января", "2027-01-03"), ("10 числа", "2026-04-10"), ("14.03", "2026-03-14"),
        ("14/03", "2026-03-14"),
        ("14.03.2026", "2026-03-14"), ("2026-03-14", "2026-03-14"), ("в субботу 14", "2026-03-14"),
        ("пятница, 13-е", "2026-03-13"), ("в пятницу 10", "2026-03-13"), ("через неделю", "2026-03-18"),
        ("через 2 недели", "2026-03-25"), ("через две недели, 25го", "2026-03-25"),
        ("через 3 дня", "2026-03-14"),
        ("через пару дней", "2026-03-13"), ("через месяц", "2026-04-11"),
        ("через неделю в пятницу", "2026-03-20"),
        ("в пятницу на следующей неделе", "2026-03-20"),
        ("на следующей неделе в четверг", "2026-03-19"),
        ("в выходные, лучше воскресенье", "2026-03-15"),
        ("не в субботу, а в воскресенье", "2026-03-15"),
        ("на субботу ой на воскресенье", "2026-03-15"),
        ("в субботу не могу, давайте в воскресенье", "2026-03-15"),
        ("завтра, в четверг 12 марта", "2026-03-12"), ("8 апреля", "2026-04-08"),
        ("на 14 в 15:00", "2026-03-14"),
        ("на выходных, только не в воскресенье", "2026-03-14"), ("в среду в 11", "2026-03-18"),
    ],
)  # fmt: skip
def test_days(text: str, expected: str) -> None:
    assert when(text).day.on == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("на выходных", "2026-03-14", "2026-03-15"),
        ("на следующей неделе", "2026-03-16", "2026-03-22"),
        ("на этой неделе", "2026-03-11", "2026-03-15"), ("в конце месяца", "2026-03-21", "2026-03-31"),
        ("в апреле", "2026-04-01", "2026-04-30"), ("пн-ср", "2026-03-16", "2026-03-18"),
        ("с 14 по 20 марта", "2026-03-14", "2026-03-20"), ("до пятницы", "2026-03-11", "2026-03-13"),
        ("после 15-го", "2026-03-16", None), ("с понедельника", "2026-03-16", None),
        ("в будни", "2026-03-11", "2026-03-13"), ("на днях", "2026-03-11", "2026-03-14"),
    ],
)  # fmt: skip
def test_ranges_of_days(text: str, start: str, end: str | None) -> None:
    found = when(text).day

    assert found.start == date.fromisoformat(start)
    assert found.end == (date.fromisoformat(end) if end else None)


def test_disagreement_is_kept_as_a_question() -> None:
    found = when("в пятницу 14 марта в 5")

    assert found.day.any_of == (date(2026, 3, 13), date(2026, 3, 14))
    assert found.time.at == time(17)


@pytest.mark.parametrize("text", ["31 февраля", "30 февраля", "31 апреля", "29 февраля"])
def test_days_that_do_not_exist(text: str) -> None:
    assert when(text).day.invalid


@pytest.mark.parametrize("text", ["вчера", "5 марта", "сегодня в 11", "сегодня на 10 утра"])
def test_what_has_gone_by_is_marked(text: str) -> None:
    assert when(text).day.past


def test_a_leap_day() -> None:
    now = datetime(2028, 2, 28, 12, 0, tzinfo=NOW.tzinfo)

    assert when("завтра", now).day.on == date(2028, 2, 29)
    assert when("29 февраля", now).day.on == date(2028, 2, 29)


def test_several_days() -> None:
    both = when("В субботу 14 и в субботу 28 марта, оба раза на 12")
    either = when("в четверг или в пятницу")

    assert both.day.dates == (date(2026, 3, 14), date(2026, 3, 28))
    assert both.day.each
    assert either.day.dates == (date(2026, 3, 12), date(2026, 3, 13))
    assert not either.day.each


def test_a_bare_number_is_read_by_the_question() -> None:
    asked_time = when("5", known=Known(asked="time", day_known=True))
    asked_day = when("14", known=Known(asked="day"))

    assert asked_time.time.at == time(17)
    assert asked_day.day.on == date(2026, 3, 14)


def test_measures_are_not_times() -> None:
    found = when("дочке 6 лет, нас 2 человека, 1500 рублей, 3 этаж")

    assert not found.time.given
    assert not found.day.given


def test_shifts_and_sources() -> None:
    assert when("на 2 часа раньше").shift == -120
    assert when("на полчаса позже").shift == 30
    assert when("часом позже").shift == 60
    assert when("с пятницы на субботу").source_day == date(2026, 3, 13)
    assert when("с 15:00 на 18:00").source_minute == 15 * 60
    assert when("в то же время").same_time
    assert when("в тот же день").same_day


def test_hours_follow_the_salon() -> None:
    salon = salons.barber()
    line = Line(tokenise("завтра в 9"))

    found = read(line, NOW.astimezone(salon.zone), salon, Known())

    assert found.time.at == time(9)


def test_numerals() -> None:
    assert [cardinal(word) for word in ("пять", "пяти", "двумя", "девятью", "стол")] == [
        5,
        5,
        2,
        9,
        None,
    ]
    assert [ordinal(word) for word in ("пятый", "третьего", "двадцатое", "первую")] == [5, 3, 20, 1]
    assert half_of("полвторого") == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25 го", "2026-03-25"),
        ("в сл субботу", "2026-03-21"),
        ("впятницу", "2026-03-13"),
        ("в пятницу не этой недели, а следующей", "2026-03-20"),
        ("не в эту пятницу, а в следующую", "2026-03-20"),
        ("суббота 21", "2026-03-21"),
        ("3 июн", "2026-06-03"),
        ("дня через три", "2026-03-14"),
        ("недели через две", "2026-03-25"),
    ],
)
def test_more_ways_to_name_a_day(text: str, expected: str) -> None:
    assert when(text).day.on == date.fromisoformat(expected)


def test_a_range_of_days_is_no_hour_and_a_weekday_of_another_number_is_asked_about() -> None:
    span = when("20-25 марта").day

    assert (span.start, span.end) == (date(2026, 3, 20), date(2026, 3, 25))
    assert when("в субботу 13-го").day.any_of == (date(2026, 3, 13), date(2026, 3, 14))


def test_the_hour_of_an_event_is_not_the_visits() -> None:
    assert when("загс в 13, так что мне к 10 утра").time.at == time(10, 0)
