"""What leaves for Sentry: the trace of an error, and nothing of the person whose request it was."""

import json
import os
import subprocess
import sys

from tests.core.test_settings import GOOD
from tests.tree import ROOT

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJjb21wYW55X2lkIjoxfQ.c2lnbmF0dXJlc2lnbmF0dXJl"
KEY = "sk_" + "5e" * 32
PHONE = "+79001234567"

# In a process of its own: Sentry hooks into Django for good.
_ASK = f"""
import django, json, sys
from aiadmin.core import sentry
sent = []
sentry.start(dsn="https://public@sentry.example.test/1", environment="production",
             transport=sent.append)
django.setup()
from django.urls import path
import aiadmin.urls
def broken(request, token):
    text = "Хочу записаться"
    raise RuntimeError("no such client {PHONE}, key {KEY}, token {TOKEN}")
aiadmin.urls.urlpatterns.append(path("broken/<token>", broken))
from django.test import Client
client = Client(raise_request_exception=False, headers={{"host": "salon.example.test",
    "x-api-key": "{KEY}", "authorization": "Bearer {TOKEN}"}})
client.cookies["sessionid"] = "a-session-of-staff"
answer = client.post("/broken/{TOKEN}?key={KEY}", {{"phone": "{PHONE}"}}, secure=True)
import sentry_sdk
sentry_sdk.flush()
print(json.dumps([answer.status_code, sent]))
"""


def test_an_error_is_told_without_its_person() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _ASK],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            **GOOD,
            "REDIS_URL": os.environ["REDIS_URL"],
            "DJANGO_SETTINGS_MODULE": "aiadmin.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    status, (event,) = json.loads(done.stdout.splitlines()[-1])
    assert status == 500
    (error,) = event["exception"]["values"]
    assert error["type"] == "RuntimeError"
    assert error["stacktrace"]["frames"][-1]["function"] == "broken"
    told = json.dumps(event, ensure_ascii=False)
    for secret in (TOKEN, KEY, PHONE, PHONE[2:], "a-session-of-staff", "Хочу записаться"):
        assert secret not in told
    assert {"request", "user", "breadcrumbs", "extra"} & event.keys() == set()
