"""A person was called amid a question of ours: what follows may be meant for them, so it is asked anew."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

NAILS = ("12.03 15:00", "4", ("16",))
CALLS = ["позовите администратора", "у меня аллергия, можно мне?"]
OPEN = [
    ("маникюр без покрытия завтра в 12 к Анне?", "Правильно поняла: завтра, в четверг 12 марта, 12:00"),
    ("перенесите маникюр на субботу", "Перенести: вместо четверга 12 марта, 15:00"),
    ("отмените запись на завтра?", "Отменить запись: завтра, 15:00"),
    ("завтра не смогу", "Уточню: отменить запись или перенести?"),
]  # fmt: skip


def with_visit() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    return chat


@pytest.mark.parametrize("called", CALLS)
@pytest.mark.parametrize(("opened", "asked"), OPEN)
def test_a_yes_after_a_person_was_called_is_asked_about_once_more(
    opened: str, asked: str, called: str
) -> None:
    chat = with_visit()
    chat.say(opened)
    chat.say(called)
    assert chat.last.handoff is not None

    again = chat.say("да")

    assert asked in again
    assert again.endswith("?")
    assert (chat.last.writes, chat.visits) == ((), [NAILS])
    chat.say("отменить" if "или" in asked else "да")
    assert chat.visits != [NAILS]


@pytest.mark.parametrize(("opened", "asked"), OPEN)
def test_a_question_that_is_passed_on_is_followed_by_ours(opened: str, asked: str) -> None:
    chat = with_visit()
    chat.say(opened)

    reply = chat.say("какими лаками работаете?")

    assert "Передала ваш вопрос администратору" in reply
    assert asked in reply or "Отменить запись на завтра, 15:00, или перенести" in reply
    assert reply.endswith("?")
    assert chat.visits == [NAILS]


def test_a_chosen_time_is_asked_about_once_more() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра после обеда")
    chat.say("позовите администратора")

    assert "15:30 — маникюр без покрытия, Анна" in chat.say("в 15:30")
    assert chat.visits == []


def test_words_between_do_not_bring_the_yes_back() -> None:
    chat = with_visit()
    for text in ("перенесите маникюр на субботу", "позовите человека", "спасибо"):
        chat.say(text)

    assert chat.say("да").startswith("Перенести: вместо четверга")
    assert chat.visits == [NAILS]


def test_a_no_ends_it() -> None:
    chat = with_visit()
    for text in ("маникюр без покрытия завтра в 12 к Анне?", "позовите администратора", "нет"):
        chat.say(text)

    chat.say("да")

    assert chat.visits == [NAILS]


@pytest.mark.parametrize(
    ("order", "after"),
    [
        ("запишите на педикюр в пятницу в 12 к Анне", [NAILS, ("13.03 12:00", "4", ("17",))]),
        ("отмените запись на завтра", []),
    ],
)
def test_an_order_of_its_own_needs_no_second_word(order: str, after: list[object]) -> None:
    chat = with_visit()
    chat.say("перенесите маникюр на субботу")
    chat.say("позовите администратора")

    chat.say(order)

    assert chat.visits == after


def test_an_answer_beside_which_we_ask_again_is_no_hand_over() -> None:
    chat = with_visit()
    chat.say("перенесите маникюр на субботу")
    chat.say("позовите администратора")
    assert chat.say("а какой у вас адрес?").endswith("?")

    chat.say("да")

    assert chat.visits == [("14.03 15:00", "4", ("16",))]
