"""An alarm is a row first; mail and webhook follow, each once, and may fail without losing it."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin.core import alarms, leases, tasks
from aiadmin.core.models import Alarm
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "http://127.0.0.1:1/"


def _raised(**options: Any) -> Alarm:
    alarm = alarms.raise_alarm("queue_old", "Очередь стоит.", **options)
    assert alarm is not None
    return alarm


def _row(alarm: Alarm) -> Alarm:
    return Alarm.objects.get(pk=alarm.pk)


def _make_due() -> None:
    Alarm.objects.filter(due_at__isnull=False).update(due_at=datetime.now(UTC))


def _break_mail(settings: Settings) -> None:
    settings.OPS_EMAIL = "ops@example.test"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


class _Hook:
    """The operator's webhook: notes what comes, answers 204, waits for `gate` before."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.asked, self.gate = threading.Event(), threading.Event()
        self.gate.set()


@contextmanager
def _listening() -> Iterator[tuple[str, _Hook]]:
    hook = _Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.bodies.append(json.loads(body))
            hook.asked.set()
            hook.gate.wait(PATIENCE)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", hook
    finally:
        server.shutdown()
        server.server_close()


def test_one_cause_is_told_once_an_hour_and_mailed_to_both(settings: Settings) -> None:
    settings.OPS_EMAIL = "ops@example.test"
    alarm = _raised(company_id=7, email="s@example.test")
    assert alarms.raise_alarm("queue_old", "Очередь стоит.", company_id=7) is None
    assert alarms.raise_alarm("queue_old", "Очередь стоит.", company_id=8) is not None

    alarms.send(alarm.pk)
    alarms.send(alarm.pk)

    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["ops@example.test", "s@example.test"]
    row = _row(alarm)
    assert row.mailed_at is not None
    assert (row.posted_at, row.due_at, row.failure) == (None, None, "")


def test_broken_mail_keeps_the_alarm_open_and_the_webhook_told(settings: Settings) -> None:
    _break_mail(settings)
    with _listening() as (url, hook):
        settings.ALERT_WEBHOOK_URL = url
        alarm = _raised(company_id=3)
        for _ in range(3):
            _make_due()
            tasks.sweep()

    row = _row(alarm)
    assert hook.bodies == [{"kind": "queue_old", "company_id": 3, "text": "Очередь стоит."}]
    assert row.posted_at is not None
    assert (row.mailed_at, row.attempts) == (None, 3)
    assert row.failure == "почта: ConnectionRefusedError"


def test_a_broken_webhook_does_not_repeat_the_mail(settings: Settings) -> None:
    settings.OPS_EMAIL = "ops@example.test"
    settings.ALERT_WEBHOOK_URL = NOBODY
    alarm = _raised()

    for _ in range(12):
        _make_due()
        tasks.sweep()

    row = _row(alarm)
    assert len(mail.outbox) == 1
    assert (row.posted_at, row.attempts, row.failure) == (None, 12, "вебхук: ConnectError")
    assert row.due_at is not None


def test_a_sweep_during_a_slow_attempt_sends_nothing(settings: Settings) -> None:
    settings.OPS_EMAIL = "ops@example.test"

    def send_slowly(alarm_id: int) -> None:
        try:
            alarms.send(alarm_id)
        finally:
            connection.close()

    with _listening() as (url, hook):
        settings.ALERT_WEBHOOK_URL = url
        hook.gate.clear()
        alarm = _raised()
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(send_slowly, alarm.pk)
            assert hook.asked.wait(PATIENCE)
            tasks.sweep()
            alarms.send(alarm.pk)
            hook.gate.set()
            slow.result(PATIENCE)

    assert len(hook.bodies) == len(mail.outbox) == 1
    assert _row(alarm).attempts == 1


def test_a_killed_workers_attempt_is_taken_over_after_its_claim(settings: Settings) -> None:
    settings.OPS_EMAIL = "ops@example.test"
    alarm = _raised()
    Alarm.objects.update(due_at=leases.until(), attempts=1)
    tasks.sweep()
    assert not mail.outbox

    _make_due()
    tasks.sweep()

    assert len(mail.outbox) == 1
    assert _row(alarm).due_at is None


def test_a_renewal_that_comes_late_revives_no_alarm() -> None:
    alarm = _raised()
    Alarm.objects.update(due_at=datetime.now(UTC), attempts=1)
    assert alarms.keeper.renew(alarm.pk, 1)
    assert alarms.unsent() == []

    for columns in ({"due_at": None}, {"attempts": 2, "due_at": datetime.now(UTC)}):
        Alarm.objects.update(**columns)
        assert not alarms.keeper.renew(alarm.pk, 1)


def test_attempts_grow_rarer_and_end_after_a_day_at_the_earliest(settings: Settings) -> None:
    _break_mail(settings)
    alarm = _raised()
    pauses: list[timedelta] = []

    while (due := _row(alarm).due_at) is not None:
        _make_due()
        alarms.send(alarm.pk)
        after, due = datetime.now(UTC), _row(alarm).due_at
        if due is not None:
            pauses.append(due - after)

    minutes = [round(pause.total_seconds() / 60, 1) for pause in pauses]
    assert minutes[:9] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    assert set(minutes[7:]) == {60}
    assert sum(pauses, timedelta()) > timedelta(hours=23, minutes=59)
    row = _row(alarm)
    assert (row.mailed_at, row.closed_at) == (None, None)
    assert row.failure == "почта: ConnectionRefusedError"
    assert alarms.unsent() == []


def test_staff_see_and_close_alarms(admin_client: Client, settings: Settings) -> None:
    _break_mail(settings)
    alarm = _raised(company_id=41)
    alarms.send(alarm.pk)
    _make_due()

    shown = admin_client.get("/admin/core/alarm/?closed_at__isempty=1").content.decode()
    page = admin_client.get(f"/admin/core/alarm/{alarm.pk}/change/").content.decode()
    closed = admin_client.post(
        "/admin/core/alarm/", {"action": "close", "_selected_action": [alarm.pk]}, follow=True
    ).content.decode()

    assert "Очередь стоит." in shown
    assert "почта: ConnectionRefusedError" in shown
    assert "письмо ушло" in page.lower()
    assert 'name="_save"' not in page
    assert "Закрыто: 1" in closed
    assert _row(alarm).closed_at is not None
    assert alarms.unsent() == [], "a closed alarm is not sent any more"


def test_a_closed_alarm_under_way_stays_closed(settings: Settings) -> None:
    _break_mail(settings)
    alarm = _raised()
    alarms.close(Alarm.objects.all())

    alarms.send(alarm.pk)

    assert (_row(alarm).attempts, _row(alarm).due_at) == (0, None)


def test_racing_causes_make_one_row() -> None:
    def raise_one(_: int) -> bool:
        try:
            return alarms.raise_alarm("race", "Текст.") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(raise_one, range(8)))

    assert made.count(True) == 1
