"""What became of reminders: the unconfirmed and the undelivered are told once, a late mark is made up for."""

from datetime import UTC, datetime

import pytest

from aiadmin.core.models import Alarm
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.outreach.hands import attendance, beat, go_to, texts, visit
from tests.whatsapp.reminders import deliver_all
from whatsapp.models import Message, Outreach, SalonPhone
from whatsapp.services import outreach, outreach_watch

pytestmark = pytest.mark.usefixtures("clock_file")


def test_visit_nobody_confirmed_is_told_to_the_administrators_once(
    small: SandboxSalon, bridge: BridgeServer
) -> None:
    SalonPhone.objects.create(company=small.company, phone="+79005550000", role="administrator")
    visit(small, small.at(15, days=2))
    go_to(small.at(19))
    beat(small)
    deliver_all()
    Message.objects.filter(status="sent").update(status="delivered")
    go_to(small.at(9, 59, days=2))
    beat(small)
    assert texts(small, "+79005550000") == []

    go_to(small.at(10, days=2))
    beat(small)
    beat(small)

    (letter,) = texts(small, "+79005550000")
    assert letter.startswith("Не подтвердили сегодня 1 визит.")
    assert "Ольга, +7 900 123-45-67: мужская стрижка, Сергей" in letter


def test_reminder_that_did_not_arrive_is_told_once(
    small: SandboxSalon, bridge: BridgeServer
) -> None:
    SalonPhone.objects.create(company=small.company, phone="+79005550000", role="administrator")
    bridge.answer("messages", (422, {"code": "refused", "detail": "not_on_whatsapp"}))
    visit(small, small.at(15, days=2))
    go_to(small.at(19))
    beat(small)
    deliver_all()

    beat(small)
    beat(small)

    (letter,) = texts(small, "+79005550000")
    assert letter.startswith("Сообщение о визите не дошло до клиента.")


def test_answer_the_journal_did_not_hear_is_told_later(small: SandboxSalon) -> None:
    booking = visit(small, small.at(15, days=2))
    go_to(small.at(19))
    beat(small)
    small.sandbox.fault(".*visits.*", "status", status=503)
    Outreach.objects.update(
        answer="yes", answered_at=datetime.now(UTC), mark_due_at=datetime.now(UTC)
    )
    beat(small)
    assert attendance(small, booking) == 0

    small.sandbox.heal()
    Outreach.objects.update(mark_due_at=datetime.now(UTC))
    beat(small)

    assert attendance(small, booking) == 2
    assert outreach_watch.to_mark() == []


def test_owner_whose_yclients_reminds_too_is_told_once(small: SandboxSalon) -> None:
    assert small.company.raw_data is not None
    small.company.raw_data["reminds_sms_disabled"] = False
    small.company.save()
    for _ in range(3):
        outreach.beat()
        outreach_watch.tell_double_reminders(small.company, small.at(12))
        # Another hour: an alarm of the same cause might come again.
        Alarm.objects.update(hour=datetime(2020, 1, 1, tzinfo=UTC))

    (alarm,) = Alarm.objects.filter(kind="yclients_reminds_too", company_id=small.company.pk)
    assert "два сообщения" in alarm.text


def test_owner_who_switched_theirs_off_is_left_alone(small: SandboxSalon) -> None:
    assert small.company.raw_data is not None
    small.company.raw_data["reminds_sms_disabled"] = True
    small.company.save()

    outreach.beat()

    assert not Alarm.objects.filter(kind="yclients_reminds_too").exists()
    assert not outreach_watch.tell_double_reminders(small.company, small.at(12))
