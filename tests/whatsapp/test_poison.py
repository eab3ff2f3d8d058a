"""An event that cannot be handled: put aside with an alarm, the rest goes on, staff find it."""

from django.db import connection

from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.whatsapp.hands import (
    CLIENT_LID,
    event,
    queue,
    statuses,
    waiting_events,
    write,
)
from whatsapp.models import Conversation, Message
from whatsapp.services import inbox


def test_poison_event_is_put_aside_with_an_alarm_and_the_rest_goes_on(company: Company) -> None:
    event(company, "message", chat=CLIENT_LID)
    event(company, "connected", phone=None)
    write(company, "после яда")

    assert inbox.drain(company.pk) == 1 + 2 * inbox.MAX_TRIES

    assert Message.objects.get(company=company).text == "после яда"
    assert waiting_events(company) == 0
    assert Alarm.objects.filter(kind="event_failed", company_id=company.pk).count() == 1


def test_a_poison_receipt_holds_up_none_of_those_that_came_with_it(
    conversation: Conversation,
) -> None:
    first, last = queue(conversation, "раз", "два")
    for row in (first, None, last):
        told = {"message_id": row.wa_id, "status": "delivered"} if row else {}
        event(conversation.company_id, "status", chat=CLIENT_LID, timestamp=1, **told)

    assert inbox.drain(conversation.company_id) == inbox.MAX_TRIES + 2

    assert statuses(conversation) == ["delivered", "delivered"]
    assert waiting_events(conversation.company) == 0


def test_tries_of_a_poison_event_are_counted_over_restarts_and_it_stays_for_staff(
    company: Company,
) -> None:
    poison = event(company, "message", chat=CLIENT_LID)
    with connection.cursor() as cursor:
        # Two workers died of it before.
        cursor.execute(
            "UPDATE bridge.events SET attempts = %s WHERE id = %s", [inbox.MAX_TRIES - 1, poison]
        )
    write(company, "после яда")

    assert inbox.drain(company.pk) == 2

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attempts, error, processed_at IS NOT NULL FROM bridge.events WHERE id = %s",
            [poison],
        )
        assert cursor.fetchone() == (inbox.MAX_TRIES, "ValidationError", True)
        cursor.execute("SELECT count(*) FROM bridge.events WHERE error IS NOT NULL")
        assert cursor.fetchone() == (1,)
    assert Message.objects.get(company=company).text == "после яда"
