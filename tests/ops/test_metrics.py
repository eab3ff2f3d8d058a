"""/metrics and /readyz: the seed's five figures, true for all processes, and each dependency by name."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from aiadmin.core import api, counters
from aiadmin.core import redis as store
from aiadmin.core.models import Alarm
from aiadmin.health import MIGRATED, SWEEP
from marketplace.models import Company
from marketplace.services import sync
from tests.marketplace.salons import SandboxSalon
from tests.ops.surroundings import forget_last_migration
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.hands import event, make_company, make_unconnected
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, MessageStatus

pytestmark = pytest.mark.django_db

KEY = {"X-API-Key": "test-only-admin-key"}
PROMTOOL = shutil.which("promtool")

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    def forget() -> None:
        counters.tell()
        for key in store.client().scan_iter("metrics:*"):
            store.client().delete(key)

    forget()
    yield
    forget()


def scrape(client: Client) -> Samples:
    answer = client.get("/metrics", headers=KEY)
    assert answer.status_code == 200
    return {
        (sample.name.removeprefix("aiadmin_"), tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def _message(company: Company, **columns: object) -> Message:
    chat, _ = Conversation.objects.get_or_create(company=company, chat="1@lid")
    return Message.objects.create(
        company=company, conversation=chat, at=datetime.now(UTC), **columns
    )


def test_the_seeds_five_figures(client: Client, settings: Settings) -> None:
    company = make_company()
    make_unconnected()
    _message(company, direction=Direction.IN, author=Author.CLIENT, status=MessageStatus.ANSWERED)
    client.get("/marketplace/test")
    caller = f"test-{time.time_ns()}"
    api.throttle("public", caller, limit=1, window=3600)
    with pytest.raises(api.Throttled):
        api.throttle("public", caller, limit=1, window=3600)

    told = scrape(client)

    assert told["companies_connected", ()] == 1
    assert told["sessions", (("state", "connected"),)] == 1
    assert told["sessions", (("state", "idle"),)] == 1
    answered = (("author", "client"), ("direction", "in"), ("status", "answered"))
    assert told["messages_day", answered] == 1
    route = (("method", "GET"), ("route", "marketplace/test"), ("status", "200"))
    assert told["http_request_seconds_count", route] == 1
    assert told["rate_limit_hits_total", (("scope", "public"),)] == 1


def test_what_processes_count_is_summed() -> None:
    for seconds in (0.01, 0.2, 60.0):
        counters.observe("reply_seconds", seconds)
    counters.count("yclients_calls", lane="sync", outcome="ok")
    counters.count("yclients_calls", 2, lane="sync", outcome="ok")

    ((labels, held),) = counters.series("reply_seconds")

    assert labels == []
    assert (held.count, held.sum) == (3, 60.21)
    assert held.buckets == [1, 1, 1, 2, 2, 2, 2, 2, 2, 2]
    assert list(counters.totals("yclients_calls")) == [(["sync", "ok"], 3)]


def test_a_label_that_nobody_described_is_refused() -> None:
    with pytest.raises(KeyError):
        counters.count("yclients_calls", lane="sync")
    with pytest.raises(KeyError):
        counters.observe("unheard_of", 1.0)


def test_queues_tell_how_long_their_first_is_due(client: Client) -> None:
    company = make_company(polled_at=datetime.now(UTC) - timedelta(hours=3))
    past = datetime.now(UTC) - timedelta(minutes=10)
    event(company, "message")
    _message(
        company,
        direction=Direction.OUT,
        author=Author.BOT,
        status=MessageStatus.QUEUED,
        due_at=past,
    )
    Conversation.objects.update(turn_due_at=past, needs_person_since=past)
    Alarm.objects.create(kind="queue_old", hour=past, text="Стоит", due_at=past)

    told = scrape(client)

    ages = {
        labels[0][1]: value for (name, labels), value in told.items() if name == "queue_age_seconds"
    }
    assert {name for name, age in ages.items() if age >= 600} == {"turns", "outbox", "alarms"}
    assert (ages["webhooks"], ages["callbacks"], ages["syncs"]) == (0, 0, 0)
    assert told["sync_stale_companies", ()] == 1
    assert told["sync_age_seconds", ()] >= 3 * 3600
    assert told["chats_waiting_for_person", ()] == 1
    assert told["alarms_open", (("kind", "queue_old"),)] == 1


def test_calls_to_yclients_are_counted_by_lane_and_outcome(yclients: YclientsSandbox) -> None:
    salon = SandboxSalon(yclients, seed="small")

    run = sync.request_sync(salon.company.pk)
    sync.run(run.pk)

    found = {tuple(labels): total for labels, total in counters.totals("yclients_calls")}
    assert found[("sync", "ok")] >= 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer the-scrapers-token"}, 200),
        ({"X-API-Key": "the-scrapers-token"}, 401),
        (KEY, 200),
    ],
)
def test_figures_are_for_who_shows_a_token(
    client: Client, settings: Settings, headers: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = "the-scrapers-token"

    assert client.get("/metrics", headers=headers).status_code == status


def test_an_unset_token_opens_nothing(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


def test_without_redis_the_business_is_told_all_the_same(client: Client, redis_down: None) -> None:
    make_company()

    told = scrape(client)

    assert told["up", (("part", "redis"),)] == 0
    assert told["up", (("part", "postgresql"),)] == 1
    assert told["companies_connected", ()] == 1


@pytest.mark.skipif(PROMTOOL is None, reason="promtool: apt install prometheus")
def test_prometheus_itself_finds_the_text_good(client: Client) -> None:
    make_company()
    client.get("/marketplace/test")
    counters.observe("reply_seconds", 1.0)
    text = client.get("/metrics", headers=KEY).content

    done = subprocess.run(
        [str(PROMTOOL), "check", "metrics"], input=text, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_ready_names_each_dependency(client: Client, settings: Settings) -> None:
    settings.BRIDGE_URL = "http://127.0.0.1:9"
    store.client().set(store.seen_key(SWEEP), int(time.time()))

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "parts": {
            "postgresql": True,
            "migrations": True,
            "writes": True,
            "redis": True,
            "worker": True,
            "bridge": False,
        },
    }


def test_beat_that_stands_is_seen(client: Client) -> None:
    store.client().set(store.seen_key(SWEEP), int(time.time()) - 120)

    assert client.get("/readyz").json()["parts"]["worker"] is False


def test_a_database_without_our_tables_is_not_ready(client: Client) -> None:
    MIGRATED.clear()
    forget_last_migration()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["parts"]["migrations"]) == (503, False)
