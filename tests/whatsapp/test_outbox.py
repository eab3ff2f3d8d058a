"""The outbox: in order, under one id for ever, forward only, and never by opening a socket."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from aiadmin.core import clock
from aiadmin.core import redis as store
from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.waiting import is_ahead
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import CLIENT_LID, event, queue, run_jobs, statuses
from whatsapp.models import Conversation, Message
from whatsapp.models.message import MessageStatus
from whatsapp.services import inbox, outbox, takeover
from whatsapp.services.ids import new_wa_id

NOT_CONNECTED = (409, {"code": "not_connected", "error": "x"})


def make_due() -> None:
    """The waiting time is over."""
    Message.objects.filter(due_at__isnull=False).update(due_at=datetime.now(UTC))


def test_messages_of_a_chat_leave_in_their_order_under_their_ids(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    rows = queue(conversation, "раз", "два", "три")

    outbox.deliver(conversation.pk)

    assert [(m["key"], m["text"]) for m in bridge.sent] == [(r.wa_id, r.text) for r in rows]
    assert {m["to"] for m in bridge.sent} == {CLIENT_LID}
    assert statuses(conversation) == ["sent"] * 3


def test_wa_id_looks_like_whatsapps_own() -> None:
    assert len({new_wa_id() for _ in range(100)}) == 100
    made = new_wa_id()
    assert made.startswith("3EB0")
    assert len(made) == 22
    assert made == made.upper()


def test_unconnected_salon_keeps_its_replies_and_the_order(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    first, _second = queue(conversation, "раз", "два")
    bridge.answer("messages", NOT_CONNECTED)
    begun = datetime.now(UTC)
    outbox.deliver(conversation.pk)
    outbox.deliver(conversation.pk)

    assert len(bridge.sent) == 1
    assert statuses(conversation) == ["queued", "queued"]
    first.refresh_from_db()
    assert is_ahead(first.due_at, outbox.FIRST_WAIT, outbox.FIRST_WAIT, since=begun)

    bridge.answer("messages", (200, {"status": "sent", "key": "x"}))
    make_due()
    outbox.deliver(conversation.pk)
    assert [m["text"] for m in bridge.sent] == ["раз", "раз", "два"]
    assert bridge.sent[0]["key"] == bridge.sent[1]["key"]


def test_waiting_time_grows_to_five_minutes(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    (row,) = queue(conversation, "раз")
    bridge.answer("messages", NOT_CONNECTED)
    for wait in (5, 10, 20, 40, 80, 160, 300, 300, 300):
        make_due()
        begun = datetime.now(UTC)
        outbox.deliver(conversation.pk)
        row.refresh_from_db()
        assert is_ahead(row.due_at, wait, wait, since=begun)


@pytest.mark.usefixtures("committed")
def test_connection_sends_at_once_what_waited(
    conversation: Conversation, bridge: BridgeServer, company: Company
) -> None:
    queue(conversation, "раз")
    bridge.answer("messages", NOT_CONNECTED)
    outbox.deliver(conversation.pk)
    bridge.answer("messages", (200, {"status": "sent", "key": "x"}))

    phone = (company.whatsapp_phone or "").lstrip("+")
    event(company, "connected", phone=phone, jid=f"{phone}@s.whatsapp.net", fresh=False)
    inbox.drain(company.pk)
    run_jobs()

    assert statuses(conversation) == ["sent"]


def test_unacknowledged_message_goes_again_under_the_same_id(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    first, _ = queue(conversation, "раз", "два")
    bridge.answer("messages", (200, {"status": "accepted", "key": "x"}))
    outbox.deliver(conversation.pk)
    outbox.deliver(conversation.pk)
    assert statuses(conversation) == ["sending", "queued"]
    assert outbox.due() == []

    bridge.answer("messages", (200, {"status": "sent", "key": "x"}))
    make_due()
    assert outbox.due() == [conversation.pk]
    outbox.deliver(conversation.pk)

    assert [m["key"] for m in bridge.sent][:2] == [first.wa_id] * 2
    assert statuses(conversation) == ["sent", "sent"]


def test_message_left_sending_by_a_killed_worker_goes_again_under_the_same_id(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    (row,) = queue(conversation, "раз")
    Message.objects.filter(pk=row.pk).update(
        status=MessageStatus.SENDING, attempts=1, due_at=datetime.now(UTC) - timedelta(seconds=1)
    )

    assert outbox.due() == [conversation.pk]
    outbox.deliver(conversation.pk)

    assert [m["key"] for m in bridge.sent] == [row.wa_id]
    assert statuses(conversation) == ["sent"]


@pytest.mark.usefixtures("committed")
def test_parallel_deliverers_send_each_message_once_and_in_order(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    texts = [str(n) for n in range(12)]
    queue(conversation, *texts)

    def work() -> None:
        outbox.deliver(conversation.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.deliver(conversation.pk)

    assert [m["text"] for m in bridge.sent] == texts


def test_salon_without_whatsapp_sends_nothing(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    queue(conversation, "раз")
    Company.objects.update(whatsapp_enabled=False)

    outbox.deliver(conversation.pk)

    assert not bridge.asked
    assert statuses(conversation) == ["queued"]


def test_reply_that_could_not_leave_for_half_a_day_gets_a_person(
    conversation: Conversation, bridge: BridgeServer, clock_file: Path
) -> None:
    queue(conversation, "Есть 15:00, записать?")
    clock.set_offset(13 * 3600)

    outbox.deliver(conversation.pk)

    assert not bridge.sent
    assert statuses(conversation) == ["failed"]
    conversation.refresh_from_db()
    assert conversation.needs_person_since is not None


def test_person_who_answers_withdraws_the_replies_that_have_not_left(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    queue(conversation, "раз")
    bridge.answer("messages", NOT_CONNECTED)
    outbox.deliver(conversation.pk)
    takeover.pause_by_staff(conversation.pk)
    bridge.answer("messages", (200, {"status": "sent", "key": "x"}))
    make_due()

    outbox.deliver(conversation.pk)

    assert len(bridge.sent) == 1
    assert statuses(conversation) == ["failed"]


def test_reaction_leaves_as_a_reaction(conversation: Conversation, bridge: BridgeServer) -> None:
    (row,) = queue(conversation, "❤️")
    reaction = {"message_id": "IN1", "from_me": False, "emoji": "❤️"}
    Message.objects.filter(pk=row.pk).update(kind="reaction", payload={"reaction": reaction})

    outbox.deliver(conversation.pk)

    assert bridge.sent[0]["reaction"] == reaction
    assert "text" not in bridge.sent[0]


@pytest.mark.usefixtures("committed")
def test_broker_that_lost_everything_delays_a_reply_but_loses_none(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    queue(conversation, "раз")
    store.client().flushdb()

    for conversation_id in outbox.due():
        outbox.deliver(conversation_id)

    assert statuses(conversation) == ["sent"]


def test_refusal_is_stored_with_its_alarm_and_its_person_or_not_at_all(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    queue(conversation, "раз")
    bridge.answer("messages", (422, {"code": "refused", "detail": "463"}))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE 'no'; END $$;"
            "CREATE TRIGGER fail BEFORE UPDATE ON conversations EXECUTE FUNCTION fail()"
        )
        with pytest.raises(DatabaseError):
            outbox.deliver(conversation.pk)
        cursor.execute("DROP TRIGGER fail ON conversations")

    assert statuses(conversation) == ["sending"]
    assert not Alarm.objects.exists()

    make_due()
    outbox.deliver(conversation.pk)

    conversation.refresh_from_db()
    assert statuses(conversation) == ["failed"]
    assert conversation.needs_person_since is not None
    assert Alarm.objects.filter(kind="number_restricted").count() == 1
