"""Properties of the time grammar: never the past, and it reads back whatever the replies say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whatsapp.assistant import salons
from whatsapp.assistant.replies import words
from whatsapp.assistant.understand.numbers import Known
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.tokens import tokenise
from whatsapp.assistant.understand.when import When, read

SALONS = (salons.lily(), salons.barber(), salons.beauty())

moments = st.builds(
    lambda day, minute: datetime.combine(day, time(minute // 60, minute % 60)),
    st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    st.integers(4 * 60, 24 * 60 - 1),
)
DAYS = (
    "сегодня завтра послезавтра понедельник вторник среду четверг пятницу субботу воскресенье пн сб "
    "выходные 14-го 31-го 5 25"
).split()
TIMES = (
    "в 3", "на 12", "полтретьего", "утром", "вечером", "после 18", "с 3 до 5", "к шести", "в 9", "через час",
    "без четверти пять", "в обед", "до обеда", "20:30", "в 10 утра", "не раньше 7",
)  # fmt: skip
FILLER = (
    "запишите",
    "на маникюр",
    "к Анне",
    "пожалуйста",
    "или нет",
    "ой",
    "лучше",
    "а",
    "не",
    "марта",
    "апреля",
)


def understood(text: str, naive: datetime, salon: int = 0) -> tuple[When, datetime]:
    view = SALONS[salon]
    now = naive.replace(tzinfo=ZoneInfo(view.timezone))
    return read(Line(tokenise(text)), now, view, Known()), now


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from([*DAYS, *TIMES, *FILLER]), min_size=1, max_size=7),
    moments,
    st.integers(0, 2),
)
def test_a_wish_is_never_in_the_past_unless_marked(
    parts: list[str], naive: datetime, salon: int
) -> None:
    found, now = understood(" ".join(parts), naive, salon)
    day = found.day

    if not day.past:
        for known in (day.on, day.end, *day.dates, *day.any_of):
            assert known is None or known >= now.date()
        if day.on == now.date() and found.time.at is not None and not found.time.approx:
            assert found.time.at > now.time() or now.time() >= time(23)
    if day.start and day.end:
        assert day.start <= day.end


@settings(max_examples=300, deadline=None, derandomize=True)
@given(moments, st.integers(0, 300), st.integers(10 * 4, 20 * 4 + 3))
def test_what_replies_say_is_read_back(naive: datetime, ahead: int, quarter: int) -> None:
    day = naive.date() + timedelta(days=ahead)
    start = datetime.combine(day, time(quarter // 4, quarter % 4 * 15))
    if start <= naive:
        start, day = start + timedelta(days=1), day + timedelta(days=1)
    full = f"{words.day_full(day, naive.date())}, {words.clock(start)}"

    for text in (full, f"{words.day_short(day, naive.date())} в {words.clock(start)}"):
        found, _ = understood(text, naive)

        assert found.day.on == day, text
        assert found.time.at == start.time(), text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 10_000_000))
def test_money_is_written_in_thousands(amount: int) -> None:
    text = words.money(amount)

    assert text.endswith("\u00a0₽")
    assert int(text.removesuffix("\u00a0₽").replace("\u00a0", "")) == amount


def test_plurals() -> None:
    forms = [
        words.plural(n, "запись", "записи", "записей") for n in (1, 2, 5, 11, 12, 21, 104, 111)
    ]

    assert forms == [
        "запись", "записи", "записей", "записей", "записей", "запись", "записи", "записей",
    ]  # fmt: skip
