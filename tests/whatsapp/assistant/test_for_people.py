"""What only a person answers: nothing is proposed on it, so that a later «да» books nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.types import SalonView


@pytest.mark.parametrize(
    "said",
    [
        "а какой гель-лак у вас, Luxio есть?",
        "на каких материалах работаете?",
        "на чём вы работаете?",
        "какой краской красите?",
        "Luxio есть?",
        "на Luxio работаете?",
        "гель-лак какой?",
    ],
)
def test_a_question_about_materials_books_nothing(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр завтра в 12")

    assert "Передала ваш вопрос администратору" in chat.say(said)
    assert chat.last.handoff is not None
    assert chat.say("да") == "👍"
    assert chat.visits == [("12.03 12:00", "4", ("17",))]


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("у меня после крема сыпь", Topic.COMPLAINT),
        ("после маски лицо горит", Topic.COMPLAINT),
        ("почему так дорого", Topic.MONEY),
        ("почему такие цены?", Topic.MONEY),
        ("что-то дорого у вас", Topic.MONEY),
    ],
)
def test_health_and_money_are_handed_over(said: str, topic: Topic) -> None:
    chat = Chat.at(salons.lily())
    chat.say(said)

    assert chat.last.handoff is not None
    assert chat.last.handoff.topic is topic


def test_too_dear_for_one_service_is_shown_a_cheaper_one() -> None:
    chat = Chat.at(salons.lily())
    chat.say("маникюр с покрытием сколько?")

    assert "Маникюр без покрытия" in chat.say("дорого")


@pytest.mark.parametrize(
    ("talk", "comment"),
    [
        (["запишите маму на педикюр в субботу в 13", "её зовут Галина"], "Галина"),
        (["запишите маму на педикюр в субботу в 13", "маму зовут Галина"], "Галина"),
        (["хочу подарить жене педикюр", "запишите её на субботу в 13"], "жена"),
    ],
)
def test_the_guest_stands_in_the_comment(talk: list[str], comment: str) -> None:
    chat = Chat.at(salons.lily())
    for said in talk:
        chat.say(said)

    assert comment in chat.journal.records[-1].comment


def test_a_bare_name_after_a_booking_is_left_to_a_person() -> None:
    chat = Chat.at(salons.lily())
    chat.say("запишите маму на педикюр в субботу в 13")

    assert "администратору" in chat.say("Галина")
    assert chat.last.handoff is not None


@pytest.mark.parametrize("salon", [salons.lily, salons.barber, salons.beauty])
@pytest.mark.parametrize(
    "said", ["а снятие входит?", "мытьё головы уже входит в стоимость?", "а дизайн включён?"]
)
def test_what_is_included_is_left_to_a_person(said: str, salon: Callable[[], SalonView]) -> None:
    chat = Chat.at(salon())

    assert "Передала ваш вопрос администратору" in chat.say(said)
    assert "есть:" not in chat.last.replies[-1].text


def test_what_is_included_is_no_price_told_twice() -> None:
    chat = Chat.at(salons.lily())
    chat.say("сколько стоит маникюр с покрытием?")

    assert "Передала ваш вопрос" in chat.say("снятие входит в стоимость?")


def test_a_service_that_there_is_is_told_of_though_its_contents_are_asked() -> None:
    assert "Педикюр — от" in Chat.at(salons.lily()).say("что входит в педикюр?").replace(
        "\xa0", " "
    )
