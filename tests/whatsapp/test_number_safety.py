"""Strangers get few first messages a day, and a refusal of WhatsApp stops what nobody asked for."""

from datetime import UTC, datetime

import pytest

from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import event, gone, queue, tell, write
from tests.whatsapp.reminders import client_of, deliver_all, pass_real, reload, remind, set_hour
from whatsapp.models import Conversation, NumberPace
from whatsapp.models.message import Purpose
from whatsapp.services import inbox, outbox, pacing

pytestmark = pytest.mark.usefixtures("midday")


SENT = (200, {"status": "sent", "key": "x"})
RESTRICTED = (422, {"code": "refused", "detail": "463"})


# --- strangers ---


def test_strangers_get_a_first_message_only_within_the_daily_budget(
    company: Company, bridge: BridgeServer
) -> None:
    NumberPace.objects.create(company=company, first_contacts_per_day=2)
    rows = [remind(client_of(company, n, known=False), hours=60) for n in range(3)]
    for _ in rows:
        deliver_all()
        pass_real(60)

    assert [reload(row).status for row in rows] == ["sent", "sent", "queued"]
    assert {reload(row).purpose for row in rows[:2]} == {Purpose.FIRST_CONTACT}
    assert reload(rows[2]).error == "daily_budget"

    # Whoever wrote to the salon costs nothing…
    known = remind(client_of(company, 9))
    deliver_all()
    assert (reload(known).status, reload(known).purpose) == ("sent", Purpose.SERVICE)

    # …and the next day has a budget of its own.
    pass_real(60)
    set_hour(12, days=2)
    deliver_all()
    assert reload(rows[2]).status == "sent"


def test_second_attempt_of_a_first_message_is_not_counted_again(
    company: Company, bridge: BridgeServer
) -> None:
    NumberPace.objects.create(company=company, first_contacts_per_day=1)
    bridge.answer("messages", (409, {"code": "not_connected", "error": "x"}), SENT)
    row = remind(client_of(company, 1, known=False))
    deliver_all()
    pass_real(60)

    deliver_all()

    assert reload(row).status == "sent"
    assert len(bridge.sent) == 2


def test_stranger_who_writes_before_the_message_leaves_is_none(
    company: Company, bridge: BridgeServer
) -> None:
    NumberPace.objects.create(company=company, first_contacts_per_day=0)
    stranger = client_of(company, 1, known=False)
    row = remind(stranger, hours=60)
    deliver_all()
    assert reload(row).error == "daily_budget"

    write(company, chat=stranger.chat, chat_alt=None, lid=None, phone=stranger.phone.lstrip("+"))
    inbox.drain(company.pk)
    set_hour(12, days=2)
    deliver_all()

    assert (reload(row).status, reload(row).purpose) == ("sent", Purpose.SERVICE)


# --- what WhatsApp refuses ---


@pytest.mark.parametrize("code", ["463", "429"])
def test_refusal_stops_reminders_for_an_hour_and_calls_people_in_words(
    company: Company, bridge: BridgeServer, code: str
) -> None:
    bridge.answer("messages", (422, {"code": "refused", "detail": code}), SENT)
    first = remind(client_of(company, 1))
    second = remind(client_of(company, 2))
    deliver_all()
    pass_real(60)
    deliver_all()

    assert (reload(first).status, reload(first).error) == ("failed", code)
    assert (reload(second).status, reload(second).error) == ("queued", "number_refused")
    alarm = Alarm.objects.get(kind="number_restricted", company_id=company.pk)
    assert code in alarm.text
    assert "остановлены до" in alarm.text
    # Nobody waits for an answer to a reminder.
    assert not Conversation.objects.filter(needs_person_since__isnull=False).exists()

    pass_real(3600)
    deliver_all()
    assert reload(second).status == "sent"


def test_reply_refused_by_463_gets_a_person_and_is_never_tried_again(
    company: Company, bridge: BridgeServer
) -> None:
    bridge.answer("messages", RESTRICTED, SENT)
    chat = client_of(company, 1)
    first, second = queue(chat, "раз", "два")

    outbox.deliver(chat.pk)
    pass_real(7200)
    deliver_all()

    assert [m["key"] for m in bridge.sent] == [first.wa_id, second.wa_id]
    chat.refresh_from_db()
    assert chat.needs_person_since is not None
    assert reload(first).status == "failed"


def test_replies_go_on_carefully_during_the_pause(company: Company, bridge: BridgeServer) -> None:
    pacing.refused(company.pk, "463")
    for n in range(6):
        queue(client_of(company, n), "ответ")

    deliver_all()

    assert 2 <= len(bridge.sent) <= 4


def test_pause_doubles_to_a_day_and_a_quiet_week_forgives(company: Company) -> None:
    hours = []
    for _ in range(7):
        # What was on its way at the first refusal does not lengthen the pause.
        pacing.refused(company.pk, "463")
        until = pacing.refused(company.pk, "463")
        hours.append(round((until - datetime.now(UTC)).total_seconds() / 3600))
        pass_real(25 * 3600)
    assert hours == [1, 2, 4, 8, 16, 24, 24]

    pass_real(7 * 86400)
    until = pacing.refused(company.pk, "463")
    assert round((until - datetime.now(UTC)).total_seconds() / 3600) == 1


def test_late_refusal_told_by_an_event_stops_too(company: Company, bridge: BridgeServer) -> None:
    row = remind(client_of(company, 1))
    deliver_all()
    body = {"chat": "x", "message_id": row.wa_id, "status": "failed", "error": "463"}
    event(company, "status", timestamp=0, **body)
    inbox.drain(company.pk)

    assert reload(row).status == "failed"
    assert NumberPace.objects.get(pk=company.pk).stopped_until is not None


def test_connection_that_whatsapp_refuses_for_too_many_calls_stops_too(company: Company) -> None:
    kind, body = gone(will_reconnect=True)
    tell(company, (kind, {**body, "code": 429}))

    assert NumberPace.objects.get(pk=company.pk).stopped_until is not None
