"""The sync of a large salon: as many queries a page whatever the size, and little memory."""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from marketplace.models import Booking, Client
from marketplace.services import sync
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox

pytestmark = pytest.mark.django_db(transaction=True)

_PAGE = 200


def queries(salon: SandboxSalon) -> int:
    run = sync.request_sync(salon.company.pk)
    with CaptureQueriesContext(connection) as seen:
        sync.run(run.pk)
    run.refresh_from_db()
    assert run.status == "done"
    # The claim is renewed by the clock, not by the page.
    return sum('"sync_runs"' not in query["sql"] for query in seen)


def test_each_page_takes_the_same_few_queries(yclients: YclientsSandbox) -> None:
    pages = {"small": (1, 1), "large": (3, 6)}
    first: dict[str, int] = {}
    again: dict[str, int] = {}
    for name, (clients, records) in pages.items():
        salon = SandboxSalon(
            yclients, seed="large", clients=clients * _PAGE, records=records * _PAGE
        )
        first[name], again[name] = queries(salon), queries(salon)
        assert Booking.objects.filter(company=salon.company).count() == records * _PAGE
        assert Client.objects.filter(company=salon.company).count() == clients * _PAGE

    more = 2 + 5
    # BEGIN, what we know of the page, one upsert, COMMIT.
    assert first["large"] - first["small"] == 4 * more
    # Nothing has changed: nothing is written.
    assert again["large"] - again["small"] == 3 * more


def test_a_page_is_looked_up_by_its_keys_before_there_are_statistics(
    yclients: YclientsSandbox,
) -> None:
    salon = SandboxSalon(yclients, seed="large", clients=_PAGE, records=5 * _PAGE)
    run = sync.request_sync(salon.company.pk)
    with CaptureQueriesContext(connection) as seen:
        sync.run(run.pk)
    *_, last = [
        query["sql"]
        for query in seen
        if '"bookings"' in query["sql"] and query["sql"].endswith("FOR UPDATE) AS known")
    ]

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {last}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    # Of the salon's other visits none is read.
    assert "using booking_record_once on bookings" in plan
    assert "Filter" not in plan


@pytest.mark.parametrize("model", [Booking, Client])
def test_a_row_is_written_into_no_index_that_another_begins_with(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, indkey::text FROM pg_index"
            " WHERE indrelid = %s::regclass AND indpred IS NULL",
            [model._meta.db_table],
        )
        found = {name: f"{columns} " for name, columns in cursor.fetchall()}

    spare = {
        name
        for name, columns in found.items()
        if any(other.startswith(columns) for key, other in found.items() if key != name)
    }

    assert len(found) > 1
    assert spare == set()


def test_a_fresh_worker_syncs_thousands_of_records_within_its_memory(
    yclients: YclientsSandbox,
) -> None:
    salon = SandboxSalon(yclients, seed="large", clients=1_000, records=3_000)
    name = str(connection.settings_dict["NAME"])
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "YCLIENTS_API_URL": yclients.url,
        "BENCH_SALON": str(salon.company.salon_id),
        "BENCH_REQUESTS": os.devnull,
    }

    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_sync", "--child", "sync-again"],
        env=env,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=120,
    )

    found = json.loads(done.stdout.splitlines()[-1])
    assert found["status"] == "done"
    assert Booking.objects.filter(company=salon.company).count() == 3_000
    assert found["peak_mb"] < 250
