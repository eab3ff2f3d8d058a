"""PostgreSQL answers and takes nothing: read-only, then with a full disk. Nobody's message may be lost.

    python -m tests.chaos.refusals

The product runs as always; its PostgreSQL lies on a small file system in memory, filled to the last byte.
Where mounting is forbidden (it takes root) the full disk is left out, and that is said. Exit code 1 when
something was called stored and was not, was lost, or was not told. Writes its section of docs/benchmarks.md.
"""

import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from aiadmin.core.storage import FULL, READ_ONLY
from aiadmin.run import binaries, ports
from aiadmin.run.errors import RunError
from aiadmin.run.paths import server_directory, unprivileged
from aiadmin.run.postgres import BRIDGE, Passwords, Postgres
from aiadmin.run.services import running, temporary_home
from aiadmin.run.spawn import Reaper
from aiadmin.run.stack import Stack
from tests.bench import report as page
from tests.chaos import books
from tests.chaos.ledgers import judge
from tests.chaos.script import HOURS, Size, Wish
from tests.chaos.storm import PATIENCE, Storm, pair
from tests.chaos.talk import MOSCOW
from tests.stack import Product, Salon
from tests.waiting import wait_for

# Beside the cluster, a reserve that is filled to the last byte.
_DISK = "600m"
_SALONS = 2
# A webhook that no page in use has room for.
_BULK = secrets.token_hex(20_000)


@dataclass(frozen=True)
class _Scene:
    """What one kind of refusal came to; `faults` names all that was wrong."""

    name: str
    wished: int
    reached: int
    faults: list[str]


def main() -> int:
    with ExitStack() as stack:
        reaper = stack.enter_context(Reaper())
        home = temporary_home(unprivileged())
        reaper.remove(home)
        mounted = stack.enter_context(_small_disk(home))
        postgres = _postgres(home)
        stack.enter_context(_kept_running(postgres, home, reaper))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="aiadmin-chaos-"))
        env = {
            "DATABASE_URL": postgres.url(),
            "BRIDGE_DATABASE_URL": postgres.url(BRIDGE),
            "OPS_EMAIL": "ops@example.test",
            "TRUSTED_PROXIES": "127.0.0.1",
            "TYPING_MS": "0",
        }
        product = Product(stack.enter_context(Stack.start(Path(folder), env=env)))
        stack.callback(product.close)
        salons = pair(product, Size(_SALONS, 0, 0))
        scenes = [_scene(READ_ONLY, 0, product, salons, _read_only(postgres))]
        if mounted:
            scenes.append(_scene(FULL, 1, product, salons, _full(postgres.data)))
        else:
            _tell("mounting is forbidden here: the full disk was not tried")
    _publish(scenes, mounted=mounted)
    faults = [f"{scene.name}: {fault}" for scene in scenes for fault in scene.faults]
    for fault in faults:
        _tell(f"FAULT {fault}")
    _tell("failed" if faults else "passed")
    return 1 if faults else 0


def _publish(scenes: list[_Scene], *, mounted: bool) -> None:
    rows = []
    for scene in scenes:
        name, wrong = scene.name.replace("_", " "), len(scene.faults)
        rows += [
            page.Row(
                f"{name}: lost, doubled, called stored and was not, or not told",
                str(wrong),
                bar="0",
                held=not wrong,
            ),
            page.Row(
                f"{name}: clients who were booked once it was over",
                f"{scene.reached} of {scene.wished}",
                bar="all",
                held=scene.reached == scene.wished,
            ),
        ]
    if not mounted:
        rows.append(page.Row("disk full: not tried, mounting takes root", "–"))
    method = (
        "`make chaos`, its second half: PostgreSQL takes nothing while clients write and YCLIENTS calls: "
        "read-only by its own setting, then with its disk filled to the last byte. Each ends only when "
        "`/readyz` answers 503, the alarm is in the mail box and a webhook was answered 5xx."
    )
    page.publish("refusals", "A database that takes nothing", method, rows)


