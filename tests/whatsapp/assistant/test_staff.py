"""Which master is meant: cases, diminutives, namesakes, strangers, anyone."""

from __future__ import annotations

import json

import pytest

from whatsapp.assistant.replies import naming
from whatsapp.assistant.rows import default_salon, salon_of
from whatsapp.assistant.types import SalonView, StaffView
from whatsapp.assistant.understand import staff
from whatsapp.assistant.understand.normalise import clean, repair
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.staff import StaffReading
from whatsapp.assistant.understand.tokens import tokenise

LILY = salon_of(json.loads(default_salon()))
OTHERS = SalonView(
    title="x",
    timezone="Europe/Moscow",
    staff=tuple(
        StaffView(name, name)
        for name in (
            "Анна Петрова", "Анна Сидорова", "Мастер Катя", "Семён", "Павел Львов", "Гузель",
            "Топ-мастер Юлия", "Тигран", "Нелли",
        )
    ),
)  # fmt: skip


def found(text: str, salon: SalonView = LILY, *, name_expected: bool = False) -> StaffReading:
    return staff.read(Line(tokenise(repair(clean(text)))), salon, name_expected=name_expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("к Сергею", "Сергей"), ("к сергею", "Сергей"), ("к Серёге", "Сергей"), ("у Серёжи", "Сергей"),
        ("к Сиргею", "Сергей"), ("к Марии", "Мария"), ("у Маши", "Мария"), ("к Машеньке", "Мария"),
        ("к кате", "Екатерина"), ("на Катюшу", "Екатерина"), ("к Александру", "Александр"),
        ("к Александре", "Александра"), ("у Александра", "Александр"), ("у Александры", "Александра"),
        ("на Александру", "Александра"), ("к Олечке", "Ольга"), ("Наташа", "Наталья"), ("к Ане", "Анна"),
    ],
)  # fmt: skip
def test_one_master(text: str, expected: str) -> None:
    assert [m.options for m in found(text).mentions] == [(expected,)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("к Анне Петровой", "Анна Петрова"), ("к Сидоровой", "Анна Сидорова"), ("к Екатерине", "Мастер Катя"),
        ("к Сёме", "Семён"), ("к Павлу", "Павел Львов"), ("к Паше", "Павел Львов"), ("к Гузель", "Гузель"),
        ("у Гузели", "Гузель"), ("к Юле", "Топ-мастер Юлия"), ("к Тиграну", "Тигран"), ("к Нелли", "Нелли"),
    ],
)  # fmt: skip
def test_one_master_of_another_salon(text: str, expected: str) -> None:
    assert [m.options for m in found(text, OTHERS).mentions] == [(expected,)]


def test_namesakes_stay_ambiguous() -> None:
    assert set(found("к Саше").mentions[0].options) == {"Александр", "Александра"}
    assert set(found("к Анне", OTHERS).mentions[0].options) == {"Анна Петрова", "Анна Сидорова"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("к Жанне", "Жанна"),
        ("у Светы", "Света"),
        ("мастер Кирилл", "Кирилл"),
        ("к Виолетте", "Виолетта"),
    ],
)
def test_strangers_are_named(text: str, expected: str) -> None:
    reading = found(text)

    assert reading.mentions == ()
    assert reading.unknown == expected


@pytest.mark.parametrize("text", ["не к Тимуру", "кроме Тимура", "только не Тимур", "без Тимура"])
def test_an_excluded_master(text: str) -> None:
    (mention,) = found(text).mentions

    assert mention.rejected
    assert mention.options == ("Тимур",)


@pytest.mark.parametrize(
    "text", ["всё равно к кому", "без разницы", "к любому мастеру", "кто свободен", "неважно"]
)
def test_anyone_will_do(text: str) -> None:
    assert found(text).any


@pytest.mark.parametrize("text", ["я Ольга", "меня зовут Анна", "это Мария."])
def test_the_clients_own_name_is_not_a_master(text: str) -> None:
    assert found(text).mentions == ()


def test_an_answer_to_the_name_question_is_a_name() -> None:
    assert found("Наталия", name_expected=True).mentions == ()


@pytest.mark.parametrize("text", ["у мужа спрошу", "к тому же мастеру", "включите свет", "не верю"])
def test_ordinary_words_are_not_names(text: str) -> None:
    reading = found(text)

    assert reading.mentions == ()
    assert reading.unknown is None


def test_the_master_that_is_left() -> None:
    left, wanted = found("с Анны на Катю").mentions

    assert left.left
    assert wanted.options == ("Екатерина",)


@pytest.mark.parametrize(
    ("name", "genitive", "dative"),
    [
        ("Сергей", "Сергея", "Сергею"), ("Мария", "Марии", "Марии"), ("Артём", "Артёма", "Артёму"),
        ("Пётр", "Петра", "Петру"), ("Павел", "Павла", "Павлу"), ("Илья", "Ильи", "Илье"),
        ("Гузель", "Гузели", "Гузели"), ("Юлия Смирнова", "Юлии Смирновой", "Юлии Смирновой"),
        ("Maria", "Maria", "Maria"), ("Анна-Мария", "Анна-Мария", "Анна-Мария"), ("Нелли", "Нелли", "Нелли"),
    ],
)  # fmt: skip
def test_names_in_sentences(name: str, genitive: str, dative: str) -> None:
    salon = SalonView(title="x", timezone="Europe/Moscow", staff=(StaffView("1", name),))

    assert naming.master_in(salon, "1", "gent") == genitive
    assert naming.master_in(salon, "1", "datv") == dative


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Студия «Лилия»", "студии «Лилия»"), ("Барбершоп «Бородач»", "барбершопа «Бородач»"),
        ("Центр красоты «Гармония»", "центра красоты «Гармония»"), ("Лилия", "салона «Лилия»"),
        ("Ногтевая студия «Лак»", "ногтевой студии «Лак»"), ("Beauty Room", "салона «Beauty Room»"),
    ],
)  # fmt: skip
def test_the_salon_in_a_sentence(title: str, expected: str) -> None:
    assert naming.salon_of(SalonView(title=title, timezone="Europe/Moscow")) == expected
