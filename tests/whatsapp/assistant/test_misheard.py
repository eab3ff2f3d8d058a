"""«Вы неправильно записали, я просила 13:30»: the move to what was asked for is proposed."""

from __future__ import annotations

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat

BOOKED = ("12.03 15:00", "7", ("15",))


def booked() -> Chat:
    chat = Chat.at(salons.lily())
    chat.say("маникюр без покрытия завтра в 15 к Екатерине")
    assert chat.visits == [BOOKED]
    return chat


@pytest.mark.parametrize(
    ("words", "asked", "after"),
    [
        ("вы неправильно записали, я просила 13:30", "завтра, в четверг 12 марта, 13:30",
         ("12.03 13:30", "7", ("15",))),
        ("вы меня неверно поняли, мне надо было на 13", "завтра, в четверг 12 марта, 13:00",
         ("12.03 13:00", "7", ("15",))),
        ("мне же надо было не в 15, а в 13", "завтра, в четверг 12 марта, 13:00",
         ("12.03 13:00", "7", ("15",))),
        ("почему вы записали на 15, я писала 16:00", "завтра, в четверг 12 марта, 16:00",
         ("12.03 16:00", "7", ("15",))),
        ("я просила пятницу, а не четверг", "в пятницу 13 марта, 15:00",
         ("13.03 15:00", "7", ("15",))),
        ("я говорила про субботу", "в субботу 14 марта, 15:00", ("14.03 15:00", "7", ("15",))),
        ("я же просила к Анне, а не к Екатерине", "Анна", ("12.03 15:00", "4", ("15",))),
        ("вы записали меня не к тому мастеру, мне к Анне", "Анна", ("12.03 15:00", "4", ("15",))),
        ("я же просила с покрытием!", "маникюр с покрытием", ("12.03 15:00", "7", ("16",))),
    ],
)  # fmt: skip
def test_what_was_asked_for_is_proposed(words: str, asked: str, after: tuple[object, ...]) -> None:
    chat = booked()

    answer = chat.say(words)

    assert asked in answer
    assert answer.endswith("?")
    assert (chat.last.handoff, chat.visits) == (None, [BOOKED])
    chat.say("да")
    assert chat.visits == [after]


def test_a_visit_written_before_this_talk_is_the_only_one_there_is() -> None:
    chat = Chat.at(salons.lily())
    chat.booked(13, 15, "4", "16")

    assert "Перенести: вместо пятницы" in chat.say(
        "вы меня неправильно записали, я просила субботу"
    )


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("вы неправильно записали", "На какой день и время перенести?"),
        ("я же просила в 15", "Вы уже записаны: завтра"),
        ("я же просила к Марии", "Мария этим не занимается"),
    ],
)
def test_what_is_missing_or_wrong_is_told(words: str, answer: str) -> None:
    chat = booked()

    assert answer in chat.say(words)
    assert chat.visits == [BOOKED]


@pytest.mark.parametrize(
    "words",
    [
        "верните деньги, я не просила записывать",
        "меня записали не на то время, дайте человека",
        "я говорила, что у меня аллергия на гель",
    ],
)
def test_what_a_person_answers_goes_to_a_person(words: str) -> None:
    chat = booked()

    chat.say(words)

    assert chat.last.handoff is not None
    assert chat.visits == [BOOKED]


@pytest.mark.parametrize("words", ["я хотела спросить про цены", "я просила мне не звонить"])
def test_other_wishes_move_nothing(words: str) -> None:
    chat = booked()

    assert "Перенести" not in chat.say(words)


def test_one_more_visit_is_one_more_visit() -> None:
    chat = booked()
    chat.say("я хотела бы ещё на педикюр в субботу в 12")

    assert chat.visits == [BOOKED, ("14.03 12:00", "4", ("17",))]
