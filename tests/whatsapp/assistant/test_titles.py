"""Catalogues of every kind: a title read back never means another service, however it is typed."""

from __future__ import annotations

import json
import re

import pytest

from tests.whatsapp.assistant import scoring
from whatsapp.assistant.rows import default_salon, salon_of
from whatsapp.assistant.types import SalonView, ServiceView
from whatsapp.assistant.understand import services, shorthand, title_numbers
from whatsapp.assistant.understand.catalogue import catalogue
from whatsapp.assistant.understand.normalise import by_ear, clean, repair
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.services import ServiceReading
from whatsapp.assistant.understand.tokens import tokenise

CATALOGUES = {
    name: salon_of(json.loads(scoring.salon_json(name) or default_salon()))
    for name in scoring.NAMES
}
TITLES = {
    "cosmetology": (
        "Чистка лица ультразвуковая", "Чистка лица механическая", "Карбокситерапия", "Микротоки",
        "Биоревитализация Meso-Wharton", "Ботулинотерапия лоб", "Увеличение губ", "Плазмолифтинг",
        "Дермапен", "Пилинг Джесснера", "Альгинатная маска", "Консультация косметолога", "Прокол ушей",
    ),
    "epilation": (
        "Лазерная эпиляция подмышки", "Лазерная эпиляция бикини глубокое", "Лазерная эпиляция голени",
        "Шугаринг бикини классика", "Шугаринг руки полностью", "Воск верхняя губа", "Ваксинг ноги полностью",
    ),
    "english": (
        "Swedish massage 60 min", "Deep tissue massage", "Manicure classic", "Manicure gel polish",
        "Pedicure SPA", "Eyelash extensions classic", "Brow lamination", "Body scrub coffee", "Kids haircut",
    ),
    "brows": (
        "Перманент бровей", "Перманент губ", "Коррекция перманента", "Ламинирование бровей",
        "Долговременная укладка бровей", "Окрашивание бровей хной", "Окрашивание бровей краской",
        "Коррекция бровей воском", "Коррекция бровей нитью", "Ламинирование ресниц", "Ботокс ресниц",
    ),
}  # fmt: skip


def salon(titles: tuple[str, ...]) -> SalonView:
    return SalonView(
        title="Салон",
        timezone="Europe/Moscow",
        services=tuple(ServiceView(str(i), title) for i, title in enumerate(titles)),
    )


def found(text: str, view: SalonView) -> ServiceReading:
    index = catalogue(view)
    written = repair(shorthand.heard(clean(text), index.shorts), index.vocabulary)
    return services.read(Line(tokenise(written)), index, frozenset())


def forms(title: str) -> tuple[str, ...]:
    bare = re.sub(r"\([^)]*\)", "", title).strip().lower()
    return title, title.lower(), bare, f"на {bare.replace(':', '').replace('+', ' и ')} завтра"


def reads_back(view: SalonView) -> None:
    for service in view.services:
        for text in forms(service.title):
            reading = found(text, view)
            meant = {m.chosen for m in reading.wanted if m.chosen}
            offered = {item for m in reading.wanted for item in m.options}

            parts = set(service.composite_of)
            assert service.id in offered or (parts and meant <= parts | {service.id}), text
            assert not meant or service.id in meant | offered or meant <= parts, text


@pytest.mark.parametrize("name", [n for n in CATALOGUES if n not in ("lily", "lily2", "lily3")])
def test_titles_of_the_corpora_read_back(name: str) -> None:
    reads_back(CATALOGUES[name])


@pytest.mark.parametrize("name", TITLES)
def test_titles_of_other_trades_read_back(name: str) -> None:
    reads_back(salon(TITLES[name]))


@pytest.mark.parametrize(
    ("heard", "english"),
    [("фейд", "fade"), ("шейв", "shave"), ("блейд", "blade"), ("скин", "skin")],
)
def test_english_words_are_known_as_they_are_heard(heard: str, english: str) -> None:
    assert heard in by_ear(english)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("fade", "скин фейд", ["sf"]), ("fade", "стрижка без бороды", ["hc"]),
        ("fade", "мне стрижку и ему детскую", ["hc", "kid"]), ("fade", "отец и сын", ["fs"]),
        ("kudri", "маме и дочке стрижку", ["mom", "girl"]), ("kudri", "внука подстричь", ["boy"]),
        ("pilka", "маник мужу", ["mm"]), ("estet", "обёртывание и лимфодренаж", ["wrap", "mlymph"]),
        ("estet", "усики лазером", ["lus"]), ("estet", "лпг", ["lpg"]), ("thai", "стоунтерапия", ["stone"]),
        ("lash", "брови пинцетом и краской", ["bform", "bcol"]), ("lash", "голени", ["shin"]),
        ("garmonia", "маникюр и педикюр с гель-лаком", ["man_gel", "ped_gel"]),
        ("usy", "тонировать бороду и подровнять её", ["ton", "brd"]),
    ],
)  # fmt: skip
def test_wishes_of_several_words(name: str, text: str, expected: list[str]) -> None:
    reading = found(text, CATALOGUES[name])

    assert [m.chosen for m in reading.wanted] == expected


@pytest.mark.parametrize("name", ["pilka", "estet", "thai", "lash"])
def test_what_the_salon_does_not_do_is_never_something_else(name: str) -> None:
    reading = found("стрижка", CATALOGUES[name])

    assert not reading.wanted
    assert reading.unknown == "стрижка"


@pytest.mark.parametrize(
    ("title", "ages"),
    [
        ("Подростковая стрижка (11–15 лет)", (11, 15)),
        ("Стрижка для пенсионеров (60+)", (60, 120)),
        ("Детский педикюр (до 14 лет)", (0, 14)),
        ("Стрижка от 5 до 10 лет", (5, 10)),
        ("Массаж, 60 мин", None),
    ],
)
def test_for_what_age_a_title_is(title: str, ages: tuple[int, int] | None) -> None:
    assert title_numbers.ages(title) == ages


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Комплекс M: бикини + подмышки", "m"),
        ("Комплекс «М»: бикини + подмышки", "m"),
        ("Комплекс №2", "2"),
        ("Комплекс «Перезагрузка»: общий массаж", ""),
    ],
)
def test_by_what_letter_a_set_is_called(title: str, label: str) -> None:
    assert title_numbers.label(title) == label
