"""Alarms: raised when a person has to act, rarer with time, and cheap to look for."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from aiadmin.core import clock
from aiadmin.core import redis as store
from aiadmin.core.models import Alarm
from marketplace.models import Company
from tests.whatsapp.hands import chat, event, make_company, make_due, write
from whatsapp.models import Conversation, Message, Session
from whatsapp.models.session import SessionState
from whatsapp.services import inbox, turns, watch

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ago(span: timedelta) -> datetime:
    return datetime.now(UTC) - span


def lease(company: Company, *, owner: str | None, ended: timedelta | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bridge.leases (session_id, wanted, owner, expires_at)"
            " VALUES (%s, true, %s, %s)",
            [company.pk, owner, None if ended is None else ago(ended)],
        )


@pytest.mark.parametrize(
    ("owner", "ended", "alarms"),
    [
        pytest.param("b1", 11 * HOUR / 60, 1, id="died"),
        pytest.param(None, 11 * HOUR / 60, 1, id="ended_in_order"),
        pytest.param(None, None, 1, id="nobody_knows_when"),
        pytest.param(None, HOUR / 60, 0, id="restarting"),
        pytest.param("b1", -HOUR / 60, 0, id="driven"),
    ],
)
def test_connected_session_that_no_bridge_drives_is_an_alarm(
    company: Company, owner: str | None, ended: timedelta | None, alarms: int
) -> None:
    lease(company, owner=owner, ended=ended)

    watch.session_down()

    assert Alarm.objects.filter(kind="session_down").count() == alarms


@pytest.mark.parametrize(
    ("down", "told", "again"),
    [
        (2 * HOUR, HOUR / 2, False),
        (2 * HOUR, HOUR * 1.1, True),
        (1.1 * DAY, 2 * HOUR, False),
        (2.1 * DAY, 1.1 * DAY, True),
        (8 * DAY, 2 * DAY, False),
    ],
)
def test_session_that_stays_down_is_told_hourly_then_daily_then_no_more(
    company: Company, down: timedelta, told: timedelta, again: bool
) -> None:
    Session.objects.update(state=SessionState.RECONNECTING, down_since=ago(down))
    hour = ago(told).replace(minute=0, second=0, microsecond=0)
    Alarm.objects.create(
        kind="session_down", company_id=company.pk, hour=hour, created_at=ago(told)
    )

    watch.session_down()

    assert Alarm.objects.filter(kind="session_down").count() == 1 + again
    company.refresh_from_db()
    assert company.whatsapp_connected is False


@pytest.mark.parametrize("look", [watch.session_down, watch.handover_unanswered, watch.queue_old])
def test_look_at_many_salons_costs_as_much_as_at_one(
    company: Company, look: Callable[[], None]
) -> None:
    def trouble(salon: Company) -> None:
        Conversation.objects.create(
            company=salon, chat=f"{salon.pk}@lid", needs_person_since=ago(HOUR / 2)
        )
        Session.objects.filter(pk=salon.pk).update(
            state=SessionState.RECONNECTING, down_since=ago(HOUR)
        )

    def cost() -> int:
        look()
        with CaptureQueriesContext(connection) as queries:
            look()
        return len(queries)

    trouble(company)
    one = cost()
    for _ in range(4):
        trouble(make_company())

    assert cost() == one


@pytest.mark.usefixtures("fresh_throttles")
def test_watches_are_kept_once_in_half_a_minute() -> None:
    assert [watch.is_time() for _ in range(3)] == [True, False, False]
    assert 0 < store.client().ttl(watch.KEY) <= watch.EVERY


def test_watches_are_kept_without_redis(settings: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
    store.client.cache_clear()
    try:
        assert [watch.is_time() for _ in range(2)] == [True, True]
    finally:
        store.client.cache_clear()


def test_message_that_waits_five_minutes_is_told_to_the_operator_once(company: Company) -> None:
    write(company)
    inbox.drain(company.pk)
    watch.queue_old()
    assert not Alarm.objects.exists()

    Conversation.objects.update(turn_due_at=ago(watch.QUEUE_WAITS))
    watch.queue_old()
    watch.queue_old()

    (alarm,) = Alarm.objects.all()
    assert (alarm.kind, alarm.company_id, alarm.recipient) == ("queue_old", 0, "")
    assert "ответы помощника" in alarm.text


@pytest.mark.parametrize("why", ["ai_disabled", "paused"])
def test_message_that_nobody_is_to_answer_is_no_alarm(company: Company, why: str) -> None:
    write(company)
    inbox.drain(company.pk)
    if why == "paused":
        Conversation.objects.update(bot_paused_until=clock.now() + HOUR)
    else:
        Company.objects.update(ai_enabled=False)
    make_due()
    turns.run(chat(company).pk, "w")
    Message.objects.update(created_at=ago(HOUR))

    watch.queue_old()

    assert not Alarm.objects.exists()


def test_event_that_waits_five_minutes_is_told_too(company: Company) -> None:
    event(company, "qr_ended", reason="x")
    watch.queue_old()
    assert not Alarm.objects.exists()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE bridge.events SET created_at = %s", [ago(watch.QUEUE_WAITS)])
    watch.queue_old()

    (alarm,) = Alarm.objects.all()
    assert "события WhatsApp" in alarm.text


@pytest.mark.parametrize(("times", "alarms"), [(9, 0), (10, 1)])
def test_number_that_reconnects_ten_times_an_hour_is_an_alarm(
    company: Company, times: int, alarms: int
) -> None:
    other = make_company()
    for _ in range(times):
        event(company, "connected", phone="79005550001", fresh=False)
    # Scans are no reconnects, and yesterday is over.
    for _ in range(12):
        event(other, "connected", phone="79005550002", fresh=True)
    old = [event(other, "connected", phone="79005550002", fresh=False) for _ in range(12)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bridge.events SET created_at = now() - interval '61 minutes' WHERE id = ANY(%s)",
            [old],
        )

    watch.reconnecting()
    watch.reconnecting()

    told = Alarm.objects.filter(kind="reconnecting")
    assert [alarm.company_id for alarm in told] == [company.pk] * alarms


def test_refused_version_is_one_alarm_for_all_that_says_what_to_do(company: Company) -> None:
    other = make_company()
    for salon in (company, other):
        told = {"code": 405, "reason": "version_refused", "will_reconnect": True}
        event(salon, "disconnected", **told, version="2.3000.1043857760")
        inbox.drain(salon.pk)

    alarm = Alarm.objects.get(kind="whatsapp_version_refused")
    assert alarm.company_id == 0
    assert "версию 2.3000.1043857760" in alarm.text
    assert "Обновите мост" in alarm.text
    assert Session.objects.get(company=company).state == SessionState.RECONNECTING
    Session.objects.update(down_since=ago(HOUR))
    watch.session_down()
    texts = set(Alarm.objects.filter(kind="session_down").values_list("text", flat=True))
    assert len(texts) == 2
    assert all("телефон и номер трогать не нужно" in text for text in texts)
