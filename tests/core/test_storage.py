"""A PostgreSQL that answers and takes nothing is told by name, everywhere, and nothing is called stored."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from aiadmin import doctor_servers
from aiadmin.core import redis as store
from aiadmin.core import storage, tasks
from aiadmin.core.models import Alarm
from aiadmin.doctor_line import Mark
from marketplace.services import access
from tests.whatsapp.hands import make_company

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def forgotten(settings: Settings) -> Iterator[None]:
    settings.OPS_EMAIL = "ops@example.test"
    yield
    told = [store.database_told_key(one) for one in storage.TEXTS]
    store.client().delete(store.REFUSED_KEY, store.AWAY_KEY, *told)


@contextmanager
def read_only() -> Iterator[None]:
    """As after a fail-over to a standby, or where a hosting provider has locked a full database."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    _alter(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        connection.close()


def _alter(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()  # a setting of the database counts for new connections


def test_a_read_only_database_is_told_and_takes_no_webhook(client: Client) -> None:
    company = make_company()
    url = access.webhook_url(company)
    body = {"resource": "record", "resource_id": 1, "status": "update", "data": {"id": 1}}
    client.raise_request_exception = False

    with read_only():
        refused = client.post(url, body, content_type="application/json")
        ready = client.get("/readyz")
        line = doctor_servers.check_writes()
        tasks.sweep()
        tasks.sweep()

    assert refused.status_code >= 500
    assert (ready.status_code, ready.json()["parts"]["writes"]) == (503, False)
    assert line.mark == Mark.FAILED
    assert "только читает" in line.text
    assert [letter.body for letter in mail.outbox] == [storage.TEXTS[storage.READ_ONLY]]
    assert client.post(url, body, content_type="application/json").status_code == 200
    assert company.webhooks.count() == 1
    assert not Alarm.objects.exists()


def test_a_full_disk_is_seen_by_the_statement_that_failed(client: Client) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE disk_full; END $$")

    assert storage.refusal() == storage.FULL
    assert client.get("/readyz").status_code == 503
    tasks.sweep()
    assert [letter.body for letter in mail.outbox] == [storage.TEXTS[storage.FULL]]


def test_other_failures_are_not_called_a_full_disk() -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")

    assert storage.refusal() == ""


def test_a_connection_that_was_ended_is_told_from_a_statement_that_was() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 1")
        with pytest.raises(DatabaseError) as slow:
            cursor.execute("SELECT pg_sleep(60)")
    connection.close()
    with pytest.raises(DatabaseError) as ended, connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid(), 10000), pg_sleep(60)")
    with pytest.raises(DatabaseError) as after, connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    assert not storage.was_away(slow.value)
    assert storage.was_away(ended.value)
    assert storage.was_away(after.value)
    storage.wait_until_back(1)
    assert storage.takes_writes()


def test_an_alarm_that_no_channel_took_is_told_by_the_next_sweep(settings: Settings) -> None:
    store.client().set(store.REFUSED_KEY, storage.FULL, ex=storage.REMEMBERED)
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tasks.sweep()
    settings.EMAIL_BACKEND = works
    tasks.sweep()

    assert len(mail.outbox) == 1


def test_a_postgresql_that_stays_away_is_told_by_the_second_sweep() -> None:
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "nowhere_to_be_found"
    try:
        first = storage.trouble()
        tasks.sweep()
        tasks.sweep()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name

    assert first == ""
    assert [letter.body for letter in mail.outbox] == [storage.TEXTS[storage.AWAY]]
