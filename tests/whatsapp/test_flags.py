"""The switches of a salon and of the installation: what each one stops, and what goes on."""

import pytest
from pytest_django.fixtures import Settings

from aiadmin.core.errors import ConflictError
from aiadmin.core.queue import Job
from marketplace.models import Booking, Company, SyncRun, WebhookEvent
from marketplace.services import activation, sync, webhooks
from tests.marketplace.salons import SandboxSalon
from tests.marketplace.test_webhooks import process_all, receive, record_event, typed_by_the_salon
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import (
    chat,
    make_company,
    make_unconnected,
    queue,
    run_jobs,
    statuses,
    write,
)
from whatsapp.models import Conversation, Message
from whatsapp.models.message import MessageStatus
from whatsapp.models.session import SessionState
from whatsapp.services import inbox, outbox, sessions

pytestmark = pytest.mark.usefixtures("committed")


def test_whatsapp_switched_off_means_no_session_and_nothing_sent(
    conversation: Conversation, bridge: BridgeServer
) -> None:
    company = conversation.company
    queue(conversation, "Есть 15:00, записать?")

    activation.change_settings(company.pk, {"whatsapp_enabled": False})
    assert run_jobs() == [Job.SESSION_CLOSE.task]
    outbox.deliver(conversation.pk)
    with pytest.raises(ConflictError) as refusal:
        sessions.request_pairing(Company.objects.get(pk=company.pk))
    sessions.start_asked(company.pk)

    assert [item.path for item in bridge.asked] == [f"/sessions/{company.pk}/stop"]
    assert refusal.value.code == "whatsapp_disabled"
    assert sessions.get(company.pk).state == SessionState.IDLE
    assert statuses(conversation) == ["queued"]
    assert Company.objects.get(pk=company.pk).whatsapp_connected is False


def test_sync_switched_off_reads_nothing_and_stores_webhooks(salon: SandboxSalon) -> None:
    activation.change_settings(salon.company.pk, {"sync_enabled": False})
    salon.company.refresh_from_db()
    record_id = typed_by_the_salon(salon)
    # Whatever is asked of YCLIENTS from here on is counted.
    salon.sandbox.fault("", "delay", seconds=0, salon_id=salon.company.salon_id)

    receive(salon, **record_event(salon, record_id))
    process_all()
    run = sync.request_sync(salon.company.pk)
    sync.run(run.pk)

    def asked() -> int:
        return int(salon.sandbox.get("/faults")["faults"][0]["hits"])

    assert asked() == 0
    assert WebhookEvent.objects.get().resource_id == record_id
    assert webhooks.due_ids() == []
    assert not Booking.objects.filter(record_id=record_id).exists()
    run.refresh_from_db()
    assert (run.status, run.error) == (SyncRun.Status.FAILED, "Синхронизация выключена")

    activation.change_settings(salon.company.pk, {"sync_enabled": True})
    sync.run(SyncRun.objects.latest("pk").pk)
    assert asked() > 0
    assert Booking.objects.filter(record_id=record_id).exists()


def test_assistant_switched_off_stores_messages_and_answers_nobody(bridge: BridgeServer) -> None:
    company = make_company()
    activation.change_settings(company.pk, {"ai_enabled": False})

    write(company, "Запишите меня на завтра")
    inbox.drain(company.pk)
    run_jobs()

    message = Message.objects.get(company=company)
    assert (message.text, message.status) == ("Запишите меня на завтра", MessageStatus.ANSWERED)
    assert chat(company).turn_due_at is None
    assert not bridge.sent


def test_single_tenant_installation_pairs_no_second_salon(
    bridge: BridgeServer, settings: Settings
) -> None:
    settings.WHATSAPP_MULTI_TENANT = False
    first, second = make_company(), make_unconnected()

    with pytest.raises(ConflictError) as refusal:
        sessions.page_opened(second)
    sessions.start_asked(second.pk)
    assert refusal.value.code == "single_tenant"
    assert not bridge.asked

    # The connected one is not in its own way, and the place is free once it leaves.
    activation.ensure_may_connect(first)
    activation.mark_disconnected(first.pk, reason="left")
    sessions.page_opened(second)
    run_jobs()
    assert [item.path for item in bridge.asked] == [f"/sessions/{second.pk}/start"]
