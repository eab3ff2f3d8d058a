"""One service of a visit of several is taken off, the others stay."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


def chat_with(*services: str) -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(13, 12, "4", *services)
    return chat


@pytest.mark.parametrize(
    "said",
    [
        "педикюр отмените, а маникюр оставьте",
        "отмените только педикюр",
        "отмените педикюр",
        "педикюр отменяем",
        "отмените всё, кроме маникюра",
        "маникюр оставьте, остальное отмените",
        "уберите педикюр из записи",
    ],
)
def test_a_part_is_taken_off_once_agreed_to(said: str) -> None:
    chat = chat_with("15", "17")

    assert "Изменить запись: послезавтра" in chat.say(said)
    assert chat.visits == [("13.03 12:00", "4", ("15", "17"))]
    assert "Изменила запись" in chat.say("да")
    assert chat.visits == [("13.03 12:00", "4", ("15",))]


@pytest.mark.parametrize(
    ("services", "said"),
    [
        (("15", "17"), "отмените маникюр и педикюр"),
        (("15", "17"), "отмените запись"),
        (("15",), "отмените маникюр"),
    ],
)
def test_nothing_that_would_stay_takes_off_the_visit(services: tuple[str, ...], said: str) -> None:
    chat = chat_with(*services)

    assert "Отменила запись" in chat.say(said)
    assert chat.visits == []


def test_a_part_of_one_of_two_visits() -> None:
    chat = chat_with("15", "17")
    chat.booked(14, 12, "3", "11")

    chat.say("педикюр отмените")
    chat.say("да")

    assert chat.visits == [("13.03 12:00", "4", ("15",)), ("14.03 12:00", "3", ("11",))]


def test_the_parts_of_a_set_are_known_by_its_name() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(13, 12, "1", "10", "13")

    assert "Изменить запись" in chat.say("бороду отмените, а стрижку оставьте")
    chat.say("нет")
    assert "Отменила запись" in chat.say("отмените стрижку с бородой")
