"""«Нет, спасибо, я передумала» at each open question: nothing is written, and nothing stays open."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.state import Asked

NAILS = ("12.03 15:00", "4", ("16",))
CUT = ("13.03 12:00", "1", ("10",))
OPEN = {
    Asked.CONFIRM: "педикюр завтра в 12?",
    Asked.SLOT: "педикюр в субботу после обеда",
    Asked.DAY: "запишите на педикюр",
    Asked.SERVICE: "запишите меня на субботу",
    Asked.STAFF: "педикюр к Оксане в субботу в 12",
    Asked.OFFER: "сколько стоит педикюр?",
    Asked.TIME: "педикюр в субботу в 23",
    Asked.BOOKING: "отмените запись",
    Asked.CANCEL_OR_MOVE: "на маникюр завтра не смогу прийти",
    Asked.MOVE_OR_MORE: "запишите на маникюр с покрытием в субботу в 12",
}
MOVES = [
    "перенесите маникюр",
    "перенесите маникюр на субботу",
    "перенесите маникюр на субботу утром",
]
REFUSALS = [
    "нет, спасибо, я передумала",
    "ладно, не надо",
    "нет, ничего не надо",
    "спасибо, не нужно",
    "нет, спасибо, в другой раз",
    "нет спасибо, дорого",
    "не, забудьте",
]  # fmt: skip


def two_visits() -> Chat:
    chat = Chat.at(salons.lily())
    chat.booked(12, 15, "4", "16")
    chat.booked(13, 12, "1", "10")
    return chat


@pytest.mark.parametrize("asked", OPEN)
def test_a_refusal_closes_what_is_asked(asked: Asked) -> None:
    for refusal in REFUSALS:
        chat = two_visits()
        chat.say(OPEN[asked])
        assert chat.last.state.asked is asked

        answer = chat.say(refusal)

        assert answer.startswith("Хорошо"), refusal
        assert (chat.last.state.asked, chat.last.state.pending) == (Asked.NOTHING, None), refusal
        chat.say("да")
        assert chat.visits == [NAILS, CUT], refusal


@pytest.mark.parametrize("opened", MOVES)
def test_a_visit_that_was_to_be_moved_stays(opened: str) -> None:
    for refusal in (*REFUSALS, "неактуально"):
        chat = two_visits()
        chat.say(opened)

        assert chat.say(refusal) == "Хорошо, оставляю всё как есть.", refusal
        assert chat.visits == [NAILS, CUT], refusal


@pytest.mark.parametrize("asked", OPEN)
def test_who_thinks_it_over_is_waited_for(asked: Asked) -> None:
    chat = two_visits()
    chat.say(OPEN[asked])

    assert chat.say("подумаю") == "Хорошо, жду."
    assert (chat.last.state.asked, chat.visits) == (asked, [NAILS, CUT])


def test_a_name_is_waited_for_too() -> None:
    chat = Chat.at(salons.lily(), card=None)
    chat.say("маникюр без покрытия к Анне завтра в 12")

    assert chat.say("подумаю") == "Хорошо, жду."
    assert "Записала" in chat.say("Ольга")


@pytest.mark.parametrize(
    "said", ["я передумала", "ой, уже не надо", "неактуально", "пока не записывайте"]
)
def test_a_visit_just_booked_is_not_given_up_in_silence(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр завтра в 12")

    assert chat.say(said) == "Отменить запись на завтра, 12:00, или перенести на другой день?"
    assert chat.visits == [("12.03 12:00", "4", ("17",))]


@pytest.mark.parametrize(
    "said", ["спасибо, больше ничего не надо", "нет, спасибо", "не нужно, спасибо"]
)
def test_who_wants_nothing_else_keeps_the_visit(said: str) -> None:
    chat = Chat.at(salons.lily())
    chat.say("педикюр завтра в 12")

    assert "?" not in chat.say(said)
    assert chat.last.state.asked is Asked.NOTHING


@pytest.mark.parametrize(
    ("opened", "said", "answer"),
    [
        ("педикюр завтра в 12?", "дорого", "Из похожего дешевле нет"),
        ("педикюр завтра в 12?", "нет, лучше в другой день", "На какой день"),
        ("педикюр завтра в 12?", "не надо завтра, давайте в субботу в 12", "в субботу 14 марта"),
        ("отмените все записи", "неактуально", "Не совсем поняла"),
        ("маникюр завтра отменить?", "не надо, перенесите на субботу в 12", "Перенесла"),
    ],
)  # fmt: skip
def test_words_that_say_more_are_no_refusal(opened: str, said: str, answer: str) -> None:
    chat = Chat.at(salons.lily())
    chat.booked(13, 15, "4", "16")
    chat.say(opened)

    assert answer in chat.say(said)
