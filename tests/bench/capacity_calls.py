"""What capacity is counted from, whatever the machine: calls to YCLIENTS a thing, bytes a row.

    python -m tests.bench.capacity_calls

The whole product beside the stand-in, which counts. The webhook of one's own write is counted with it.
A row's bytes are those of 20,000 copies of one that the product wrote just now, indexes included.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from aiadmin.run.paths import ROOT
from aiadmin.run.stack import Stack
from tests.chaos.ledgers import MONTHS
from tests.stack import Client, Product, Salon
from tests.waiting import wait_for

_LONG = 300.0
# Nothing more comes of it when no call was seen for so many seconds.
_QUIET = 20.0
_COPIES = 20_000
# What it is called, the table, and the column that a copy needs of its own.
_TABLES = (
    ("message", "messages", "wa_id"),
    ("webhook", "webhook_events", "key"),
    ("visit", "bookings", "record_id"),
    ("event of the bridge", "bridge.events", "message_id"),
)


def main() -> int:
    with (
        tempfile.TemporaryDirectory(prefix="aiadmin-bench-") as folder,
        Stack.start(Path(folder), env={"TYPING_MS": "0"}) as stack,
    ):
        product = Product(stack)
        for what, calls in _counted(product):
            print(f"{what:<32}{calls:>5} calls", flush=True)
        for what, size in _sizes(product):
            print(f"{what:<32}{size:>5} bytes", flush=True)
        product.close()
    return 0


def _counted(product: Product) -> Iterator[tuple[str, int]]:
    salon = product.new_salon()
    yield "first reading", _calls(product, lambda: _first_reading(salon))
    yield "nightly reading", _calls(product, lambda: _read(salon, "full"))
    yield "hourly poll", _calls(product, lambda: _read(salon, "changes"))
    client = salon.client()
    yield "question", _calls(product, lambda: _says(client, "Сколько стоит мужская стрижка?"))
    for what, text in _dialogue():
        yield what, _calls(product, lambda text=text: _says(client, text))  # type: ignore[misc]
    yield "visit by the salon", _calls(product, lambda: _written_down(salon))


def _dialogue() -> Iterator[tuple[str, str]]:
    day = datetime.now(UTC).astimezone(ZoneInfo("Europe/Moscow")).date() + timedelta(days=3)
    said = f"{day.day} {MONTHS[day.month - 1]}"
    yield "free times of a day", f"Когда {said} свободен Сергей на мужскую стрижку?"
    yield "booking", f"Запишите на мужскую стрижку {said} в 15:00 к Сергею"
    yield "move", f"Перенесите мою запись на {said} в 17:00"
    yield "cancel", "Отмените мою запись"


def _calls(product: Product, act: Callable[[], None]) -> int:
    """Calls that the stand-in saw because of it."""
    product.yclients.delete("/traffic").raise_for_status()
    act()
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < _QUIET:
        calls = int(product.yclients.get("/traffic").json()["calls"])
        if calls != seen:
            seen, since = calls, time.monotonic()
        time.sleep(0.5)
    return seen


def _sizes(product: Product) -> Iterator[tuple[str, int]]:
    """Bytes a row, as PostgreSQL counts its pages. Nothing is committed."""
    with psycopg.connect(product.stack.state["database"]) as connection:
        for what, table, unique in _TABLES:
            sized = f"SELECT pg_total_relation_size('{table}')"  # names of ours
            (before,) = connection.execute(sized).fetchone() or (0,)
            connection.execute(
                f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::{table},"  # noqa: S608
                f" to_jsonb(one) || jsonb_build_object('id', -n, '{unique}', -n))).*"
                f" FROM (SELECT * FROM {table} ORDER BY id DESC LIMIT 1) one,"
                f" generate_series(1, {_COPIES}) n"
            )
            (after,) = connection.execute(sized).fetchone() or (0,)
            yield what, round((after - before) / _COPIES)
        connection.rollback()


def _first_reading(salon: Salon) -> None:
    salon.connect()
    wait_for("the first sync", salon.catalogue_synced, timeout=_LONG)


def _read(salon: Salon, scope: str) -> None:
    command = [sys.executable, "manage.py", "sync_company", str(salon.company_id), "--wait"]
    env = {**os.environ, **salon.product.stack.env}
    subprocess.run([*command, "--scope", scope], env=env, cwd=ROOT, check=True, capture_output=True)


def _says(client: Client, text: str) -> None:
    client.say(text)
    client.answer(timeout=_LONG)


def _written_down(salon: Salon) -> None:
    """The salon's own hand: what one webhook costs."""
    staff = next(row["id"] for row in salon.made["staff"] if row["name"] == "Сергей")
    service = next(row["id"] for row in salon.made["services"] if row["title"] == "Мужская стрижка")
    day = datetime.now(UTC).date() + timedelta(days=4)
    body = {
        "staff_id": staff,
        "service_ids": [service],
        "start": f"{day} 15:00",
        "phone": "79000000001",
        "name": "Анна",
    }
    path = f"/salons/{salon.salon_id}/records"
    salon.product.yclients.post(path, json=body).raise_for_status()


if __name__ == "__main__":
    sys.exit(main())
