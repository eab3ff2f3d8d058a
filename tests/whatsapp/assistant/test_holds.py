"""A time that is asked about waits for the answer; one that another client is asked about is not offered."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat


@pytest.fixture
def asked() -> Chat:
    """«Правильно поняла: завтра в 15:00 — мужская стрижка, Сергей?»"""
    chat = Chat.at(salons.lily())
    assert "Правильно поняла" in chat.say("на мужскую стрижку завтра в 15")
    assert [(s.staff_id, f"{s.start:%H:%M}") for s in chat.journal.holding] == [("1", "15:00")]
    return chat


def test_a_no_gives_the_time_back(asked: Chat) -> None:
    asked.say("нет")

    assert asked.journal.holding == ()


def test_a_booking_gives_it_back(asked: Chat) -> None:
    asked.say("да")

    assert asked.visits == [("12.03 15:00", "1", ("10",))]
    assert asked.journal.holding == ()


def test_another_choice_holds_that_instead(asked: Chat) -> None:
    asked.say("а в пятницу в 15 можно на бороду?")

    assert [f"{s.start:%d %H:%M}" for s in asked.journal.holding] == ["13 15:00"]


def test_a_list_to_choose_from_holds_nothing(asked: Chat) -> None:
    assert "Какое время удобно?" in asked.say("другое время есть?")

    assert asked.journal.holding == ()


def test_a_question_in_between_keeps_it(asked: Chat) -> None:
    asked.say("а где вы находитесь?")

    assert [f"{s.start:%H:%M}" for s in asked.journal.holding] == ["15:00"]


def test_the_name_is_waited_for_with_the_time_held() -> None:
    chat = Chat.at(salons.lily(), card=None)

    assert "На чьё имя" in chat.say("на педикюр завтра в 12")
    assert [f"{s.start:%H:%M}" for s in chat.journal.holding] == ["12:00"]
    chat.say("Ольга")
    assert chat.visits == [("12.03 12:00", "4", ("17",))]
    assert chat.journal.holding == ()


def test_a_time_another_client_is_asked_about_is_not_proposed() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.held_by_others = {(staff, chat.moment(12, 15)) for staff in ("1", "2")}

    reply = chat.say("на мужскую стрижку завтра в 15")

    assert "Александр" in reply
    assert [s.staff_id for s in chat.journal.holding] == ["5"]


def test_a_time_held_by_another_before_the_name_was_asked_is_replaced() -> None:
    chat = Chat.at(salons.lily(), card=None)
    chat.journal.held_by_others = {("4", chat.moment(12, 12))}

    reply = chat.say("на педикюр завтра в 12")

    assert "только что" in reply
    assert "12:00" not in reply.partition("Есть")[2]
    assert chat.visits == []
