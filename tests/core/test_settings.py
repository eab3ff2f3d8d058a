"""Production refuses what is meant for the demo, each with a sentence that says what to set."""

import os
import subprocess
import sys

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


def start(show: str = "None", /, **changes: str | None) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        **GOOD,
        **{k: v for k, v in changes.items() if v is not None},
    }
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
    code = (
        "import django, os; os.environ['DJANGO_SETTINGS_MODULE']='aiadmin.settings'; django.setup();"
        f"from django.conf import settings; print({show})"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_complete_production_settings_start() -> None:
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
    name: str, value: str | None, sentence: str
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
def test_any_redis_password_fits_into_the_address(given: str, url: str) -> None:
    result = start("settings.REDIS_URL", REDIS_URL=given, REDIS_PASSWORD="p@ss/w#rd:%")

    assert result.stdout.strip() == url.format("p%40ss%2Fw%23rd%3A%25")


def test_trusted_proxies_may_be_addresses_and_networks() -> None:
    result = start("settings.TRUSTED_PROXIES", TRUSTED_PROXIES="127.0.0.1, 10.1.2.3/8, ::1")

    assert result.stdout.strip() == "['127.0.0.1/32', '10.0.0.0/8', '::1/128']"
