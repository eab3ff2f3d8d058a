"""YCLIENTS is away: the client is told so, the request is kept, and taken up again when it is back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.whatsapp.assistant import salons
from tests.whatsapp.assistant.talk import Chat
from whatsapp.assistant.decisions import (
    Ask,
    Decision,
    Declined,
    Greet,
    HandOver,
    Offer,
    Propose,
    Purpose,
    VisitWish,
    Wish,
    Written,
)
from whatsapp.assistant.frame import Slot, Topic
from whatsapp.assistant.kept import Kept, leaves_orders, superseded
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.resume import give_up, resume_turn
from whatsapp.assistant.state import DialogueState, PendingCancel
from whatsapp.assistant.tools import (
    Booked,
    BookRequest,
    Cancelled,
    CancelRequest,
    EarlierWrite,
    OutcomeUnknown,
    SlotsUnavailable,
    SlotTaken,
    SystemDown,
)

BOOK_IT = "Запишите на мужскую стрижку завтра в 15:00 к Сергею"


def resume(chat: Chat) -> TurnResult:
    """The kept request of the last turn, through its JSON, as the row keeps it."""
    kept = chat.last.kept
    assert kept is not None
    chat.journal.steps.clear()
    chat.journal.calls.clear()
    chat.journal.now = chat.now
    result = resume_turn(
        Kept.from_json(kept.to_json()),
        salon=chat.salon,
        state=DialogueState.from_json(chat.state),
        tools=chat.journal,
        now=chat.now,
    )
    chat.state = result.state.to_json()
    chat.turns.append(result)
    return result


def text(result: TurnResult) -> str:
    return "\n".join(reply.text for reply in result.replies)


@pytest.fixture
def searched() -> Chat:
    """The free time could not be asked for."""
    chat = Chat.at(salons.lily())
    chat.journal.fail_slots = SlotsUnavailable()
    reply = chat.say(BOOK_IT)
    assert "Журнал записи сейчас не отвечает. Сохранила ваш запрос на завтра, 15:00" in reply
    assert "напишу, когда смогу проверить время" in reply
    assert chat.last.handoff is None
    return chat


def test_a_search_that_had_to_wait_ends_in_a_question_and_books_nothing(searched: Chat) -> None:
    searched.journal.fail_slots = None

    result = resume(searched)

    assert text(result).startswith("Журнал снова отвечает. Завтра, в четверг 12 марта, 15:00")
    assert (result.kept, searched.visits) == (None, [])
    searched.say("да")
    assert searched.visits == [("12.03 15:00", "1", ("10",))]


def test_a_time_that_went_meanwhile_is_replaced(searched: Chat) -> None:
    searched.journal.fail_slots = None
    searched.journal.take("1", searched.moment(12, 14), 120)

    said = text(resume(searched))

    assert "На 15:00 завтра у Сергея свободного времени нет." in said
    assert "15:00 у Тимура" in said


def test_a_journal_still_away_keeps_the_request_and_its_summary(searched: Chat) -> None:
    first = searched.last.kept

    again = resume(searched).kept

    assert first is not None
    assert again == first


def test_a_booking_agreed_to_is_made_when_the_journal_is_back() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.next_book = [SystemDown()]
    assert "напишу, когда он ответит" in chat.say(BOOK_IT)
    assert chat.visits == []

    result = resume(chat)

    assert text(result).startswith("Журнал снова отвечает. Записала: завтра, в четверг 12 марта")
    assert chat.visits == [("12.03 15:00", "1", ("10",))]
    assert result.actions == ("create_booking",)


def test_the_whole_row_of_a_party_is_kept_from_the_first_that_failed() -> None:
    chat = Chat.at(salons.lily())
    chat.say("мне педикюр, а мужу борода в субботу в 12")
    chat.journal.next_book = [SystemDown()]
    chat.say("да")
    kept = chat.last.kept

    assert kept is not None
    assert len(kept.writes) == 2
    resume(chat)
    assert len(chat.visits) == 2


def test_a_time_lost_while_waiting_becomes_an_offer() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.next_book = [SystemDown(), SlotTaken()]
    chat.say(BOOK_IT)

    said = text(resume(chat))

    assert "Записала" not in said
    assert "только что заняли. Есть" in said


def test_a_try_that_was_cut_off_is_not_made_twice() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.next_book = [SystemDown()]
    chat.say(BOOK_IT)
    assert chat.last.kept is not None
    (request,) = chat.last.kept.writes
    assert isinstance(request, BookRequest)
    done = Booked("r9", request.start, request.staff_id, request.service_ids, 1500)
    chat.journal.earlier = (EarlierWrite(request, done),)

    result = resume(chat)

    assert "Записала" in text(result)
    assert not any(call.startswith("book") for call in chat.journal.calls)


def test_an_unknown_outcome_is_looked_up_until_it_is_known() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.next_book = [OutcomeUnknown()]
    chat.say(BOOK_IT)
    assert chat.last.handoff is not None, "a person looks as well"
    request = BookRequest(("10",), "1", chat.moment(12, 15), "Ирина")

    chat.journal.earlier = (EarlierWrite(request, OutcomeUnknown()),)
    assert resume(chat).kept is not None
    chat.journal.earlier = (EarlierWrite(request, Booked("r9", request.start, "1", ("10",))),)

    assert "Записала: завтра" in text(resume(chat))


def test_after_long_silence_a_person_gets_the_words_and_the_wish(searched: Chat) -> None:
    kept = searched.last.kept
    assert kept is not None

    replies, handed = give_up(kept, salon=searched.salon, state=None, now=searched.now)

    assert "Передала ваш запрос администратору" in replies[0].text
    assert (handed.topic, handed.urgent) == (Topic.SYSTEM_DOWN, True)
    assert BOOK_IT in handed.summary
    assert "мужская стрижка, Сергей, завтра, в четверг 12 марта, 15:00" in handed.summary


_VISIT = Wish((VisitWish(("10",)),))
_BOOK_AT = Chat.at(salons.lily()).now
_BOOK = Kept(writes=(BookRequest(("10",), "1", _BOOK_AT, "Ирина"),))
_CANCEL = Kept(writes=(CancelRequest("b1"),))


@pytest.mark.parametrize(
    ("kept", "decision", "gone"),
    [
        (_BOOK, Offer(_VISIT, Purpose.BOOK, ()), True),
        (_BOOK, Offer(_VISIT, Purpose.MOVE, ()), False),
        (_BOOK, Ask(Slot.DATE), True),
        (_BOOK, Ask(Slot.BOOKING), False),
        (_BOOK, Propose(PendingCancel(("b1",))), False),
        (_BOOK, Declined(), True),
        (_BOOK, HandOver(Topic.ASKED), False),
        (_CANCEL, Written(((_BOOK.writes[0], SystemDown()),)), False),
        (_BOOK, Written(((_BOOK.writes[0], SystemDown()),)), True),
        (_BOOK, Greet(), False),
        (_CANCEL, Offer(_VISIT, Purpose.BOOK, ()), False),
        (_CANCEL, Ask(Slot.DATE), False),
        (_CANCEL, Propose(PendingCancel(("b1",))), True),
        # of another visit
        (_CANCEL, Propose(PendingCancel(("b2",))), False),
        (_CANCEL, Written(((CancelRequest("b2"), Cancelled("b2", _BOOK_AT)),)), False),
        (_CANCEL, Written(((CancelRequest("b1"), Cancelled("b1", _BOOK_AT)),)), True),
        (_CANCEL, Offer(replace(_VISIT, record_id="b1"), Purpose.MOVE, ()), True),
        (_CANCEL, Offer(replace(_VISIT, record_id="b2"), Purpose.MOVE, ()), False),
        (Kept(unknown=True), HandOver(Topic.ASKED), False),
    ],
)
def test_a_dialogue_that_moved_on_leaves_no_surprise_behind(
    kept: Kept, decision: Decision, gone: bool
) -> None:
    assert superseded(kept, (decision,)) is gone


@pytest.mark.parametrize(
    ("rest", "decision", "orders", "wanted"),
    [
        (("отмените маникюр",), Ask(Slot.DATE), 1, True),
        ((), Ask(Slot.DATE), 1, False),
        (("отмените маникюр",), Ask(Slot.DATE), 2, False),  # the message was sent again
        (("отмените маникюр",), Declined(), 1, False),
    ],
)
def test_what_was_to_follow_goes_to_a_person_when_the_first_is_dropped(
    rest: tuple[str, ...], decision: Decision, orders: int, wanted: bool
) -> None:
    assert leaves_orders(replace(_BOOK, rest=rest), (decision,), orders) is wanted


def test_the_start_has_gone_by_meanwhile() -> None:
    chat = Chat.at(salons.lily())
    chat.journal.next_book = [SystemDown()]
    chat.say("Запишите на мужскую стрижку сегодня в 13:00 к Сергею")
    chat.now += timedelta(hours=2)

    said = text(resume(chat))

    assert "Записала" not in said
    assert chat.visits == []
