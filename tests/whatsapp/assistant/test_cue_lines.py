"""The lines of phrases_*.py as a language of their own: what each can match is what it looks to say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.whatsapp.assistant import salons
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.place import Place
from whatsapp.assistant.understand.cues import CUES
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.normalise import clean, repair
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.tokens import tokenise

SMALL = frozenset(
    "в во на с со к ко у о об от до по под за из без для про через при над между не ни никто".split()
)
# Deny by themselves: «не помню|забыл» is no list of two ways to have forgotten.
DENYING = ("забы", "передума", "надоел", "отмен", "отказ", "нет", "никто", "опозд", "опазд")
SIGNS = frozenset(("", "?", ",", ".", "!", ")", "-", "|", "$", "^", "#"))
SALON = salons.lily()
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=SALON.zone)  # a Wednesday


def lines() -> Iterator[tuple[str, list[list[str]]]]:
    """(the line with its cue, its elements as alternatives, the mark of an optional one left out)."""
    for name, patterns in CUES.items():
        for pattern in patterns:
            elements = []
            for element in pattern.split():
                optional = element.endswith("?") and len(element) > 1 and element[-2] != "|"
                elements.append((element[:-1] if optional else element).split("|"))
            yield f"{name}: {pattern}", elements


def said(text: str) -> Frame:
    return understand([text], salon=SALON, now=NOW)


def has(text: str, pattern: str) -> bool:
    return Line(tokenise(text)).has(pattern)


def test_a_question_mark_among_the_alternatives_is_one_of_them() -> None:
    assert has("картой ?", "картой ..2 можно|?")
    assert has("картой можно", "картой ..2 можно|?")
    assert not has("оплачу картой завтра", "картой ..2 можно|?")


def test_each_word_of_a_line_is_one_that_messages_are_read_into() -> None:
    """Slips are mended before cues are looked for, so «можна» or «чуть-чуть» would wait in vain."""
    literal = {
        (line, item)
        for line, elements in lines()
        for element in elements
        for item in element
        if item not in SIGNS and item[0] not in "#." and item[1:2] != ":" and item[-1] != "~"
    }

    dead = {pair for pair in literal if [t.word for t in tokenise(pair[1])] != [pair[1]]}

    assert dead == set()


def test_only_a_whole_element_is_optional_or_a_prefix() -> None:
    odd = [
        line
        for line, elements in lines()
        for element in elements
        for item in element
        if len(item) > 1 and ("?" in item or "~" in item[:-1])
    ]

    assert odd == []


def test_no_preposition_stands_among_words_that_the_next_one_does_not_belong_to() -> None:
    """«график|на месте» is «график месте» or «на месте»: a space joins with every alternative."""
    odd = []
    for line, elements in lines():
        for element, follow in itertools.pairwise(elements):
            literal = not set(follow) <= SIGNS | {"."} and not follow[0].startswith("..")
            small = set(element) & SMALL
            others = {item for item in element if len(item) > 3} - SMALL
            if literal and small and others:
                odd.append(line)

    assert odd == []


def test_nothing_that_denies_by_itself_is_denied() -> None:
    odd = [
        line
        for line, elements in lines()
        for element, follow in itertools.pairwise(elements)
        if element == ["не"] and any(item.startswith(DENYING) for item in follow if len(follow) > 1)
    ]

    assert odd == []


@pytest.mark.parametrize(
    "text",
    [
        "забыла, на какое число записана",
        "я забыл во сколько записан",
        "не помню когда записывалась",
        "забыла записана ли я на завтра",
    ],
)
def test_who_forgot_the_visit_asks_for_it(text: str) -> None:
    assert said(text).intent is Intent.LIST


@pytest.mark.parametrize(
    "text",
    [
        "забыла вас предупредить, я записана на завтра, отмените",
        "забыл отменить запись, отмените пожалуйста",
    ],
)
def test_who_forgot_to_say_something_does_not(text: str) -> None:
    assert said(text).intent is Intent.CANCEL


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("картой?", Place.PAYING),
        ("а наличными?", Place.PAYING),
        ("метро?", Place.WAY),
        ("сертификаты?", Place.VOUCHERS),
        ("скиньте instagram", Place.EXAMPLES),
        ("это вы на втором этаже где аптека?", Place.ENTRANCE),
        ("вход с торца?", Place.ENTRANCE),
    ],
)
def test_the_place_is_asked_of_in_a_word(text: str, asked: Place) -> None:
    assert asked in said(text).place


@pytest.mark.parametrize(
    "text",
    [
        "можно завтра в 12 на маникюр, буду с наличными",
        "есть окошко на завтра? я рядом, на остановке",
        "подскажите сколько стоит маникюр, интернет плохой, прайс не грузится",
        "можно на час позже, душ приму и приеду",
        "запишите если можно на маникюр завтра в 12, абонемент при мне",
        "можно записаться завтра на 12, код из смс не пришёл",
    ],
)
def test_a_word_of_the_place_in_passing_asks_nothing(text: str) -> None:
    assert said(text).place == ()


@pytest.mark.parametrize("text", ["есть instagram?", "можно manicure?", "а pedicure?"])
def test_a_foreign_word_keeps_the_sign_after_it(text: str) -> None:
    assert repair(clean(text)).endswith("?")
