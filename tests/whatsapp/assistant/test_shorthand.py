"""Price lists in shorthand: what a shortened title is read as, and which titles are left alone."""

from __future__ import annotations

import re

import pytest

from tests.whatsapp.assistant.test_titles import CATALOGUES
from whatsapp.assistant.understand.shorthand import spelled


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Ж. стр. кор.", "женская стрижка короткие"),
        ("Ж. стр. ср. дл.", "женская стрижка средние длина"),
        ("М. стр. маш. 1 нас.", "мужская стрижка машинкой 1 насадка"),
        ("Дет. стр. до 10 л.", "детская стрижка до 10 лет"),
        ("Окр. 1 тон кор./ср.", "окрашивание 1 тон короткие средние"),
        ("Кор. бр. + окр.", "коррекция бровей + окрашивание"),
        ("Кор. нар. ногт.", "коррекция наращенных ногтей"),
        ("Шугар. гл. бик.", "шугаринг глубокое бикини"),
        ("Ман.+покр.+снят.", "маникюр +покрытие +снятие"),
        ("Масс. а/ц 45 мин", "массаж антицеллюлитный 45 мин"),
        ("Прессотер. 30 мин", "прессотерапия 30 мин"),
        ("Ж. Стрижка кор.", "женская Стрижка короткие"),
        ("СТР МУЖ", "стрижка МУЖ"),
        ("Man+покр.", "маникюр+покрытие"),
        ("Брови: кор.+окр.", "Брови: коррекция +окрашивание"),
        ("Прессотер 30 мин", "прессотерапия 30 мин"),
    ],
)
def test_shortened_words_are_written_out(title: str, written: str) -> None:
    assert spelled(title) == written


@pytest.mark.parametrize(
    "title",
    [
        "Удаление мозоли (1 шт.)",
        "Маникюр с покрытием (2 кат.)",
        "Стрижка каре",
        "LPG 40 мин",
        "СВЧ-терапия 1 зона",
        "PRX-T33 пилинг",
        "Укладка от 800 руб.",
        "Массаж 60 мин. и 90 мин.",
        "Тайский массаж Нуад",
        "Man Haircut",
        "Стрижка у В. Петровой",
        "Массаж от А. Иванова, ул. Мира",
        "Окрашивание ст. мастером",
        "Women & Men's Manicure",
    ],
)
def test_what_shortens_no_word_of_the_trade_stays(title: str) -> None:
    assert spelled(title) == title


def test_a_title_without_shortened_words_is_read_as_it_stands() -> None:
    """Of all the catalogues: no word that is whole or foreign is taken for the beginning of another."""
    whole = {
        service.title
        for name, salon in CATALOGUES.items()
        for service in salon.services
        if name != "vera"  # «СТР МУЖ»: shortened where no dot says so
        if not re.search(r"[а-яё]\.|/", service.title, re.IGNORECASE)
    }

    changed = {title for title in whole if spelled(title) != " ".join(title.split())}

    assert changed == set()
