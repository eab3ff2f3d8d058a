"""«Отмените субботу, давайте в воскресенье»: one visit that moves, and no other thing that is wanted."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

CUT = ("13.03 12:00", "1", ("10",))
NAILS = ("14.03 15:00", "4", ("16",))
MOVED = ("15.03 15:00", "4", ("16",))


def two_visits() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(13, 12, "1", "10")
    chat.booked(14, 15, "4", "16")
    return chat


@pytest.mark.parametrize(
    "words",
    [
        "планы изменились, отмените субботу, давайте в воскресенье",
        "отмените субботу, лучше в воскресенье",
        "отмените маникюр. давайте в воскресенье",
        "субботу отменяйте, а приду в воскресенье",
        "поменялся график, субботу отменяем, можно в воскресенье?",
    ],
)
def test_the_visit_is_moved_once_agreed_to(words: str) -> None:
    chat = two_visits()

    assert "Перенести: вместо субботы 14 марта, 15:00 — в воскресенье" in chat.say(words)
    assert chat.visits == [CUT, NAILS]
    chat.say("да")

    assert chat.visits == [CUT, MOVED]


def test_the_only_visit_need_not_be_named() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(14, 15, "4", "16")

    assert "Перенести: вместо субботы" in chat.say("отмените запись, давайте в воскресенье")
    assert chat.visits == [NAILS]


def test_what_follows_waits_its_turn() -> None:
    chat = two_visits()
    chat.say("отмените субботу, давайте в воскресенье, а стрижку перенесите на завтра в 13")
    chat.say("да")

    assert chat.visits == [("12.03 13:00", "1", ("10",)), MOVED]


def test_something_else_is_booked_once_the_visit_is_off() -> None:
    chat = two_visits()

    chat.say("отмените субботу, хочу на педикюр к Анне в воскресенье в 12")

    assert chat.visits == [CUT, ("15.03 12:00", "4", ("17",))]


@pytest.mark.parametrize(
    "words",
    [
        "отмените субботу",
        "отмените субботу, давайте я сама напишу в воскресенье",
        "всё поменялось, отменяйте субботу",
    ],
)
def test_a_visit_that_is_only_taken_off_goes(words: str) -> None:
    chat = two_visits()

    chat.say(words)

    assert chat.visits == [CUT]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("планы изменились", "Не совсем поняла"),
        ("планы поменялись, хочу вместо маникюра педикюр", "Изменить запись: в субботу 14 марта"),
        ("график изменился, отмените обе записи", "Отменить эти записи?"),
    ],
)
def test_changed_plans_change_no_service(words: str, answer: str) -> None:
    chat = two_visits()

    assert answer in chat.say(words)
    assert chat.visits == [CUT, NAILS]
