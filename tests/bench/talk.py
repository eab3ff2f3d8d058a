"""Clients who write on a timetable, whatever the answers do, and the programs that answer them."""

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiadmin.run.stack import Stack
from tests.bench import place
from tests.stack import Client, Product, Salon
from tests.waiting import wait_for

# One client may ask so often before the loop guard calls a person.
MOST_OF_ONE = 7
ASKS = (
    "Сколько стоит мужская стрижка?",
    "До скольки вы работаете?",
    "Где вы находитесь?",
    "Какие есть услуги?",
    "Сколько стоит маникюр?",
    "Кто делает стрижку?",
    "Сколько длится окрашивание?",
)
# Bursts, "typing…" and YCLIENTS's own limits are no part of these measurements.
QUICK = {
    "TURN_DELAY_SECONDS": "0",
    "TYPING_MS": "0",
    "TRUSTED_PROXIES": "127.0.0.1",
    "YCLIENTS_BUDGET": "0",
    "LOG_LEVEL": "warning",
}
# Nor is what is said unasked.
_ONLY_REPLIES = (
    "INSERT INTO salon_settings (company_id, evening_reminder, near_reminder, tell_changes, reviews)"
    " VALUES (%s, false, false, false, false) RETURNING company_id"
)
# Nor a number's own pace, which lets twenty answers go at once and then one every second or so.
_UNPACED = "UPDATE whatsapp_number_pace SET replies_free_at = NULL RETURNING company_id"
# Nor the nightly reading of every salon, should it be night there.
_READ_TONIGHT = (
    "UPDATE companies SET nightly_on = (now() AT TIME ZONE timezone)::date"
    " WHERE id = %s RETURNING id"
)
_BUSY = "SELECT 1 FROM sync_runs WHERE status NOT IN ('done', 'failed') LIMIT 1"
# Ours; the sandboxes are the world outside. The worker holds beat too.
PROGRAMS = ("web", "worker", "bridge", "postgres", "valkey")


@dataclass(frozen=True)
class Talk:
    """Seconds to each answer, and how many never came."""

    took: list[float] = field(default_factory=list)
    missing: int = 0

    def __add__(self, other: "Talk") -> "Talk":
        return Talk(self.took + other.took, self.missing + other.missing)

    def quantile_ms(self, percent: int) -> float:
        return statistics.quantiles(self.took, n=100)[percent - 1] * 1000


def salons(product: Product, count: int) -> list[Salon]:
    """Paired, synced to the end, and quiet."""
    with ThreadPoolExecutor(4) as hands:
        made = list(hands.map(lambda _: _salon(product), range(count)))
    wait_for("the syncs", lambda: not product.rows(_BUSY), timeout=300)
    return made


def clients(salon: Salon, count: int) -> list[Client]:
    """Greeted already: their next message is no first one."""
    made = [salon.client(f"Клиент {number}") for number in range(count)]
    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda client: client.ask("Здравствуйте"), made))
    return made


def talk(writers: Sequence[Client], rate: float, seconds: float) -> Talk:
    """`rate` messages a second in all, the writers in turn."""
    count = int(rate * seconds)
    assert count <= len(writers) * MOST_OF_ONE, "the loop guard would answer"
    took: list[float] = []
    threads = []
    begun = time.monotonic()
    for number in range(count):
        client, ask = writers[number % len(writers)], ASKS[number // len(writers) % len(ASKS)]
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        thread = threading.Thread(target=_one, args=(client, ask, took))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return Talk(took, count - len(took))


@contextmanager
def without_pace(product: Product) -> Iterator[None]:
    """Every answer leaves when it is ready, however many went before."""
    over = threading.Event()

    def forget() -> None:
        while not over.wait(0.5):
            product.rows(_UNPACED)

    thread = threading.Thread(target=forget, name="without-pace", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Meter:
    """Processor time of programs from now on."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids = pids
        self._before = self._read()

    @classmethod
    def of(cls, stack: Stack) -> "Meter":
        return cls({name: int(stack.state["pids"][name]) for name in PROGRAMS})

    def used_ms(self) -> dict[str, float]:
        now = self._read()
        return {name: (now[name] - self._before[name]) * 1000 for name in now}

    def _read(self) -> dict[str, float]:
        return {name: place.cpu(pid, gone=name == "postgres") for name, pid in self._pids.items()}


def _salon(product: Product) -> Salon:
    salon = product.new_salon()
    product.rows(_ONLY_REPLIES, salon.company_id)
    product.rows(_READ_TONIGHT, salon.company_id)
    return salon.ready()


def _one(client: Client, text: str, took: list[float]) -> None:
    """From before the client's phone sends to the moment her phone shows the answer."""
    begun = time.monotonic()
    client.say(text)
    try:
        client.answer(timeout=30)
    except AssertionError:
        return
    took.append(time.monotonic() - begun)
