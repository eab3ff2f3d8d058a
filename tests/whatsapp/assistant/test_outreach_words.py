"""Reminders in words: days, numbers, plurals, the question."""

from datetime import UTC, datetime

import pytest

from whatsapp.assistant.replies.counted import counted
from whatsapp.assistant.replies.outreach import Told, again, reminder
from whatsapp.assistant.replies.outreach_salon import Line, unconfirmed
from whatsapp.assistant.understand.yesno import is_coming, is_yes_or_no

EVENING = datetime(2026, 3, 11, 19, tzinfo=UTC)
CUT = Told(datetime(2026, 3, 12, 15, tzinfo=UTC), (("Мужская стрижка", 1),), "Сергей")


@pytest.mark.parametrize(
    ("title", "count", "words"),
    [
        ("Мужская стрижка", 1, "мужская стрижка"),
        ("Мужская стрижка", 2, "2 мужские стрижки"),
        ("Мужская стрижка", 5, "5 мужских стрижек"),
        ("Мужская стрижка", 11, "11 мужских стрижек"),
        ("Мужская стрижка", 21, "21 мужская стрижка"),
        ("Мужской маникюр", 2, "2 мужских маникюра"),
        ("Маникюр с покрытием", 3, "3 маникюра с покрытием"),
        ("Женская модельная стрижка", 4, "4 женские модельные стрижки"),
        ("Стрижка бороды", 2, "2 стрижки бороды"),
        ("Окрашивание в один тон", 5, "5 окрашиваний в один тон"),
        ("Горячее бритьё", 2, "2 горячих бритья"),
        ("Комплекс «Отец и сын»", 2, "2 комплекса «Отец и сын»"),
        # What the dictionary cannot decline keeps its form.
        ("Стрижка + борода", 2, "стрижка + борода ×2"),
        ("Шугаринг бикини", 2, "шугаринг бикини ×2"),
        ("SPA-уход", 3, "SPA-уход ×3"),
        ("💇 Укладка", 2, "2 укладки"),
    ],
)
def test_services_are_counted_in_russian(title: str, count: int, words: str) -> None:
    assert counted(title, count) == words


@pytest.mark.parametrize(
    ("_case", "now", "options", "text"),
    [
        (
            "evening",
            EVENING,
            {"asks": True},
            "Напоминаем: завтра, 12 марта, в 15:00 — мужская стрижка, Сергей. "
            "Придёте? Ответьте «да» или «нет».",
        ),
        (
            "on «ты»",
            EVENING,
            {"asks": True, "formal": False},
            "Напоминаем: завтра, 12 марта, в 15:00 — мужская стрижка, Сергей. "
            "Придёшь? Ответь «да» или «нет».",
        ),
        (
            "confirmed already",
            datetime(2026, 3, 12, 13, tzinfo=UTC),
            {"asks": False},
            "Напоминаем: сегодня, 12 марта, в 15:00 — мужская стрижка, Сергей. Ждём вас.",
        ),
        (
            "first-timer",
            EVENING,
            {"asks": False, "address": "Тверская, 5"},
            "Напоминаем: завтра, 12 марта, в 15:00 — мужская стрижка, Сергей. "
            "Ждём вас по адресу: Тверская, 5.",
        ),
    ],
)
def test_reminder_of_one_visit(
    _case: str, now: datetime, options: dict[str, object], text: str
) -> None:
    assert reminder([CUT], now, **options) == text  # type: ignore[arg-type]


def test_visits_of_one_day_are_listed_in_four_lines_at_most() -> None:
    later = Told(datetime(2026, 3, 12, 17, 30, tzinfo=UTC), (("Детская стрижка", 2),), "Анна")
    unnamed = Told(datetime(2026, 3, 12, 19, tzinfo=UTC), ())

    two = reminder([CUT, later], EVENING, asks=True)
    three = reminder([CUT, later, unnamed], EVENING, asks=True)

    assert two.splitlines() == [
        "Напоминаем: завтра, 12 марта",
        "15:00 — мужская стрижка, Сергей",
        "17:30 — 2 детские стрижки, Анна",
        "Придёте? Ответьте «да» или «нет».",
    ]
    assert len(three.splitlines()) == 3
    assert three.splitlines()[1].endswith("; 19:00")


def test_question_once_more_and_the_salons_list() -> None:
    assert again(CUT, EVENING) == "И ещё вопрос: придёте завтра, 12 марта, в 15:00?"
    text = unconfirmed([Line(CUT, "Ольга", "+7 900 123-45-67")] * 22)
    assert text.startswith("Не подтвердили сегодня 22 визита.")
    assert text.endswith("…и ещё 7")


@pytest.mark.parametrize(
    ("text", "plain", "coming"),
    [
        ("да", True, False),
        ("+", True, False),
        ("👍", True, False),
        ("нет", True, False),
        ("не смогу", True, False),
        ("приду", True, True),
        ("да, буду", True, True),
        ("в 15", False, False),
        ("да, в 15", False, False),
        ("сколько стоит?", False, False),
        ("давайте лучше запишите меня на маникюр на субботу", False, False),
    ],
)
def test_what_is_a_bare_answer(text: str, plain: bool, coming: bool) -> None:
    assert is_yes_or_no([text]) is plain
    assert is_coming([text]) is coming
