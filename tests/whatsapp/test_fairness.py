"""A salon with many due chats does not keep another's waiting."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.models import Company
from tests.whatsapp.hands import make_company, run_jobs
from whatsapp.models import Conversation
from whatsapp.services import fairness, precedence

pytestmark = pytest.mark.django_db


def _due(company: Company, number: int, *, ago: float) -> int:
    """A chat whose turn is due for so many seconds."""
    due = datetime.now(UTC) - timedelta(seconds=ago)
    return Conversation.objects.create(company=company, chat=f"{number}@lid", turn_due_at=due).pk


def _begin(chat: int) -> None:
    until = datetime.now(UTC) + timedelta(minutes=1)
    Conversation.objects.filter(pk=chat).update(turn_owner="w", turn_until=until)


def test_salons_take_turns() -> None:
    stormy, quiet = make_company(), make_company()
    storm = [_due(stormy, number, ago=60 - number) for number in range(4)]
    lone = _due(quiet, 9, ago=1)

    order = []
    while (first := fairness.next_chat()) is not None:
        order.append(first)
        _begin(first[0])

    mine, theirs = stormy.pk, quiet.pk
    assert order == [(storm[0], mine), (lone, theirs), *((chat, mine) for chat in storm[1:])]


def test_a_salon_with_a_turn_under_way_stands_behind_one_without() -> None:
    stormy, quiet = make_company(), make_company()
    _begin(_due(stormy, 1, ago=60))
    waiting, lone = _due(stormy, 2, ago=50), _due(quiet, 3, ago=1)

    assert fairness.next_chat() == (lone, quiet.pk)
    assert fairness.next_chat(besides=[lone]) == (waiting, stormy.pk)


def test_a_chat_that_is_not_due_is_not_taken() -> None:
    _due(make_company(), 1, ago=-60)

    assert fairness.next_chat() is None


def test_a_salon_that_may_have_no_more_is_passed_over() -> None:
    stormy, quiet = make_company(), make_company()
    _due(stormy, 1, ago=60)
    lone = _due(quiet, 2, ago=1)

    assert fairness.next_chat(full=[stormy.pk]) == (lone, quiet.pk)
    assert fairness.next_chat(full=[stormy.pk, quiet.pk]) is None


@pytest.mark.parametrize(("total", "most"), [(8, 7), (2, 1), (1, 1)])
def test_one_salon_leaves_a_thread_to_the_others(total: int, most: int) -> None:
    threads = fairness.Threads(lambda: total)

    with ExitStack() as storm:
        took = [storm.enter_context(threads.held(1)) for _ in range(total + 1)]
        full = threads.full()
        with threads.held(2) as other:
            pass

    assert took == [True] * most + [False] * (total + 1 - most)
    assert (full, other) == ([1], True)
    assert threads.full() == []


def test_work_that_got_no_thread_takes_no_precedence() -> None:
    threads = fairness.Threads(lambda: 2)

    with threads.held(-1):
        for _ in range(9):
            with threads.held(-1) as more:
                assert not more
        with threads.held(-2):
            assert not precedence.jobs.gives_way(-1)


@pytest.mark.usefixtures("committed")
def test_what_was_passed_over_is_called_for_when_its_salon_has_a_thread_again() -> None:
    threads = fairness.Threads(lambda: 2)

    with threads.held(1):
        pass
    with threads.held(2), threads.held(2):
        pass

    assert run_jobs() == ["whatsapp.turn"] * 2
