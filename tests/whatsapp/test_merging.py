"""One client under two addresses: whatever is learnt when, the history is one and nothing of it is lost."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from aiadmin.core import clock
from marketplace.models import Company
from tests.whatsapp.bridge_server import Asked, BridgeServer
from tests.whatsapp.hands import CLIENT, CLIENT_LID, make_due, queue, replies, write
from whatsapp.models import Conversation, KeptRequest, Message
from whatsapp.models.message import Author
from whatsapp.services import identity, inbox, outbox, proactive

NUMBER = f"{CLIENT}@s.whatsapp.net"
BY_LID: dict[str, Any] = {"chat": CLIENT_LID, "chat_alt": None, "phone": None}
BY_NUMBER: dict[str, Any] = {"chat": NUMBER, "chat_alt": None, "lid": None}
BOTH: dict[str, Any] = {"chat": CLIENT_LID, "chat_alt": NUMBER}

ORDERS = [
    pytest.param(BY_LID, BY_NUMBER, id="lid_first"),
    pytest.param(BY_NUMBER, BY_LID, id="number_first"),
]


def told(company: Company, text: str, **changes: Any) -> Conversation:
    write(company, text, **changes)
    inbox.drain(company.pk)
    return Message.objects.get(company=company, text=text).conversation


def only_chat(company: Company) -> Conversation:
    return Conversation.objects.get(company=company)


@pytest.mark.parametrize(("first", "second"), ORDERS)
def test_history_is_one_in_its_order_once_both_addresses_are_known(
    company: Company, first: dict[str, Any], second: dict[str, Any]
) -> None:
    one = told(company, "раз", **first)
    two = told(company, "два", **second)
    assert one.pk != two.pk
    turns_before = max(one.turn_number, two.turn_number)

    told(company, "три", **BOTH)

    merged = only_chat(company)
    assert (merged.lid, merged.phone) == (CLIENT_LID, f"+{CLIENT}")
    # Answers go to where the client wrote last.
    assert merged.chat == CLIENT_LID
    texts = Message.objects.filter(conversation=merged).order_by("pk")
    assert list(texts.values_list("text", flat=True)) == ["раз", "два", "три"]
    assert merged.turn_due_at is not None
    assert merged.turn_number >= turns_before


@pytest.mark.parametrize(("first", "second"), ORDERS)
def test_promises_to_the_client_survive_in_either_order(
    company: Company, first: dict[str, Any], second: dict[str, Any]
) -> None:
    told(company, "раз", **first)
    other = told(company, "два", **second)
    stopped = clock.now()
    paused = clock.now() + timedelta(minutes=30)
    Conversation.objects.filter(pk=other.pk).update(
        opted_out_at=stopped,
        bot_paused_until=paused,
        needs_person_since=stopped,
        needs_person_reason="жалоба",
        name="Ольга",
    )
    KeptRequest.objects.create(
        company=company, conversation=other, turn_key=f"{other.pk}:0", kept={}, due_at=paused
    )

    told(company, "три", **BOTH)

    merged = only_chat(company)
    assert (merged.opted_out_at, merged.bot_paused_until) == (stopped, paused)
    assert (merged.needs_person_reason, merged.name) == ("жалоба", "Ольга")
    assert KeptRequest.objects.get().conversation == merged


@pytest.mark.parametrize(("first", "second"), ORDERS)
def test_reply_that_waited_in_either_chat_leaves_once_and_to_the_one_that_stays(
    company: Company, bridge: BridgeServer, first: dict[str, Any], second: dict[str, Any]
) -> None:
    chats = [told(company, "раз", **first), told(company, "два", **second)]
    rows = [queue(each, f"ответ {each.pk}")[0] for each in chats]

    told(company, "три", **BOTH)
    for pk in (*outbox.due(), *(each.pk for each in chats)):
        outbox.deliver(pk)

    assert [item["key"] for item in bridge.sent] == [row.wa_id for row in rows]
    assert {item["to"] for item in bridge.sent} == {CLIENT_LID}


@pytest.mark.usefixtures("committed")
def test_chats_merged_while_a_reply_is_on_its_way_keep_it(
    company: Company, bridge: BridgeServer
) -> None:
    told(company, "раз", **BY_LID)
    other = told(company, "два", **BY_NUMBER)
    (row,) = queue(other, "ответ")

    def merge(asked: Asked) -> None:
        if asked.path.endswith("/messages"):
            told(company, "три", **BOTH)
            connection.close()

    bridge.on = merge
    outbox.deliver(other.pk)

    row.refresh_from_db()
    assert (row.status, row.conversation_id) == ("sent", only_chat(company).pk)


@pytest.mark.usefixtures("committed")
def test_reply_refused_while_its_chat_is_merged_calls_a_person_to_the_one_that_stays(
    company: Company, bridge: BridgeServer
) -> None:
    told(company, "раз", **BY_LID)
    other = told(company, "два", **BY_NUMBER)
    queue(other, "ответ")
    bridge.answer("messages", (422, {"code": "refused", "detail": "463"}))

    def merge(asked: Asked) -> None:
        if asked.path.endswith("/messages"):
            told(company, "три", **BOTH)
            connection.close()

    bridge.on = merge
    outbox.deliver(other.pk)

    assert only_chat(company).needs_person_reason == "Ответ не отправлен: 463"


def test_turn_under_way_is_not_cut_off_by_a_merge(company: Company) -> None:
    busy = told(company, "раз", **BY_LID)
    told(company, "два", **BY_NUMBER)
    make_due()
    Conversation.objects.filter(pk=busy.pk).update(turn_upto=1, turn_owner="w", turn_epoch=1)

    told(company, "три", **BOTH)
    assert Conversation.objects.filter(company=company).count() == 2

    Conversation.objects.filter(pk=busy.pk).update(turn_upto=None, turn_owner="")
    told(company, "четыре", **BOTH)
    assert Message.objects.filter(conversation=only_chat(company)).count() == 4


# --- we write first ---


def first_to(company: Company, phone: str) -> Conversation:
    with transaction.atomic():
        return identity.conversation_by_phone(company, phone)


def test_client_written_to_by_number_who_answers_by_lid_stays_one_chat(company: Company) -> None:
    reminded = first_to(company, f"+{CLIENT}")
    proactive.queue(reminded, "Напоминаем", expires_at=clock.now() + timedelta(hours=1))

    answered = told(company, "да", **BOTH)

    assert answered.pk == reminded.pk
    assert Message.objects.filter(conversation=answered).count() == 2


def test_client_who_wrote_by_lid_is_reminded_in_that_chat(company: Company) -> None:
    wrote = told(company, "Здравствуйте", **BOTH)

    assert first_to(company, f"+{CLIENT}").pk == wrote.pk
    assert only_chat(company).chat == CLIENT_LID


@pytest.mark.usefixtures("committed")
def test_reminder_and_message_at_the_same_moment_end_in_one_chat(company: Company) -> None:
    start = threading.Barrier(3)

    def remind() -> None:
        start.wait()
        with transaction.atomic():
            reminded = identity.conversation_by_phone(company, f"+{CLIENT}")
            proactive.queue(reminded, "напоминание", expires_at=clock.now() + timedelta(hours=1))
        connection.close()

    def receive(changes: dict[str, Any], text: str) -> None:
        write(company, text, **changes)
        start.wait()
        inbox.drain(company.pk)
        connection.close()

    threads = [
        threading.Thread(target=remind),
        threading.Thread(target=receive, args=(BY_LID, "раз")),
        threading.Thread(target=receive, args=(BOTH, "два")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told(company, "три", **BOTH)

    texts = set(
        Message.objects.filter(conversation=only_chat(company)).values_list("text", flat=True)
    )
    assert texts == {"напоминание", "раз", "два", "три"}


# --- our own words come back ---


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("address", [BY_LID, BY_NUMBER, BOTH], ids=["lid", "number", "both"])
def test_echo_that_is_faster_than_the_answer_of_the_bridge_is_no_person(
    company: Company, bridge: BridgeServer, address: dict[str, Any]
) -> None:
    known = told(company, "раз", **BOTH)
    queue(known, "ответ")

    def echo(asked: Asked) -> None:
        if asked.path.endswith("/messages"):
            write(company, "ответ", from_me=True, message_id=asked.body["key"], **address)
            inbox.drain(company.pk)
            connection.close()

    bridge.on = echo
    outbox.deliver(known.pk)

    assert [(row.author, row.status) for row in replies(company)] == [(Author.BOT, "sent")]
    assert only_chat(company).bot_paused_until is None
