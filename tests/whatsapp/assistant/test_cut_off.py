"""A worker that dies between the writes of one turn: another does the rest, and tells all of it once."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.whatsapp.assistant.journal import Killed
from tests.whatsapp.assistant.talk import Chat
from tests.whatsapp.assistant.visits import two_visits
from whatsapp.assistant.tools import SlotTaken

TALKS = [
    ["отмените маникюр и перенесите стрижку на субботу в 13"],
    ["перенесите маникюр на субботу в 12 и стрижку на воскресенье в 13"],
    ["отмените маникюр и запишите на педикюр в субботу в 12"],
    ["отмените маникюр, перенесите стрижку на субботу в 13 и запишите на педикюр в воскресенье в 12"],
    # the second order ends in a question
    ["отмените маникюр и перенесите стрижку на субботу", "да"],
    # the second order waited for the answer to the first
    ["перенесите маникюр на субботу и отмените стрижку", "да"],
    # one order of several writes
    ["отмените стрижку и маникюр", "да"],
    ["мне педикюр, а мужу борода в субботу в 12", "да"],
    # further orders amid a question: with the answer, instead of it, and taken back
    ["перенесите маникюр на субботу и отмените стрижку", "да, и запишите на педикюр в воскресенье в 12"],
    ["перенесите маникюр на субботу и отмените стрижку", "да, а стрижку оставьте", "отмените стрижку"],
    [
        "перенесите маникюр на субботу и отмените стрижку",
        "запишите на педикюр в воскресенье в 12, и отмените маникюр",
    ],
    ["перенесите маникюр на субботу и отмените стрижку", "отмените стрижку", "отмените маникюр"],
    # a further visit that waits for its turn
    ["маникюр без покрытия в субботу в 12 и женскую стрижку в воскресенье в 13", "да", "да", "да"],
]  # fmt: skip
# After how many writes of the turn its workers die; 9 = before the result is stored.
DEATHS = [(1,), (2,), (3,), (9,), (1, 2), (1, 9), (1, 2, 9)]


def say(chat: Chat, text: str, deaths: tuple[int, ...]) -> str:
    """The answer of the run that lives."""
    journal, before = chat.journal, chat.state
    for journal.dies_after in deaths:
        with suppress(Killed):
            chat.say(text)
            chat.turns.pop()
            chat.state = before
        journal.earlier = tuple(journal.ledger)
    journal.dies_after = 0
    reply = chat.say(text)
    journal.earlier = ()
    return reply


def told(reply: str) -> list[str]:
    """The verbs of what was done, and what is asked in the end."""
    words = (
        "Отменила",
        "Перенесла",
        "Записала",
        "Перенести",
        "Теперь",
        "Остальное",
        "не вижу",
        "Пока не сделала",
    )
    return sorted(word for word in words for _ in range(reply.count(word)))


@pytest.mark.parametrize("deaths", DEATHS)
@pytest.mark.parametrize("talk", TALKS)
def test_every_order_is_carried_out_once_and_told_once(
    talk: list[str], deaths: tuple[int, ...]
) -> None:
    lived, died = two_visits(), two_visits()

    expected = [lived.say(text) for text in talk]
    replies = [say(died, text, deaths) for text in talk]

    assert died.visits == lived.visits
    assert [told(reply) for reply in replies] == [told(reply) for reply in expected]
    writes = [len(turn.writes) for turn in lived.turns]
    assert [len(turn.writes) for turn in died.turns] == writes
    assert sum(writes) > 1


@pytest.mark.parametrize("deaths", DEATHS)
def test_what_was_to_follow_a_booking_that_failed_is_not_done(deaths: tuple[int, ...]) -> None:
    chat = two_visits()
    chat.journal.next_book = [SlotTaken()]

    reply = say(chat, "запишите на педикюр в субботу в 12 и отмените маникюр", deaths)

    assert "только что заняли" in reply
    assert "Отменила" not in reply
    assert chat.visits == [("12.03 15:00", "4", ("16",)), ("13.03 12:00", "3", ("11",))]
