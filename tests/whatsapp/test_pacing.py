"""The pace of a number: what nobody asked for goes slowly and by day, answers at once."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.test import Client

from aiadmin.core import clock
from marketplace.models import Company, IntegrationStatus
from tests.waiting import is_ahead
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import queue, run_jobs
from tests.whatsapp.reminders import (
    client_of,
    deliver_all,
    pass_real,
    reload,
    remind,
    set_hour,
    waiting_until,
)
from whatsapp.models import Conversation, Message, SalonPhone
from whatsapp.services import handover, outbox, pacing, proactive, takeover

pytestmark = pytest.mark.usefixtures("midday")


# --- pace ---


def test_reminders_leave_eight_to_twenty_seconds_apart_whoever_gets_them(
    company: Company, bridge: BridgeServer
) -> None:
    for n in range(6):
        remind(client_of(company, n))
    begun = datetime.now(UTC)

    deliver_all()

    assert len(bridge.sent) == 1
    slots = waiting_until()
    assert is_ahead(slots[0], 8, 20, since=begun)
    gaps = [after - before for before, after in pairwise(slots)]
    assert all(timedelta(seconds=8) <= gap <= timedelta(seconds=20) for gap in gaps)
    assert len(set(gaps)) == len(gaps) == 4

    # Each leaves at its own slot, without asking again.
    for left in range(5, 0, -1):
        pass_real((waiting_until()[0] - datetime.now(UTC)).total_seconds() + 0.5)
        deliver_all()
        assert len(waiting_until()) == left - 1


def test_slots_that_were_missed_do_not_go_all_at_once(
    company: Company, bridge: BridgeServer
) -> None:
    for n in range(6):
        remind(client_of(company, n))
    deliver_all()
    # The workers were away for ten minutes.
    pass_real(600)

    deliver_all()

    assert len(bridge.sent) == 2
    assert Message.objects.filter(status="queued", error="pace").count() == 4


def test_replies_go_at_once_up_to_a_burst_then_one_by_one(
    company: Company, bridge: BridgeServer
) -> None:
    # So many that they are not through before the last one's turn on the slowest machine.
    many = 30
    for n in range(many):
        queue(client_of(company, n), "ответ")

    deliver_all()

    # The gaps are random, so is the end of the burst.
    least = pacing.REPLIES.burst - 4
    assert least <= len(bridge.sent) < many
    late = Message.objects.filter(status="queued")
    assert {row.error for row in late} == {"pace"}
    waits = [(row.due_at - datetime.now(UTC)).total_seconds() for row in late if row.due_at]
    assert max(waits) < (many - least) * 1.6

    pass_real(30)
    deliver_all()
    assert Message.objects.filter(status="queued").count() == 0


@pytest.mark.usefixtures("committed")
def test_pace_holds_over_parallel_workers(company: Company, bridge: BridgeServer) -> None:
    chats = [remind(client_of(company, n)).conversation_id for n in range(8)]

    def work(pk: int) -> None:
        outbox.deliver(pk)
        connection.close()

    threads = [threading.Thread(target=work, args=(pk,)) for pk in chats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(bridge.sent) == 1
    assert all(
        after - before >= timedelta(seconds=8) for before, after in pairwise(waiting_until())
    )


def test_reply_overtakes_a_reminder_that_waits_in_its_chat(
    company: Company, bridge: BridgeServer
) -> None:
    chat = client_of(company, 1)
    set_hour(22)
    reminder = remind(chat)
    outbox.deliver(chat.pk)
    (reply,) = queue(chat, "ответ")

    assert outbox.due() == [chat.pk]
    outbox.deliver(chat.pk)

    assert [m["key"] for m in bridge.sent] == [reply.wa_id]
    assert reload(reminder).status == "queued"


def test_notice_to_the_salons_people_does_not_queue_behind_reminders(
    company: Company, bridge: BridgeServer
) -> None:
    SalonPhone.objects.create(company=company, phone="+79008887766", role="administrator")
    for n in range(4):
        remind(client_of(company, n))
    deliver_all()

    with transaction.atomic():
        handover.to_administrators(company, "Низкая оценка")
    deliver_all()

    assert [sent["text"] for sent in bridge.sent] == ["Напоминаем", "Низкая оценка"]
    # Nor do reminders go any faster for it.
    assert Message.objects.filter(status="queued", error="pace").count() == 3


def test_reminder_waits_for_the_reply_that_cannot_leave_yet(
    company: Company, bridge: BridgeServer
) -> None:
    chat = client_of(company, 1)
    bridge.answer("messages", (409, {"code": "not_connected", "error": "x"}))
    queue(chat, "ответ")
    outbox.deliver(chat.pk)
    remind(chat)

    assert outbox.due() == []
    outbox.deliver(chat.pk)
    assert len(bridge.sent) == 1


# --- night ---


@pytest.mark.parametrize(
    ("zone", "hour", "leaves"),
    [
        ("Europe/Moscow", 8, False),
        ("Europe/Moscow", 9, True),
        ("Europe/Moscow", 20, True),
        ("Europe/Moscow", 21, False),
        ("Asia/Kamchatka", 21, False),
        ("Europe/Kaliningrad", 8, False),
    ],
)
def test_night_is_the_salons_own_from_21_to_9(
    company: Company, bridge: BridgeServer, zone: str, hour: int, leaves: bool
) -> None:
    Company.objects.update(timezone=zone)
    company.refresh_from_db()
    set_hour(hour, zone=zone)
    remind(client_of(company, 1))

    deliver_all()

    assert len(bridge.sent) == int(leaves)


def test_what_came_at_night_leaves_in_the_morning(company: Company, bridge: BridgeServer) -> None:
    set_hour(23)
    reminder = remind(client_of(company, 1))
    deliver_all()
    assert reload(reminder).error == "quiet_hours"
    assert outbox.due() == []

    set_hour(8, days=2)
    assert outbox.due() == []
    set_hour(9, days=2)
    deliver_all()

    assert reload(reminder).status == "sent"


def test_what_the_night_made_useless_is_never_sent(company: Company, bridge: BridgeServer) -> None:
    set_hour(22)
    held = remind(client_of(company, 1), hours=5)

    deliver_all()
    set_hour(12, days=2)
    deliver_all()

    assert not bridge.asked
    assert (reload(held).status, reload(held).error) == ("failed", "expired")


def test_replies_know_no_night(company: Company, bridge: BridgeServer) -> None:
    set_hour(3)
    queue(client_of(company, 1), "ответ")

    deliver_all()

    assert len(bridge.sent) == 1


# --- people ---


def test_client_who_wrote_stop_gets_nothing_that_was_waiting_nor_new(
    company: Company, bridge: BridgeServer
) -> None:
    chat = client_of(company, 1)
    waiting = remind(chat)
    Conversation.objects.update(opted_out_at=clock.now())
    chat.refresh_from_db()

    deliver_all()

    assert not bridge.asked
    assert (reload(waiting).status, reload(waiting).error) == ("failed", "opted_out")
    assert proactive.queue(chat, "x", expires_at=clock.now() + timedelta(hours=1)) is None
    # An answer to what the client asks is no advertisement.
    queue(chat, "ответ")
    deliver_all()
    assert [m["text"] for m in bridge.sent] == ["ответ"]


def test_reminder_keeps_out_of_a_chat_that_a_person_has_taken_over(
    company: Company, bridge: BridgeServer
) -> None:
    chat = client_of(company, 1)
    waiting = remind(chat)
    takeover.pause_by_staff(chat.pk)
    deliver_all()
    assert (reload(waiting).status, reload(waiting).error) == ("queued", pacing.TAKEN_OVER)
    assert outbox.due() == []

    takeover.resume(chat.pk)
    deliver_all()
    assert reload(waiting).status == "sent"


def test_frozen_salon_reminds_nobody(company: Company, bridge: BridgeServer) -> None:
    Company.objects.update(integration_status=IntegrationStatus.FROZEN)
    remind(client_of(company, 1))

    deliver_all()

    assert not bridge.asked


@pytest.mark.usefixtures("committed")
def test_job_of_a_queued_reminder_sends_it(company: Company, bridge: BridgeServer) -> None:
    row = remind(client_of(company, 1))

    run_jobs()

    assert [m["key"] for m in bridge.sent] == [row.wa_id]


def test_staff_read_why_a_message_waits(
    company: Company, bridge: BridgeServer, admin_client: Client
) -> None:
    set_hour(23)
    chat = client_of(company, 1)
    remind(chat)
    deliver_all()

    page = admin_client.get(f"/admin/whatsapp/conversation/{chat.pk}/change/").content.decode()

    assert "уйдёт утром" in page
