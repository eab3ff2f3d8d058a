"""A reply leaves as its turn knows it, and is looked at again as soon as anything has changed since."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from marketplace.models import Company, IntegrationStatus
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import CLIENT, CLIENT_LID, PRICE, arrive, chat, queue, replies, write
from whatsapp.models import Conversation, Message
from whatsapp.services import inbox, outbox, takeover, turns
from whatsapp.services.outgoing import Fresh


def answered(company: Company) -> Fresh:
    """The turn is over, and its reply has not left."""
    stored = turns.run(arrive(company).pk, "w")
    assert stored is not None
    assert stored.fresh is not None
    return stored.fresh


def test_it_leaves_once_with_the_ticks_of_what_it_answers(
    company: Company, bridge: BridgeServer
) -> None:
    fresh = answered(company)

    outbox.deliver(chat(company).pk, fresh)
    outbox.deliver(chat(company).pk, fresh)

    (sent,) = bridge.sent
    asked = Message.objects.get(company=company, direction="in")
    assert (sent["key"], sent["to"]) == (fresh.reply.wa_id, CLIENT_LID)
    assert sent["read"] == [{"chat": CLIENT_LID, "message_ids": [asked.wa_id]}]
    (reply,) = replies(company)
    assert (reply.status, reply.attempts) == ("sent", 1)


def test_older_reply_that_waits_goes_first(company: Company, bridge: BridgeServer) -> None:
    (older,) = queue(arrive(company), "раньше")
    stored = turns.run(chat(company).pk, "w")
    assert stored is not None

    outbox.deliver(chat(company).pk, stored.fresh)

    assert [sent["text"] for sent in bridge.sent] == [older.text, replies(company)[-1].text]


def test_older_reply_that_has_to_wait_keeps_it_back(company: Company, bridge: BridgeServer) -> None:
    queue(arrive(company), "раньше")
    bridge.answer("messages", (409, {"code": "not_connected", "error": "x"}))
    outbox.deliver(chat(company).pk)
    stored = turns.run(chat(company).pk, "w")
    assert stored is not None

    outbox.deliver(chat(company).pk, stored.fresh)

    assert [sent["text"] for sent in bridge.sent] == ["раньше"]


def _off(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(whatsapp_enabled=False)


def _gone(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(integration_status=IntegrationStatus.UNINSTALLED)


@pytest.mark.parametrize(
    ("meanwhile", "status"),
    [
        pytest.param(_off, "queued", id="the salon is switched off"),
        pytest.param(_gone, "failed", id="the salon has left"),
        pytest.param(
            lambda company: takeover.pause_by_staff(chat(company).pk),
            "failed",
            id="a person answers",
        ),
    ],
)
def test_it_does_not_leave_when_meanwhile(
    company: Company, bridge: BridgeServer, meanwhile: Callable[[Company], Any], status: str
) -> None:
    fresh = answered(company)
    meanwhile(company)

    outbox.deliver(chat(company).pk, fresh)

    assert bridge.sent == []
    assert [reply.status for reply in replies(company)] == [status]


def test_chat_that_a_person_was_called_to_stays_unread(
    company: Company, bridge: BridgeServer
) -> None:
    fresh = answered(company)
    Conversation.objects.update(needs_person_since=datetime.now(UTC))

    outbox.deliver(chat(company).pk, fresh)

    assert "read" not in bridge.sent[0]


def test_it_goes_to_the_address_that_the_chat_has_by_now(
    company: Company, bridge: BridgeServer
) -> None:
    fresh = answered(company)
    Conversation.objects.update(chat=f"{CLIENT}@s.whatsapp.net")

    outbox.deliver(chat(company).pk, fresh)

    assert [sent["to"] for sent in bridge.sent] == [f"{CLIENT}@s.whatsapp.net"]


@pytest.mark.parametrize(
    ("changed", "quoted"),
    [({"deleted": True}, None), ({}, "А женская?")],
    ids=["deleted", "edited"],
)
def test_quotation_is_of_what_the_message_says_by_now(
    company: Company, bridge: BridgeServer, changed: dict[str, bool], quoted: str | None
) -> None:
    fresh = answered(company)
    asked = Message.objects.get(company=company, direction="in")
    asked.text, asked.payload = "А женская?", asked.payload | changed
    asked.save(update_fields=["text", "payload"])
    write(company, PRICE)
    inbox.drain(company.pk)

    outbox.deliver(chat(company).pk, fresh)

    told = bridge.sent[0].get("quoted")
    assert (told and told["text"]) == quoted