def _scene(
    name: str,
    number: int,
    product: Product,
    salons: list[Salon],
    broken: AbstractContextManager[None],
) -> _Scene:
    """Clients write and YCLIENTS calls while it is broken; afterwards everybody is answered."""
    storm = Storm(product, salons)
    wishes = [
        Wish(place, place % _SALONS, 3 + number, hour, ("book",), small_talk=False)
        for place, hour in enumerate(hour for hour in HOURS for _ in range(_SALONS))
    ]
    told = set(_letters(product))
    with ThreadPoolExecutor(len(wishes)) as pool:
        with broken:
            talks = [pool.submit(storm.talk, one) for one in storm.begin(wishes)]
            refused, taken = _webhooks(salons[0], number)
            wait_for("readyz to say so", lambda: not _ready(product), timeout=PATIENCE)
            wait_for("the alarm", lambda: set(_letters(product)) - told, timeout=PATIENCE)
            spoken = [one for one in storm.dialogues if one.reached]
        for talk in talks:
            talk.result(PATIENCE)
    again = [_webhook(salons[0], one) for one in refused]
    wait_for("readyz to be well", lambda: _ready(product), timeout=PATIENCE)
    storm.settle()
    today = datetime.now(UTC).astimezone(MOSCOW).date()
    faults = [*storm.errors]
    for place, salon in enumerate(salons):
        own = [one for one in storm.dialogues if one.wish.salon == place]
        faults += [str(found) for one in books.read(salon, own) for found in judge(one, today)]
    stored = _stored(salons[0])
    faults += [f"webhook {one}: answered 200 and not stored" for one in taken if one not in stored]
    faults += [f"a refused webhook was answered {one} afterwards" for one in again if one != 200]
    reached = sum(bool(one.reached) for one in storm.dialogues)
    if reached < len(wishes):
        faults += [f"{d.client.name}: {d.trouble}" for d in storm.dialogues if not d.reached]
    _tell(
        f"{name}: webhooks refused {len(refused)}, taken {len(taken)}; readyz 503; alarm mailed; "
        f"clients answered meanwhile {len(spoken)}, afterwards {reached} of {len(wishes)}"
    )
    return _Scene(name, len(wishes), reached, faults)


def _webhooks(salon: Salon, number: int) -> tuple[list[int], list[int]]:
    """Sends until one is refused: (refused ids, taken ids)."""
    taken: list[int] = []
    for one in range(number * 1000 + 1, number * 1000 + 500):
        status = _webhook(salon, one)
        if status >= 500:
            return [one], taken
        assert status == 200, status
        taken.append(one)
    raise AssertionError("500 webhooks were taken")


def _webhook(salon: Salon, resource_id: int) -> int:
    """One as YCLIENTS sends it, of a kind that needs no reading; the status of the answer."""
    body = {
        "company_id": salon.salon_id,
        "resource": "goods_operations_sale",
        "resource_id": resource_id,
        "status": "create",
        "data": {"id": resource_id, "bulk": f"{resource_id}{_BULK}"},
    }
    (url,) = salon.product.yclients.get(f"/salons/{salon.salon_id}/callbacks").json()[-1][
        "webhook_urls"
    ][:1]
    return salon.product.web.post(url, json=body, timeout=60).status_code


def _stored(salon: Salon) -> set[int]:
    rows = salon.product.rows(
        "SELECT resource_id FROM webhook_events WHERE company_id = %s", salon.company_id
    )
    return {row["resource_id"] for row in rows}


def _ready(product: Product) -> bool:
    answer = product.web.get("/readyz")
    assert (answer.status_code == 200) == answer.json()["parts"]["writes"]
    return answer.status_code == 200


def _letters(product: Product) -> list[str]:
    return [one.name for one in (product.stack.directory / "mail").iterdir()]


# --- what breaks -----------------------------------------------------------------------------------


@contextmanager
def _read_only(postgres: Postgres) -> Iterator[None]:
    """For the sessions that are open, too: a fail-over, or a provider who has locked the database."""
    _alter(postgres, "ALTER SYSTEM SET default_transaction_read_only = on")
    try:
        yield
    finally:
        _alter(postgres, "ALTER SYSTEM RESET default_transaction_read_only")


def _alter(postgres: Postgres, statement: str) -> None:
    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(statement)
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def _full(data: Path) -> Iterator[None]:
    """Every byte that is left is taken by a file beside the cluster, until the end."""
    filler = data.parent / "filler"
    try:
        with filler.open("wb") as file:
            while True:
                file.write(b"0" * 4096)
                file.flush()
    except OSError:
        pass
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def _kept_running(postgres: Postgres, home: Path, reaper: Reaper) -> Iterator[None]:
    """Started again whenever it ends, as a supervisor does: without room for its log it ends by itself."""
    over, up = threading.Event(), threading.Event()

    def keep() -> None:
        while not over.is_set():
            try:
                with running(postgres, home, reaper) as process:
                    up.set()
                    while process.poll() is None and not over.wait(0.5):
                        pass
            except RunError:
                over.wait(1)

    keeper = threading.Thread(target=keep, name="postgres")
    keeper.start()
    try:
        assert up.wait(PATIENCE)
        yield
    finally:
        over.set()
        keeper.join()


@contextmanager
def _small_disk(home: Path) -> Iterator[bool]:
    """A file system of its own at `home`; False where this account may not mount."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK},mode=755", "tmpfs", str(home)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(home)], check=True)


def _postgres(home: Path) -> Postgres:
    account = unprivileged()
    return Postgres(
        base=server_directory(home / "servers", account),
        port=ports.choose(),
        passwords=Passwords(*(secrets.token_hex(16) for _ in range(3))),
        bin=binaries.postgres_bin(account),
        major=binaries.POSTGRES_MAJOR,
        account=account,
        durable=False,
    )


def _tell(text: str) -> None:
    print(f"refusals: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
