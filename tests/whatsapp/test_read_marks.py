"""Blue ticks stand for an answer of the assistant, and for nothing else."""

import pytest

from aiadmin.core import clock
from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import CLIENT, CLIENT_LID, PRICE, chat, make_due, write
from tests.whatsapp.reminders import deliver_all, remind
from whatsapp.models import Conversation, Message
from whatsapp.services import inbox, takeover, turns

# An older bridge's word on a field it does not know.
INVALID = (400, {"error": "body must NOT have additional properties", "code": "invalid"})


def answer(company: Company) -> None:
    """The turn runs and its replies leave."""
    inbox.drain(company.pk)
    make_due()
    turns.run(chat(company).pk, "w")
    deliver_all()


def read(bridge: BridgeServer) -> list[tuple[str, list[str]]]:
    return [
        (item["chat"], item["message_ids"]) for sent in bridge.sent for item in sent.get("read", ())
    ]


def test_whole_burst_is_ticked_once_with_its_answer(company: Company, bridge: BridgeServer) -> None:
    ids = [write(company, text) for text in ("Здравствуйте", "скажите", PRICE)]

    answer(company)

    assert read(bridge) == [(CLIENT_LID, ids)]
    assert "read" in bridge.sent[0]


def test_burst_from_both_addresses_is_ticked_where_each_was_written(
    company: Company, bridge: BridgeServer
) -> None:
    number = f"{CLIENT}@s.whatsapp.net"
    by_lid = write(company, "Здравствуйте")
    by_number = write(company, PRICE, chat=number, chat_alt=CLIENT_LID)

    answer(company)

    assert read(bridge) == [(CLIENT_LID, [by_lid]), (number, [by_number])]


def test_bridge_that_knows_no_ticks_gets_the_answer_alone(
    company: Company, bridge: BridgeServer
) -> None:
    bridge.answer("messages", INVALID, (200, {"status": "sent", "key": "x"}))
    asked = write(company, PRICE)

    answer(company)

    with_ticks, alone, *_ = bridge.sent
    assert with_ticks.pop("read") == [{"chat": CLIENT_LID, "message_ids": [asked]}]
    assert alone == with_ticks
    assert not Message.objects.filter(direction="out").exclude(status="sent").exists()


def test_messages_a_person_is_to_see_stay_unread(company: Company, bridge: BridgeServer) -> None:
    write(company, "Позовите администратора")

    answer(company)

    assert chat(company).needs_person_since is not None
    assert bridge.sent
    assert not read(bridge)


@pytest.mark.parametrize("columns", [{"ai_enabled": False}, {"whatsapp_enabled": False}])
def test_message_nobody_answers_stays_unread(
    company: Company, bridge: BridgeServer, columns: dict[str, bool]
) -> None:
    Company.objects.update(**columns)
    write(company, PRICE)

    answer(company)

    assert not bridge.asked


def test_what_came_while_a_person_answered_is_never_ticked_by_a_later_answer(
    company: Company, bridge: BridgeServer
) -> None:
    write(company, "Отвечу сама", from_me=True)
    write(company, "Хорошо, спасибо")
    inbox.drain(company.pk)
    assert not bridge.asked

    takeover.resume(chat(company).pk)
    later = write(company, PRICE)
    answer(company)

    assert read(bridge) == [(CLIENT_LID, [later])]


def test_person_who_takes_over_before_the_answer_leaves_keeps_it_unread(
    company: Company, bridge: BridgeServer
) -> None:
    write(company, PRICE)
    inbox.drain(company.pk)
    make_due()
    turns.run(chat(company).pk, "w")
    takeover.pause_by_staff(chat(company).pk)

    deliver_all()

    assert not bridge.asked


def test_reminder_ticks_nothing(company: Company, bridge: BridgeServer, midday: None) -> None:
    write(company, "Хорошо")
    inbox.drain(company.pk)
    Message.objects.update(status="answered")
    Conversation.objects.update(turn_due_at=None)
    remind(chat(company))

    deliver_all()

    assert len(bridge.sent) == 1
    assert not read(bridge)
    assert clock.offset() != 0
