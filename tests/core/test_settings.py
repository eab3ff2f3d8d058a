"""Production refuses what is meant for the demo, each with a sentence that says what to set."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

GOOD = {
    "DJANGO_ENV": "production",
    "SECRET_KEY": "x" * 50,
    "JWT_SECRET": "y" * 40,
    "ADMIN_API_KEY": "a" * 32,
    "BRIDGE_TOKEN": "b" * 32,
    "YCLIENTS_API_KEY": "partnertoken",
    "YCLIENTS_APPLICATION_ID": "77",
    "DATABASE_URL": "postgresql://u:p@db.example.test/name",
    "PUBLIC_URL": "https://salon.example.test",
}


# A process that has read the libraries, none of ours, and begins a start in every child it forks: reading
# them is most of a start.
_STARTER = """
import json, os, sys
import celery.schedules, django.contrib.admin, django.db.models, sentry_sdk.integrations.celery
import sentry_sdk.integrations.django, structlog
for line in sys.stdin:
    env, show, said, failed = json.loads(line)
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
os.environ.clear()
os.environ.update(env)
for number, path in ((1, said), (2, failed)):
    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
import django
django.setup()
from django.conf import settings
print(eval(show))
"""

Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def starter() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _STARTER],
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture
def start(starter: subprocess.Popen[str], tmp_path: Path) -> Start:
    """Starts the product with good settings but for `changes`, and prints `show`."""

    def begin(show: str = "None", /, **changes: str | None) -> subprocess.CompletedProcess[str]:
        wanted = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "aiadmin.settings",
            **GOOD,
            **changes,
        }
        env = {name: value for name, value in wanted.items() if value is not None}
        said, failed = tmp_path / "stdout", tmp_path / "stderr"
        assert starter.stdin is not None
        assert starter.stdout is not None
        starter.stdin.write(json.dumps([env, show, str(said), str(failed)]) + "\n")
        starter.stdin.flush()
        code = int(starter.stdout.readline())
        return subprocess.CompletedProcess(show, code, said.read_text(), failed.read_text())

    return begin


def test_complete_production_settings_start(start: Start) -> None:
    result = start()

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", None, "Set SECRET_KEY"),
        ("SECRET_KEY", "short", "Set SECRET_KEY"),
        ("JWT_SECRET", None, "Set JWT_SECRET"),
        ("BRIDGE_TOKEN", None, "Set BRIDGE_TOKEN"),
        ("ADMIN_API_KEY", None, "Set ADMIN_API_KEY"),
        ("ADMIN_API_KEY", "a" * 23, "Set ADMIN_API_KEY to a random string of 24 characters"),
        ("BRIDGE_TOKEN", "b" * 23, "Set BRIDGE_TOKEN to a random string of 24 characters"),
        ("YCLIENTS_API_KEY", None, "Set YCLIENTS_API_KEY"),
        ("YCLIENTS_APPLICATION_ID", None, "Set YCLIENTS_APPLICATION_ID"),
        ("YCLIENTS_APPLICATION_ID", "0", "Set YCLIENTS_APPLICATION_ID"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,nginx", "TRUSTED_PROXIES must be addresses or networks"),
        ("DATABASE_URL", None, "Set DATABASE_URL"),
        ("DATABASE_URL", "sqlite:///db", "DATABASE_URL must begin with postgresql://"),
        ("MARKETPLACE_OPEN_REGISTRATION", "1", "Unset MARKETPLACE_OPEN_REGISTRATION"),
        ("WHATSAPP_SOCKET_URL", "ws://127.0.0.1:1/ws", "Unset WHATSAPP_SOCKET_URL"),
        ("YCLIENTS_API_URL", "http://127.0.0.1:1", "Set YCLIENTS_API_URL"),
        ("YCLIENTS_BUDGET", "0", "Unset YCLIENTS_BUDGET"),
        ("CLOCK_OFFSET_FILE", "clock", "Unset CLOCK_OFFSET_FILE"),
        ("PUBLIC_URL", "http://salon.example.test", "Set PUBLIC_URL"),
        ("PORT", "three", "PORT must be a whole number"),
        ("WHATSAPP_PROVIDER", "other", "WHATSAPP_PROVIDER must be baileys"),
        ("LLM_PRICE_IN", "100", "Set LLM_DAILY_BUDGET: with prices it is money"),
        ("LLM_PRICE_IN", "dear", "LLM_PRICE_IN must be a number"),
        ("LLM_DAILY_BUDGET", "-1", "LLM_DAILY_BUDGET must be zero or more"),
        ("EMAIL_URL", "pigeon://x", "EMAIL_URL must begin with"),
    ],
)
def test_unsafe_setting_is_refused_with_a_sentence(
    name: str, value: str | None, sentence: str, start: Start
) -> None:
    result = start(**{name: value})

    assert result.returncode != 0
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("redis://redis.example.test:6380/2", "redis://:{}@redis.example.test:6380/2"),
        ("redis://app@redis.example.test/2", "redis://app:{}@redis.example.test/2"),
        ("rediss://[::1]:6379/0", "rediss://:{}@[::1]:6379/0"),
    ],
)
def test_any_redis_password_fits_into_the_address(given: str, url: str, start: Start) -> None:
    result = start("settings.REDIS_URL", REDIS_URL=given, REDIS_PASSWORD="p@ss/w#rd:%")

    assert result.stdout.strip() == url.format("p%40ss%2Fw%23rd%3A%25")


def test_trusted_proxies_may_be_addresses_and_networks(start: Start) -> None:
    result = start("settings.TRUSTED_PROXIES", TRUSTED_PROXIES="127.0.0.1, 10.1.2.3/8, ::1")

    assert result.stdout.strip() == "['127.0.0.1/32', '10.0.0.0/8', '::1/128']"
