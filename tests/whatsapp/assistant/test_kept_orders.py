"""What a message orders besides what YCLIENTS's silence held up: kept with it and done after it, once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from tests.whatsapp.assistant.journal import Killed
from tests.whatsapp.assistant.talk import Chat
from tests.whatsapp.assistant.visits import (
    CUT,
    MANICURE,
    MOVE_AND_CANCEL,
    MOVED_CUT,
    MOVED_MANICURE,
    PEDICURE,
    Visits,
    two_visits,
)
from whatsapp.assistant.kept import Kept
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.resume import resume_turn
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.tools import (
    Moved,
    OutcomeUnknown,
    SlotsUnavailable,
    SystemDown,
)


def resume(chat: Chat, deaths: tuple[int, ...] = ()) -> str:
    """The kept request taken up, by workers that die after so many writes each."""
    kept = next(turn.kept for turn in reversed(chat.turns) if turn.kept is not None)
    journal = chat.journal
    journal.now = chat.now
    if not kept.unknown:  # a try has keys of its own
        journal.steps.clear()
        journal.ledger.clear()
    journal.earlier = tuple(journal.ledger)

    def attempt() -> TurnResult:
        return resume_turn(
            Kept.from_json(kept.to_json()), salon=chat.salon, tools=journal, now=chat.now,
            state=DialogueState.from_json(chat.state),
        )  # fmt: skip

    for journal.dies_after in deaths:
        with suppress(Killed):
            attempt()
        journal.earlier = tuple(journal.ledger)
    journal.dies_after = 0
    result = attempt()
    journal.earlier = ()
    chat.state = result.state.to_json()
    chat.turns.append(result)
    return "\n".join(reply.text for reply in result.replies)


@pytest.mark.parametrize("deaths", [(), (1,), (2,), (1, 2), (1, 9), (9,)])
@pytest.mark.parametrize(
    ("text", "visits", "told"),
    [
        (
            "запишите на педикюр в воскресенье в 12 и отмените маникюр",
            [CUT, PEDICURE],
            ("Записала", "Отменила"),
        ),
        (
            "отмените маникюр, перенесите стрижку на субботу в 13 и запишите на педикюр в воскресенье в 12",
            [MOVED_CUT, PEDICURE],
            ("Отменила", "Перенесла", "Записала"),
        ),
    ],
)
def test_what_follows_an_order_that_had_to_wait_is_done_after_it(
    text: str, visits: Visits, told: tuple[str, ...], deaths: tuple[int, ...]
) -> None:
    chat = two_visits()
    chat.journal.next_book, chat.journal.next_cancel = [SystemDown()], [SystemDown()]
    said = chat.say(text)

    assert "Остальное из сообщения тоже сохранила." in said
    assert not any(word in said for word in told)
    chat.journal.next_book, chat.journal.next_cancel = [], []
    answer = resume(chat, deaths)

    assert chat.visits == visits
    assert [answer.count(word) for word in told] == [1] * len(told)
    assert chat.last.kept is None
    assert DialogueState.from_json(chat.state).rest == ()


@pytest.mark.parametrize("deaths", [(), (1,), (1, 2)])
@pytest.mark.parametrize("silent", [1, 2, 3])
def test_whichever_order_the_silence_holds_up_all_are_done_and_told_once(
    silent: int, deaths: tuple[int, ...]
) -> None:
    chat = two_visits()
    journal = chat.journal
    held = (journal.next_cancel, journal.next_move, journal.next_book)[silent - 1]
    held.append(SystemDown())

    told = [
        chat.say(
            "отмените маникюр, перенесите стрижку на субботу в 13 и запишите на педикюр в воскресенье в 12"
        ),
        resume(chat, deaths),
    ]

    assert chat.visits == [MOVED_CUT, PEDICURE]
    whole = "\n".join(told)
    assert [whole.count(word) for word in ("Отменила", "Перенесла", "Записала")] == [1, 1, 1]
    assert chat.last.kept is None


def test_what_follows_a_search_that_had_to_wait_waits_for_its_answer() -> None:
    chat = two_visits()
    chat.journal.fail_slots = SlotsUnavailable()
    assert "Остальное из сообщения тоже сохранила." in chat.say(MOVE_AND_CANCEL)
    assert chat.last.kept is not None
    assert resume(chat) == "", "still away"
    chat.journal.fail_slots = None

    asked = resume(chat)
    before = chat.visits
    chat.say("да")

    assert asked.startswith("Журнал снова отвечает. Перенести: вместо")
    assert before == [MANICURE, CUT]
    assert chat.visits == [MOVED_CUT]


@pytest.mark.parametrize("deaths", [(), (1,), (9,)])
def test_what_follows_an_unknown_outcome_is_done_when_that_is_known(
    deaths: tuple[int, ...],
) -> None:
    chat = two_visits()
    chat.journal.next_move = [OutcomeUnknown()]
    assert "Остальное из сообщения тоже сохранила." in chat.say(MOVE_AND_CANCEL)
    # The journal had taken it after all.
    (begun,) = chat.journal.ledger
    moved = Moved("m2", chat.moment(14, 13), "3", ("11",), chat.moment(13, 12))
    chat.journal.ledger[0] = replace(begun, outcome=moved)

    answer = resume(chat, deaths)

    assert (answer.count("Перенесла"), answer.count("Отменила")) == (1, 1)
    assert chat.visits == [CUT], "the manicure was taken off"


def test_what_was_done_before_an_unknown_outcome_is_not_told_again() -> None:
    chat = two_visits()
    chat.journal.next_move = [OutcomeUnknown()]
    said = chat.say("отмените маникюр и перенесите стрижку на субботу в 13")
    first, begun = chat.journal.ledger
    moved = Moved("m2", chat.moment(14, 13), "3", ("11",), chat.moment(13, 12))
    chat.journal.ledger[:] = [first, replace(begun, outcome=moved)]

    answer = resume(chat)

    assert ("Отменила" in said, "Отменила" in answer, "Перенесла" in answer) == (True, False, True)


def test_a_try_whose_outcome_is_unknown_is_told_and_looked_up() -> None:
    chat = two_visits()
    chat.journal.next_book = [SystemDown(), OutcomeUnknown()]
    chat.say("запишите на педикюр в воскресенье в 12 и отмените маникюр")

    answer = resume(chat)

    assert "Проверяю, прошла ли запись" in answer
    assert chat.last.handoff is not None
    kept = chat.last.kept
    assert kept is not None
    assert (kept.unknown, kept.writes, kept.rest) == (True, (), ("отмените маникюр",))


def test_what_was_asked_meanwhile_stays_asked() -> None:
    chat = two_visits()
    chat.journal.next_book = [SystemDown()]
    chat.say("запишите на педикюр в воскресенье в 12")
    chat.say("перенесите маникюр на субботу")

    told = resume(chat)
    chat.say("да")

    assert "Записала: в воскресенье 15 марта, 12:00" in told
    assert chat.visits == [CUT, MOVED_MANICURE, PEDICURE]


def test_what_turned_out_not_to_be_written_is_tried_again_with_what_follows() -> None:
    chat = two_visits()
    chat.journal.next_move = [OutcomeUnknown()]
    chat.say(MOVE_AND_CANCEL)
    chat.journal.ledger[:] = [replace(w, outcome=SystemDown()) for w in chat.journal.ledger]

    said = resume(chat)
    kept = chat.last.kept

    assert said == ""
    assert kept is not None
    assert (kept.unknown, len(kept.writes), kept.rest) == (False, 1, ("отмените маникюр",))
    resume(chat)
    assert chat.visits == [MOVED_CUT]
