"""A visit of the kind stands a few days away: whether it moves or is one more is asked, never guessed."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

FRIDAY = ("13.03 12:00", "4", ("17",))
SATURDAY = ("14.03 12:00", "4", ("17",))
ASKED = (
    "У вас уже есть запись: послезавтра, 12:00 — педикюр, Анна. Перенести её или записать ещё раз?"
)


def chat() -> Chat:
    made = Chat.at(salons.lily())
    made.say("Здравствуйте")
    made.booked(13, 12, "4", "17")
    return made


@pytest.mark.parametrize(
    "talk",
    [
        ["педикюр можно на субботу?"],
        ["запишите на педикюр в субботу в 12"],
        ["хочу на педикюр", "в субботу"],
        ["есть ли на субботу педикюр?"],
        ["педикюр в пятницу в 15 к Анне"],
    ],
)
def test_it_is_asked_before_any_time_is(talk: list[str]) -> None:
    dialogue = chat()

    replies = [dialogue.say(text) for text in talk]

    assert replies[-1] == ASKED
    assert dialogue.visits == [FRIDAY]


@pytest.mark.parametrize(
    ("answers", "visits"),
    [
        (["перенесите"], [SATURDAY]),
        (["перенести"], [SATURDAY]),
        (["давайте перенесём её"], [SATURDAY]),
        (["да", "перенести"], [SATURDAY]),
        (["ещё раз"], [FRIDAY, SATURDAY]),
        (["запишите"], [FRIDAY, SATURDAY]),
        (["это отдельно"], [FRIDAY, SATURDAY]),
        (["да"], [FRIDAY]),
        (["нет, не надо"], [FRIDAY]),
        (["а сколько стоит?"], [FRIDAY]),
        (["я подумаю"], [FRIDAY]),
    ],
)
def test_the_answer_moves_or_books(
    answers: list[str], visits: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    dialogue = chat()
    dialogue.say("запишите на педикюр в субботу в 12")

    for text in answers:
        dialogue.say(text)

    assert dialogue.visits == visits


def test_the_visit_s_own_hour_is_proposed_where_none_was_named() -> None:
    dialogue = chat()
    dialogue.say("педикюр можно на субботу?")

    assert dialogue.say("перенести").startswith("Перенести: вместо пятницы 13 марта, 12:00")
    assert dialogue.visits == [FRIDAY]


@pytest.mark.parametrize(
    "words",
    [
        "запишите ещё на педикюр в субботу в 12 к Анне",
        "педикюр для мамы в субботу в 12 к Анне",
        "маникюр без покрытия в субботу в 12 к Анне",
        "запишите на педикюр 28 марта в 12 к Анне",
    ],
)
def test_one_more_for_another_or_weeks_later_is_booked(words: str) -> None:
    dialogue = chat()

    dialogue.say(words)

    assert len(dialogue.visits) == 2


def test_what_was_said_to_be_one_more_is_not_asked_again() -> None:
    dialogue = chat()
    for text in ("хочу ещё на педикюр", "в субботу", "в 12"):
        dialogue.say(text)

    assert dialogue.visits == [FRIDAY, SATURDAY]


def test_the_very_visit_is_only_told() -> None:
    dialogue = chat()

    assert dialogue.say("педикюр в пятницу в 12 к Анне").startswith("Вы уже записаны")
    assert dialogue.visits == [FRIDAY]
