"""Words that mean the same wherever they stand: what is left as it is, taken back, or asked."""

from __future__ import annotations

import pytest

from whatsapp.assistant.policy import said


@pytest.mark.parametrize(
    ("text", "keeps", "undoes"),
    [
        ("стрижку оставьте", True, True),
        ("оставь", True, True),
        ("давайте оставим", True, True),
        ("маникюр лучше оставить", True, True),
        ("не отменяйте", True, True),
        ("не надо отменять", True, True),
        ("стрижку отменять не нужно", True, True),
        ("не трогайте стрижку", True, True),
        ("не переносите", True, True),
        # of what was done already
        ("верните как было", False, True),
        ("верни", False, True),
        ("восстановите запись", False, True),
        # the others are given up, or it is about something else
        ("оставьте только маникюр", False, False),
        ("хочу оставить отзыв", False, False),
        ("оставил заявку на сайте", False, False),
        ("осталось ли время?", False, False),
        ("не отмечайте", False, False),
        ("отмените маникюр", False, False),
        ("стрижку не надо", False, False),
        ("вернусь позже", False, False),
    ],
)
def test_what_stays_as_it_is(text: str, keeps: bool, undoes: bool) -> None:
    assert bool(said.KEEPS.search(text)) is keeps
    assert bool(said.UNDOES.search(text)) is undoes


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("да, больше ничего не надо", True),
        ("остальное не нужно", True),
        ("ничего не надо", True),
        ("стрижку оставьте", True),
        ("да", False),
        ("в 15, и побольше цвета", False),
        ("больше не опоздаю", False),
    ],
)
def test_what_was_ordered_before_is_not_wanted_any_more(text: str, over: bool) -> None:
    assert said.gives_up(text) is over


@pytest.mark.parametrize(
    ("text", "asks"), [("отмените?", True), ("можно? )", True), ("можно? отмените", False)]
)
def test_a_question_ends_in_its_mark(text: str, asks: bool) -> None:
    assert bool(said.ASKS.search(text)) is asks
