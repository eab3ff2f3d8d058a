"""A salon with many due chats does not keep another's waiting."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.models import Company
from tests.whatsapp.hands import make_company
from whatsapp.models import Conversation
from whatsapp.services import fairness

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
    while (chat := fairness.next_chat()) is not None:
        order.append(chat)
        _begin(chat)

    assert order == [storm[0], lone, *storm[1:]]


def test_a_salon_with_a_turn_under_way_stands_behind_one_without() -> None:
    stormy, quiet = make_company(), make_company()
    _begin(_due(stormy, 1, ago=60))
    waiting, lone = _due(stormy, 2, ago=50), _due(quiet, 3, ago=1)

    assert fairness.next_chat() == lone
    assert fairness.next_chat(besides=[lone]) == waiting


def test_a_chat_that_is_not_due_is_not_taken() -> None:
    _due(make_company(), 1, ago=-60)

    assert fairness.next_chat() is None
