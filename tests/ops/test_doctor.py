"""`manage.py doctor`: every fault it promises to find is seeded here and demanded by name."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError
from django.db import connection
from pytest_django.fixtures import Settings

from aiadmin import doctor, doctor_servers
from aiadmin.core import redis as store
from aiadmin.core.models import Alarm
from aiadmin.doctor import Line, Mark
from aiadmin.health import SWEEP
from tests.ops.surroundings import Around, Exposed, NoUpgrade, ask, forget_last_migration, node, run
from tests.whatsapp.loopback import LoopbackServer

pytestmark = pytest.mark.django_db


def test_all_is_well_but_for_the_workers_that_a_test_does_not_have(healthy: object) -> None:
    found = dict(doctor.look())

    assert {name for name, line in found.items() if line.mark is Mark.FAILED} == {"workers"}
    assert {name for name, line in found.items() if line.mark is Mark.NOTE} <= {"mail", "disk"}


# --- Each fault by name --------------------------------------------------------------------------
def _late_clock() -> Line:
    return doctor_servers.judge_clock({"PostgreSQL": 0.1, "Redis": -45.0})


def _full_disk() -> Line:
    return doctor_servers.judge_disk([("/var", 100 * 2**30, 50 * 2**30), ("/srv", 2**36, 2**30)])


def test_clock_and_disk_are_judged() -> None:
    assert (_late_clock().mark, _full_disk().mark) == (Mark.FAILED, Mark.FAILED)
    assert "Redis на 45 с" in _late_clock().text
    assert "/srv свободно 1.0 ГБ (2%)" in _full_disk().text
    assert doctor_servers.judge_clock({"Redis": 5.0}).mark is Mark.NOTE
    assert doctor_servers.judge_clock({"Redis": 0.2}).mark is Mark.OK
    assert doctor_servers.judge_disk([("/srv", 100, 8)]).mark is Mark.NOTE


@pytest.mark.parametrize(
    ("check", "setting", "value"),
    [
        ("settings", "YCLIENTS_API_KEY", ""),
        ("yclients", "YCLIENTS_API_KEY", "wrong"),
        ("yclients", "YCLIENTS_APPLICATION_ID", 78),
    ],
)
def test_a_wrong_setting_is_named(
    healthy: object, settings: Settings, check: str, setting: str, value: object
) -> None:
    setattr(settings, setting, value)

    line = ask(check)

    assert line.mark is Mark.FAILED
    assert setting in line.text


def test_production_without_the_proxys_address_is_told(healthy: object, settings: Settings) -> None:
    settings.PRODUCTION, settings.TRUSTED_PROXIES = True, []

    assert "TRUSTED_PROXIES" in ask("settings").text


@pytest.mark.parametrize(
    ("check", "setting", "url", "named"),
    [
        ("bridge", "BRIDGE_URL", "http://{}", "BRIDGE_URL"),
        ("yclients", "YCLIENTS_API_URL", "http://{}", "YCLIENTS_API_URL"),
        ("address", "PUBLIC_URL", "http://{}", "PUBLIC_URL"),
        ("redis", "REDIS_URL", "redis://{}/0", "REDIS_URL"),
        ("workers", "CELERY_BROKER_URL", "redis://{}/0", "worker"),
    ],
)
def test_a_server_that_does_not_answer_is_named(
    healthy: object,
    settings: Settings,
    nowhere: str,
    check: str,
    setting: str,
    url: str,
    named: str,
) -> None:
    before = getattr(settings, setting)
    setattr(settings, setting, url.format(nowhere))
    store.client.cache_clear()
    try:
        line = ask(check)
    finally:
        setattr(settings, setting, before)
        store.client.cache_clear()

    assert line.mark is Mark.FAILED
    assert named in line.text


def test_everything_else_is_told_while_redis_is_away(healthy: object, redis_down: None) -> None:
    found = dict(doctor.look())

    failed = {name for name, line in found.items() if line.mark is Mark.FAILED}
    assert {"redis", "beat"} <= failed
    assert found["postgresql"].mark is Mark.OK


def test_a_proxy_that_drops_the_upgrade_is_found(healthy: object, settings: Settings) -> None:
    settings.PUBLIC_URL = LoopbackServer(NoUpgrade).url

    line = ask("address")

    assert line.mark is Mark.FAILED
    assert "Upgrade" in line.text


def test_a_whatsapp_proxy_that_is_away_is_found(
    monkeypatch: pytest.MonkeyPatch, nowhere: str
) -> None:
    monkeypatch.setenv("WHATSAPP_PROXY_URL", f"socks5://user:secret@{nowhere}")

    line = ask("proxy")

    assert line.mark is Mark.FAILED
    assert "WHATSAPP_PROXY_URL" in line.text
    assert "secret" not in line.text


def test_mail_that_nobody_takes_is_found(healthy: object, settings: Settings, nowhere: str) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, port = nowhere.split(":")
    settings.EMAIL_PORT = int(port)
    assert ask("mail").mark is Mark.FAILED
    assert "EMAIL_URL" in ask("mail").text

    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert ask("mail").mark is Mark.NOTE
    settings.PRODUCTION = True
    assert ask("mail").mark is Mark.FAILED


def test_migrations_that_wait_are_named() -> None:
    name = forget_last_migration()

    line = ask("migrations")

    assert line.mark is Mark.FAILED
    assert name in line.text
    assert "manage.py migrate" in line.text


def test_a_table_without_row_level_security_is_named() -> None:
    assert ask("rls").mark is Mark.OK
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clients DISABLE ROW LEVEL SECURITY")

    assert "clients" in ask("rls").text
    assert ask("rls").mark is Mark.FAILED


def _jwt(role: str) -> str:
    body = base64.urlsafe_b64encode(json.dumps({"role": role}).encode()).decode().rstrip("=")
    return f"e30.{body}.x"


def test_rows_that_supabase_shows_to_strangers_are_found(settings: Settings) -> None:
    settings.SUPABASE_KEY = _jwt("anon")
    settings.SUPABASE_URL = LoopbackServer(Around).url
    assert ask("supabase").mark is Mark.OK

    settings.SUPABASE_URL = LoopbackServer(Exposed).url
    line = ask("supabase")
    assert line.mark is Mark.FAILED
    assert "companies" in line.text

    settings.SUPABASE_KEY = _jwt("service_role")
    assert "служебный ключ" in ask("supabase").text


def test_bridges_and_their_leases(healthy: object) -> None:
    assert ask("leases").mark is Mark.OK

    node("bridge-2", "another key")
    assert "AUTH_STATE_KEY" in ask("leases").text

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bridge.leases (session_id, owner, expires_at)"
            " VALUES (4242, 'gone', now() - interval '1 hour')"
        )
    assert "4242" in ask("leases").text

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bridge.nodes")
    assert (ask("leases").mark, "BRIDGE_DATABASE_URL" in ask("leases").text) == (Mark.FAILED, True)


def test_beat_that_stands_is_found(healthy: object) -> None:
    store.client().set(store.seen_key(SWEEP), int(time.time()) - 600)
    assert "молчит 10 мин" in ask("beat").text

    store.client().delete(store.seen_key(SWEEP))
    assert (ask("beat").mark, "worker" in ask("beat").text) == (Mark.FAILED, True)


def test_a_queue_that_stands_is_named(healthy: object) -> None:
    past = datetime.now(UTC) - timedelta(minutes=20)
    Alarm.objects.create(kind="test", hour=past, text="Стоит", due_at=past)

    line = ask("queues")

    assert line.mark is Mark.FAILED
    assert "письма о тревогах (20 мин)" in line.text


def test_scripts_get_json_and_an_exit_code(healthy: object) -> None:
    told = json.loads(run("--only", "postgresql", "rls", "--json"))

    assert [(row["check"], row["verdict"]) for row in told] == [("postgresql", "ok"), ("rls", "ok")]
    with pytest.raises(CommandError, match="Не работает: 1"):
        run("--only", "workers", "--json")
