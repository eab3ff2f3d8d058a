"""The doors: the bridge's bell, the jobs, and the sweep that makes good what was lost."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin.core import redis as store
from aiadmin.core import worker
from aiadmin.core.models import Alarm
from aiadmin.core.queue import Job, enqueue, keeping
from marketplace.models import Booking, Company
from tests.waiting import wait_for
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import (
    CLIENT_LID,
    chat,
    event,
    make_company,
    replies,
    run_jobs,
    waiting_events,
    write,
)
from whatsapp import tasks
from whatsapp.models import Conversation, Session
from whatsapp.models.session import SessionState
from whatsapp.services import inbox, watch

BELL = "/internal/bridge/ring"


def test_every_beat_entry_names_a_task_that_exists() -> None:
    current_app.loader.import_default_modules()

    beat = django_settings.CELERY_BEAT_SCHEDULE
    assert {entry["task"] for entry in beat.values()} <= set(current_app.tasks)


@pytest.mark.usefixtures("committed")
def test_bell_of_the_bridge_has_its_events_handled(company: Company, settings: Settings) -> None:
    write(company)

    answer = Client().post(BELL, headers={"Authorization": f"Bearer {settings.BRIDGE_TOKEN}"})
    run_jobs()

    assert answer.status_code == 204
    assert waiting_events(company) == 0


@pytest.mark.usefixtures("committed")
def test_a_client_alone_is_answered_by_the_job_that_heard_her(
    company: Company, bridge: BridgeServer, settings: Settings
) -> None:
    settings.TURN_DELAY_SECONDS = 0
    write(company)

    tasks.bridge_events(0)

    assert len(bridge.sent) == 1
    assert run_jobs() == []


@pytest.mark.usefixtures("committed")
def test_a_client_is_answered_by_another_job_where_one_is_under_way(
    company: Company, bridge: BridgeServer, settings: Settings
) -> None:
    settings.TURN_DELAY_SECONDS = 0
    write(company)

    for _ in range(2):
        worker.began()
    tasks.bridge_events(0)
    for _ in range(2):
        worker.ended()

    assert not bridge.sent
    assert run_jobs() == ["whatsapp.turn"]
    assert len(bridge.sent) == 1


@pytest.mark.usefixtures("committed")
def test_clients_who_write_together_are_answered_side_by_side(
    company: Company, bridge: BridgeServer, settings: Settings
) -> None:
    settings.TURN_DELAY_SECONDS = 0
    write(company)
    write(make_company())

    tasks.bridge_events(0)

    # The first was left to another thread when there was a second event; the second is answered here, by
    # the turn that is first in the line.
    assert len(bridge.sent) == 1
    assert run_jobs() == ["whatsapp.turn"]
    assert len(bridge.sent) == 2


@pytest.mark.usefixtures("committed")
def test_a_job_whose_own_turn_came_to_nothing_takes_another(
    company: Company, bridge: BridgeServer, settings: Settings
) -> None:
    settings.TURN_DELAY_SECONDS = 0
    other = make_company()
    for salon in (company, other):
        write(salon)
        inbox.drain(salon.pk)
    first = chat(company)
    Conversation.objects.filter(pk=first.pk).update(
        bot_paused_until=datetime.now(UTC) + timedelta(hours=1),
        turn_due_at=datetime.now(UTC) - timedelta(hours=1),
    )

    tasks.turn(first.pk)

    assert (replies(company), len(replies(other))) == ([], 1)
    assert len(bridge.sent) == 1


@pytest.mark.usefixtures("committed")
def test_receipts_of_others_are_read_after_a_client_alone_was_answered(
    company: Company, bridge: BridgeServer, settings: Settings
) -> None:
    settings.TURN_DELAY_SECONDS = 0
    other = make_company()
    for salon in (other, company):
        event(salon, "status", message_id="X", chat=CLIENT_LID, status="read", timestamp=1)
    write(company)

    tasks.bridge_events(0)

    assert len(bridge.sent) == 1
    assert run_jobs() == []
    assert waiting_events(company) == waiting_events(other) == 0


@pytest.mark.usefixtures("committed")
def test_a_kept_turn_is_published_when_what_brought_it_about_breaks_later() -> None:
    def broken() -> None:
        with keeping(Job.TURN):
            enqueue(Job.TURN, 7)
            assert run_jobs() == []
            raise KeyError

    with pytest.raises(KeyError):
        broken()

    assert run_jobs() == ["whatsapp.turn"]
    enqueue(Job.TURN, 8)
    assert run_jobs() == ["whatsapp.turn"]


@pytest.mark.parametrize("header", [None, "", "Bearer ", "Bearer wrong", "Basic x", "Bearer ключ"])
@pytest.mark.usefixtures("committed")
def test_bell_rung_by_a_stranger_is_refused(header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    answer = Client().post(BELL, headers=headers)

    assert answer.status_code == 401
    assert answer.json()["code"] == "auth_required"
    assert run_jobs() == []


def test_bell_is_rung_by_post_only() -> None:
    assert Client().get(BELL).status_code == 405


@pytest.mark.usefixtures("committed")
def test_redis_emptied_at_every_step_delays_the_answer_and_loses_nothing(
    company: Company, bridge: BridgeServer
) -> None:
    write(company, "Сколько стоит мужская стрижка?")

    def answered() -> bool:
        store.client().flushdb()
        tasks.sweep()
        run_jobs()
        return bool(bridge.sent)

    inbox.drain(company.pk)
    wait_for("the answer", answered)

    assert len(bridge.sent) == 1
    assert [row.status for row in replies(company)] == ["sent"]


@pytest.mark.usefixtures("committed", "fresh_throttles")
def test_failing_step_of_the_sweep_does_not_stop_the_others(company: Company) -> None:
    write(company)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bridge.events RENAME TO events_away")
    try:
        Session.objects.update(
            state=SessionState.RECONNECTING, down_since=datetime.now(UTC) - timedelta(hours=1)
        )
        tasks.sweep()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE bridge.events_away RENAME TO events")

    assert waiting_events(company) == 1
    assert Alarm.objects.filter(kind="session_down").count() == 1


def test_client_who_waits_a_quarter_of_an_hour_for_a_person_is_an_alarm(company: Company) -> None:
    write(company)
    inbox.drain(company.pk)
    Conversation.objects.update(
        needs_person_since=datetime.now(UTC) - watch.HANDOVER_WAITS, needs_person_reason="спросил"
    )

    watch.handover_unanswered()
    watch.handover_unanswered()

    (alarm,) = Alarm.objects.filter(kind="handover_unanswered")
    assert alarm.company_id == company.pk
    assert "15 минут" in alarm.text


def test_answer_of_a_person_ends_the_waiting(company: Company) -> None:
    write(company)
    inbox.drain(company.pk)
    Conversation.objects.update(needs_person_since=datetime.now(UTC) - watch.HANDOVER_WAITS)
    write(company, "Здравствуйте, слушаю вас", from_me=True)
    inbox.drain(company.pk)

    watch.handover_unanswered()

    assert chat(company).needs_person_since is None
    assert not Alarm.objects.exists()


@pytest.mark.usefixtures("committed")
def test_change_in_the_journal_tells_the_client_nothing_yet(
    company: Company, bridge: BridgeServer
) -> None:
    now = datetime.now(UTC)
    booking = Booking.objects.create(company=company, record_id=1, start=now, changed_at=now)

    tasks.booking_changed(booking.pk)
    tasks.booking_changed(0)

    assert not bridge.asked
    booking.refresh_from_db()
    assert booking.announced_at is not None


def test_worker_reads_its_dictionaries_before_the_first_client_writes() -> None:
    # A process of its own: in this one other tests have filled the caches.
    code = """
import time
import django

django.setup()
from celery.signals import worker_ready
from whatsapp import tasks
from whatsapp.assistant.understand import morph

worker_ready.send(sender=None)
deadline = time.monotonic() + 60
while morph.readings.cache_info().currsize <= 3:
    assert time.monotonic() < deadline, tasks
    time.sleep(0.02)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=90
    )

    assert done.returncode == 0, done.stderr
