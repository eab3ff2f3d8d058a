"""The client's usual master and service: they come first, and never instead of what was said."""

from __future__ import annotations

from datetime import date

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.engine import run_turn
from whatsapp.assistant.habits import habits_of
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.types import Habits, Incoming, LastVisit

TIMUR = Habits(staff="2", services=("13",))


def visits(*seen: tuple[str, str]) -> list[LastVisit]:
    return [LastVisit(date(2026, 3, 1), (service,), staff) for service, staff in seen]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([], Habits()),
        ([("10", "1")], Habits()),
        ([("10", "1"), ("13", "1")], Habits(staff="1")),
        ([("10", "1"), ("10", "2")], Habits(services=("10",))),
        ([("10", "1"), ("10", "2"), ("13", "1"), ("13", "2")], Habits()),
        ([("10", "1")] * 3 + [("13", "2")] * 2, Habits("1", ("10",))),
        # What was usual long ago is not.
        ([("10", "1")] * 5 + [("13", "2")] * 9, Habits("1", ("10",))),
    ],
)
def test_usual_is_what_most_of_the_last_visits_share(
    seen: list[tuple[str, str]], expected: Habits
) -> None:
    assert habits_of(visits(*seen)) == expected


def say(chat: Chat, text: str, habits: Habits) -> TurnResult:
    return run_turn(
        [Incoming(text, chat.now)],
        salon=chat.salon,
        state=None,
        tools=chat.journal,
        now=chat.now,
        habits=habits,
    )


def text(result: TurnResult) -> str:
    return "\n".join(reply.text for reply in result.replies)


def test_of_several_free_masters_the_usual_one_is_proposed() -> None:
    wish = "на мужскую стрижку завтра в 15"

    assert "Сергей" in text(say(Chat.at(salons.lily()), wish, Habits()))
    assert "Тимур, 1\u00a0700" in text(say(Chat.at(salons.lily()), wish, TIMUR))


def test_a_busy_usual_master_is_no_reason_to_say_no() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.take("2", chat.moment(12, 14), 120)

    assert "Сергей" in text(say(chat, "на мужскую стрижку завтра в 15", TIMUR))


def test_a_master_named_now_beats_the_habit() -> None:
    chat = Chat.at(salons.lily())

    said = text(say(chat, "запишите на мужскую стрижку завтра в 15:00 к Сергею", TIMUR))

    assert "Сергей" in said
    assert chat.visits == [("12.03 15:00", "1", ("10",))]


def test_the_usual_service_is_named_first_when_none_was_said() -> None:
    said = text(say(Chat.at(salons.lily()), "хочу записаться на завтра", TIMUR))

    assert "1) моделирование бороды" in said
