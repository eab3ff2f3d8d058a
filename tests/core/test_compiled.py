"""What is built once answers as the queryset it was built from, whatever Django changes inside."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model, Q, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aiadmin.core.compiled import HasRow, Insert, Select, Update
from marketplace.models import Company
from tests.whatsapp.hands import make_company
from whatsapp.models import Conversation, Message, SalonSettings
from whatsapp.models.message import Author, Direction, MessageStatus

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def chat(db: None) -> Conversation:
    """Of a salon with wishes of its own: three messages, an hour apart."""
    company = make_company()
    SalonSettings.objects.update_or_create(company=company)
    chat = Conversation.objects.create(company=company, chat="1@lid", state={"asked": ["day"]})
    _say(chat, "a", "Привет 100%", payload={"at": {"hour": 1}, "%s": None})
    _say(chat, "b", "", at=NOON + timedelta(hours=1))
    _say(chat, "c", "Да", at=NOON + timedelta(hours=2), turn_number=7, due_at=NOON)
    return chat


def _say(chat: Conversation, wa_id: str, text: str, **columns: Any) -> Message:
    columns = {"at": NOON, "status": MessageStatus.RECEIVED, **columns}
    return Message.objects.create(
        company=chat.company,
        conversation=chat,
        wa_id=wa_id,
        text=text,
        direction=Direction.IN,
        author=Author.CLIENT,
        **columns,
    )


def _seen(item: Any, beside: tuple[int, ...] = ()) -> Any:
    """All that a row holds, and what was read along with it (of a row that leads back: its kind)."""
    if not isinstance(item, Model) or id(item) in beside:
        return type(item) if isinstance(item, Model) else item
    columns = {name: value for name, value in vars(item).items() if name != "_state"}
    along = {
        name: _seen(one, (*beside, id(item))) for name, one in item._state.fields_cache.items()
    }
    return type(item), columns, along, item._state.adding, item._state.db


SAID = Message.objects.order_by("pk")


def _text(n: Any, text: Any) -> QuerySet[Message]:
    return SAID.filter(pk=n, text=text)


def _due(due: Any) -> QuerySet[Message]:
    return SAID.filter(due_at=due)


def _after(after: Any) -> QuerySet[Message]:
    return SAID.filter(at__gt=after, wa_id__in="abc")


MOSCOW = timezone.get_fixed_timezone(180)
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
        assert [_seen(row) for row in rows] == [_seen(row) for row in expected]
    assert [_loose(query["sql"]) for query in run] == [_loose(asked[0]["sql"])] * 2
    assert HasRow(build)(**values) is plain.exists() is bool(expected)
    assert select.first(**values) == (expected[0] if expected else None)


def _loose(sql: str) -> str:
    """A parameter stands in brackets."""
    return sql.replace("(", "").replace(")", "")


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
        assert _after(NOON).update(**columns(**values)) == 2
        expected = [_seen(row) for row in rows]
        transaction.set_rollback(True)
    update = Update(lambda after, v: (_after(after), columns(v)))

    with CaptureQueriesContext(connection) as run:
        changed = update(after=NOON, **values)

    assert changed == 2
    assert [_seen(row) for row in rows.all()] == expected
    (plain,) = (_loose(query["sql"]) for query in asked if query["sql"].startswith("UPDATE"))
    assert [_loose(query["sql"]) for query in run] == [plain]
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
    saved = _say(chat, "saved", "100% %s", **told)
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
