"""What is built once answers as the queryset it was built from, whatever Django changes inside."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.test.utils import CaptureQueriesContext

from aiadmin.core.compiled import HasRow, HasRows, Select, Update
from marketplace.models import Company
from tests.core.compiled_chat import MOSCOW, NOON, SAID, chat, loose, seen
from tests.whatsapp.hands import make_company
from whatsapp.models import Conversation, Message, SalonSettings
from whatsapp.models.message import MessageStatus

__all__ = ["chat"]


def _text(n: Any, text: Any) -> QuerySet[Message]:
    return SAID.filter(pk=n, text=text)


def _due(due: Any) -> QuerySet[Message]:
    return SAID.filter(due_at=due)


# Where a value is "chat", the chat's number is meant.
READS: dict[str, tuple[Any, dict[str, Any]]] = {
    "a number": (lambda n: SAID.filter(conversation_id=n), {"n": "chat"}),
    "a text": (lambda text: SAID.filter(text=text), {"text": "Привет 100%"}),
    "an empty text": (lambda text: SAID.filter(text=text), {"text": ""}),
    "a choice": (lambda status: SAID.filter(status=status), {"status": MessageStatus.RECEIVED}),
    "a moment": (lambda at: SAID.filter(at__gt=at), {"at": NOON.astimezone(MOSCOW)}),
    "nothing found": (lambda n: SAID.filter(turn_number=n), {"n": 8}),
    "twice": (lambda n: SAID.filter(Q(turn_number=n) | Q(turn_number=n, pk__gt=n)), {"n": 7}),
    "its own": (lambda n: SAID.filter(wa_id__in="ac", conversation_id=n), {"n": "chat"}),
    "excluded": (lambda text: SAID.exclude(text=text).filter(due_at=None), {"text": ""}),
    "a limit": (lambda n: SAID.filter(conversation_id=n)[1:3], {"n": "chat"}),
    "a join": (lambda jid: SAID.filter(conversation__chat=jid), {"jid": "1@lid"}),
    "read along": (
        lambda n: Conversation.objects.filter(pk=n).select_related("company__settings"),
        {"n": "chat"},
    ),
    "tuples": (
        lambda n: SAID.filter(conversation_id=n).values_list(
            "wa_id", "payload", "payload__at", "at", "due_at", "direction"
        ),
        {"n": "chat"},
    ),
    "values": (
        lambda n: SAID.filter(conversation_id=n).values_list("at", flat=True),
        {"n": "chat"},
    ),
    "sorted by another": (
        lambda n: SAID.filter(conversation_id=n).distinct().values_list("status"),
        {"n": "chat"},
    ),
    "some columns": (
        lambda n: SAID.filter(conversation_id=n).only("text", "payload"),
        {"n": "chat"},
    ),
}


@pytest.mark.parametrize("name", READS)
def test_reads_what_the_queryset_reads(chat: Conversation, name: str) -> None:
    build, given = READS[name]
    values = {key: chat.pk if value == "chat" else value for key, value in given.items()}
    plain = build(**values)
    with CaptureQueriesContext(connection) as asked:
        expected = list(plain)
    select: Select[Any] = Select(build)

    with CaptureQueriesContext(connection) as run:
        found = [select(**values), select(**values)]

    for rows in found:
        assert [seen(row) for row in rows] == [seen(row) for row in expected]
    assert [loose(query["sql"]) for query in run] == [loose(asked[0]["sql"])] * 2
    assert HasRow(build)(**values) is plain.exists() is bool(expected)
    assert select.first(**values) == (expected[0] if expected else None)


def test_several_looks_are_one_statement(chat: Conversation) -> None:
    looks = HasRows(
        lambda n: SAID.filter(conversation_id=n),
        lambda wa_id: Message.objects.filter(wa_id=wa_id),
        lambda n, wa_id: SAID.filter(conversation_id=n, wa_id=wa_id),
    )

    with CaptureQueriesContext(connection) as asked:
        found = [looks(n=chat.pk, wa_id="none"), looks(n=0, wa_id="a")]

    assert found == [(True, False, False), (False, True, False)]
    assert len(asked) == 2


def test_salon_without_wishes_has_none(db: None) -> None:
    company = make_company()
    SalonSettings.objects.filter(company=company).delete()
    select = Select(lambda n: Company.objects.filter(pk=n).select_related("settings"))

    (found,) = select(n=company.pk)

    with CaptureQueriesContext(connection) as asked, pytest.raises(SalonSettings.DoesNotExist):
        _ = found.settings
    assert len(asked) == 0


def test_rows_are_read_anew_and_are_ones_own(chat: Conversation) -> None:
    select = Select(lambda n: SAID.filter(conversation_id=n))
    before = select(n=chat.pk)
    before[0].payload["at"] = "changed here"
    Message.objects.filter(wa_id="b").update(text="anew")

    after = select(n=chat.pk)

    assert [row.text for row in after] == ["Привет 100%", "anew", "Да"]
    assert after[0].payload == {"at": {"hour": 1}, "%s": None}
    assert after[0] is not before[0]
    after[1].text = "saved"
    after[1].save()
    assert Message.objects.get(wa_id="b").text == "saved"


def test_each_call_binds_its_own_values(chat: Conversation) -> None:
    select = Select(lambda wa_id: Message.objects.filter(wa_id=wa_id).values_list("pk", flat=True))

    found = [select(wa_id=name) for name in ("a", "b", "a", "none")]

    a, b = (Message.objects.get(wa_id=name).pk for name in "ab")
    assert found == [[a], [b], [a], []]


@pytest.mark.parametrize("values", [{}, {"n": 1}, {"n": 1, "text": "", "more": 1}])
def test_values_missing_or_unknown_are_refused(chat: Conversation, values: dict[str, Any]) -> None:
    written = Update(lambda n, text: (_text(n, text), {"text": "x"}))

    for statement in (Select(_text), HasRow(_text), written):
        with CaptureQueriesContext(connection) as asked, pytest.raises(TypeError, match="n, text"):
            statement(**values)
        assert len(asked) == 0


def test_nothing_is_compared_with_none(chat: Conversation) -> None:
    for statement in (Select(_due), HasRow(_due), Update(lambda due: (_due(due), {"text": "x"}))):
        with pytest.raises(TypeError, match="due"):
            statement(due=None)
    assert not Message.objects.filter(text="x").exists()


@pytest.mark.parametrize(
    "build",
    [
        lambda n: Message.objects.filter(pk=n).values("pk"),
        lambda n: Message.objects.filter(pk=n).values_list("pk", named=True),
        lambda n: Message.objects.filter(pk=n).annotate(more=F("pk") + 1),
        lambda n: Conversation.objects.filter(pk=n).prefetch_related("messages"),
    ],
)
def test_what_could_not_be_made_alike_is_refused(db: None, build: Any) -> None:
    with pytest.raises(TypeError, match="values_list"):
        Select(build)(n=1)


LOCKED = Select(lambda n: Conversation.objects.select_for_update(skip_locked=True).filter(pk=n))


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only() -> None:
    chat = Conversation.objects.create(company=make_company(), chat="1@lid")
    with pytest.raises(transaction.TransactionManagementError):
        LOCKED(n=chat.pk)

    def ask() -> list[Conversation]:
        with closing(connection), transaction.atomic():
            return LOCKED(n=chat.pk)

    with ThreadPoolExecutor(4) as pool:
        with transaction.atomic():
            assert LOCKED(n=chat.pk) == [chat]
            assert pool.submit(ask).result() == []
        assert pool.submit(ask).result() == [chat]
    with pytest.raises(transaction.TransactionManagementError):
        LOCKED(n=chat.pk)


@pytest.mark.django_db(transaction=True)
def test_threads_and_new_connections_share_a_statement() -> None:
    company = make_company()
    made = Conversation.objects.create(company=company, chat="1@lid", state={"n": 1})
    select = Select(lambda n: Conversation.objects.filter(pk=n).select_related("company"))
    begin = threading.Barrier(4)

    def ask() -> list[Any]:
        with closing(connection):
            begin.wait()
            return [(row.company.title, row.state) for row in select(n=made.pk)]

    with ThreadPoolExecutor(4) as pool:
        found = [asked.result() for asked in [pool.submit(ask) for _ in range(4)]]
    connection.close()

    assert select(n=made.pk) == [made]
    assert found == [[(company.title, {"n": 1})]] * 4
