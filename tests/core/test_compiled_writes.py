"""What is written by a statement built once is what a queryset or `save` writes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from aiadmin.core.compiled import Insert, Update
from tests.core.compiled_chat import MOSCOW, NOON, SAID, chat, later, loose, say, seen
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, MessageStatus

__all__ = ["chat"]


WRITES: dict[str, tuple[Any, dict[str, Any]]] = {
    "a text": (lambda v: {"text": v}, {"v": "Ждём 100%"}),
    "a choice": (lambda v: {"status": v}, {"v": MessageStatus.ANSWERED}),
    "a moment": (lambda v: {"due_at": v}, {"v": NOON + timedelta(days=1)}),
    "none": (lambda v: {"due_at": v}, {"v": None}),
    "none of its own": (lambda v: {"due_at": None, "text": v}, {"v": "x"}),
    "JSON": (lambda v: {"payload": v}, {"v": {"text": "да", "list": [1, None]}}),
    "a sum": (lambda v: {"attempts": F("attempts") + v}, {"v": 3}),
    "one parameter, two columns": (lambda v: {"text": v, "kind": v}, {"v": "x"}),
}


@pytest.mark.parametrize("name", WRITES)
def test_updates_what_the_queryset_updates(chat: Conversation, name: str) -> None:
    columns, values = WRITES[name]
    rows = SAID.filter(conversation=chat)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assert later(NOON).update(**columns(**values)) == 2
        expected = [seen(row) for row in rows]
        transaction.set_rollback(True)
    update = Update(lambda after, v: (later(after), columns(v)))

    with CaptureQueriesContext(connection) as run:
        changed = update(after=NOON, **values)

    assert changed == 2
    assert [seen(row) for row in rows.all()] == expected
    (plain,) = (loose(query["sql"]) for query in asked if query["sql"].startswith("UPDATE"))
    assert [loose(query["sql"]) for query in run] == [plain]
    assert update(after=NOON + timedelta(days=1), **values) == 0


def test_a_filter_s_value_is_not_a_column_s(chat: Conversation) -> None:
    """JSON is stored as JSON; the same parameter in a filter is compared as it is."""
    update = Update(lambda text: (Message.objects.filter(text=text), {"payload": text}))

    assert update(text="Да") == 1

    assert Message.objects.get(wa_id="c").payload == "Да"


def test_failed_update_leaves_the_transaction_to_be_rolled_back(chat: Conversation) -> None:
    update = Update(lambda wa_id: (Message.objects.filter(wa_id="b"), {"wa_id": wa_id}))

    with transaction.atomic():
        with pytest.raises(IntegrityError):
            update(wa_id="a")
        assert connection.needs_rollback

    assert Message.objects.filter(wa_id="b").count() == 1


def test_an_update_takes_further_columns_that_it_names(chat: Conversation) -> None:
    update = Update(
        lambda wa_id: (Message.objects.filter(wa_id=wa_id), {"kind": "x"}),
        also=("text", "payload", "due_at"),
    )

    assert update(wa_id="a", payload={"n": None}) == 1
    assert update(wa_id="b", text="b", due_at=NOON) == 1
    assert update(wa_id="c", due_at=None) == 1

    rows = SAID.values_list("kind", "text", "payload", "due_at")
    assert list(rows) == [
        ("x", "Привет 100%", {"n": None}, None),
        ("x", "b", {}, NOON),
        ("x", "Да", {}, None),
    ]
    with pytest.raises(TypeError, match="wa_id"):
        update(wa_id="a", status="read")


def test_inserts_what_save_inserts(chat: Conversation) -> None:
    told: dict[str, Any] = {"payload": {"n": [None]}, "due_at": NOON.astimezone(MOSCOW)}
    saved = say(chat, "saved", "100% %s", **told)
    row = Message(**{name: getattr(saved, name) for name in told}, wa_id="row")
    for name in ("company", "conversation", "direction", "author", "at", "status", "text"):
        setattr(row, name, getattr(saved, name))

    with CaptureQueriesContext(connection) as run:
        assert Insert(Message)(row) is True

    assert len(run) == 1
    assert not row._state.adding
    assert row.pk > saved.pk
    assert row.created_at >= saved.created_at
    stored = SAID.filter(wa_id__in=("saved", "row")).values()
    first, second = ({**one, "id": 0, "wa_id": "", "created_at": None} for one in stored)
    assert first == second
    row.text = "anew"
    row.save()
    assert Message.objects.get(wa_id="row").text == "anew"


def test_a_row_of_the_same_key_is_inserted_once(chat: Conversation) -> None:
    insert = Insert(Message, once=True)
    rows = [
        Message(
            company=chat.company,
            conversation=chat,
            wa_id=wa_id,
            text="anew",
            at=NOON,
            direction=Direction.IN,
            author=Author.CLIENT,
            status=MessageStatus.RECEIVED,
        )
        for wa_id in ("a", "d", "d")
    ]

    assert [insert(row) for row in rows] == [False, True, False]

    assert rows[0].pk is None
    assert Message.objects.get(wa_id="d").pk == rows[1].pk
    assert Message.objects.get(wa_id="a").text == "Привет 100%"
    with transaction.atomic(), pytest.raises(IntegrityError):
        Insert(Message)(rows[2])
