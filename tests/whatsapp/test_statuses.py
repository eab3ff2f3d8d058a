"""How far a reply has come: forward only, and what a refusal means."""

import pytest

from aiadmin.core.models import Alarm
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import CLIENT_LID, event, queue, replies, run_jobs, statuses
from whatsapp.models import Conversation, Message
from whatsapp.models.message import MessageStatus
from whatsapp.services import inbox, outbox


def test_restricted_number_is_an_alarm_and_is_not_tried_again(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    queue(conversation, "раз")
    bridge.answer("messages", (422, {"code": "refused", "detail": "463", "error": "x"}))

    outbox.deliver(conversation.pk)
    outbox.deliver(conversation.pk)

    assert len(bridge.sent) == 1
    (row,) = replies(conversation.company)
    assert (row.status, row.error, row.due_at) == ("failed", "463", None)
    assert Alarm.objects.filter(kind="number_restricted").count() == 1
    conversation.refresh_from_db()
    assert conversation.needs_person_since is not None


def test_refused_message_does_not_hold_up_the_next(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    queue(conversation, "раз", "два")
    bridge.answer(
        "messages",
        (422, {"code": "refused", "detail": "not_on_whatsapp", "error": "x"}),
        (200, {"status": "sent", "key": "x"}),
    )

    outbox.deliver(conversation.pk)

    assert statuses(conversation) == ["failed", "sent"]
    assert Alarm.objects.filter(kind="message_refused").count() == 1


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (["sent", "delivered", "read"], "read"),
        (["read", "delivered", "sent"], "read"),
        (["delivered", "sent"], "delivered"),
        (["failed", "delivered"], "delivered"),
        (["delivered", "failed"], "delivered"),
        (["sent", "failed"], "failed"),
    ],
)
def test_status_only_moves_forward(
    conversation: Conversation, told: list[str], expected: str
) -> None:
    (row,) = queue(conversation, "раз")
    Message.objects.filter(pk=row.pk).update(status=MessageStatus.SENDING)
    for status in told:
        event(
            conversation.company,
            "status",
            message_id=row.wa_id,
            chat=CLIENT_LID,
            status=status,
            timestamp=0,
        )
    inbox.drain(conversation.company_id)

    assert statuses(conversation) == [expected]


@pytest.mark.usefixtures("committed")
def test_status_event_lets_the_next_message_go(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    first, _ = queue(conversation, "раз", "два")
    bridge.answer("messages", (200, {"status": "accepted", "key": "x"}))
    outbox.deliver(conversation.pk)
    bridge.answer("messages", (200, {"status": "sent", "key": "x"}))

    event(conversation.company, "status", message_id=first.wa_id, status="sent", timestamp=0)
    inbox.drain(conversation.company_id)
    run_jobs()

    assert statuses(conversation) == ["sent", "sent"]
    assert [m["text"] for m in bridge.sent] == ["раз", "два"]
