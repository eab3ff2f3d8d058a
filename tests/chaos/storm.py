"""Carries out a script against the running product, and waits until everything has settled."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import psycopg
import redis
from websockets.exceptions import WebSocketException

from aiadmin.run.errors import RunError
from tests.chaos.script import FLUSH, Round, Size, Wish
from tests.chaos.talk import Dialogue
from tests.stack import Product, Salon
from tests.waiting import wait_for

# Real seconds. Nothing is decided by them on a machine that works: they end what hangs.
PATIENCE = 600.0
NAMES = ("Ольга", "Ирина", "Дмитрий", "Елена", "Роман", "Виктория", "Артём", "Наталья")
# How many dialogues are under way at once.
TALKERS = 24

# What is still to be done, by name: all of it must be empty in the end.
_UNDONE = {
    "events of the bridge": "SELECT id FROM bridge.events WHERE processed_at IS NULL",
    "messages": "SELECT id FROM messages WHERE status IN ('received', 'queued', 'sending')",
    "turns": "SELECT id FROM conversations WHERE turn_due_at IS NOT NULL OR turn_owner <> ''",
    "kept requests": "SELECT id FROM kept_requests WHERE status = 'waiting'",
    # What a killed worker had claimed is due again after its claim, minutes later.
    "webhooks": "SELECT id FROM webhook_events WHERE status = 'new' AND due_at <= now()",
    "writes": "SELECT id FROM booking_attempts WHERE status = 'started'",
}


@dataclass
class Storm:
    """`struck`: how often each harm was done. `limit`: seconds that all of it may take."""

    product: Product
    salons: list[Salon]
    limit: float = 3 * PATIENCE
    dialogues: list[Dialogue] = field(default_factory=list)
    struck: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def took(self) -> float:
        return time.monotonic() - self.began

    def left(self) -> float:
        """Seconds that a single thing is waited for: few when the time of all is over."""
        return max(1.0, min(PATIENCE, self.limit - self.took))

    def rage(self, rounds: list[Round]) -> None:
        """Returns when every dialogue has ended and nothing is left to do, or cannot be done: then
        `errors` names it."""
        with ThreadPoolExecutor(TALKERS, thread_name_prefix="client") as pool:
            for number, each in enumerate(rounds, start=1):
                for one in self.begin(each.begin):
                    pool.submit(self.talk, one)
                try:
                    self._strike(f"{number}/{len(rounds)}", each)
                except (RunError, httpx.HTTPError, redis.RedisError) as error:
                    self.errors.append(f"round {number}: {type(error).__name__}: {error}")
                    # Nothing is proved any more: whoever waits gives up.
                    self.limit = 0
                    break
                time.sleep(each.pause)
            self.product.yclients.delete("/faults")
            _tell(f"the storm is over after {self.took:.0f} s, what hangs is waited for")
        self.settle()

    def begin(self, wishes: Iterable[Wish]) -> list[Dialogue]:
        begun = [
            Dialogue(
                wish=wish,
                # A name that can be booked under: nobody is asked for it.
                client=self.salons[wish.salon].client(NAMES[wish.client % len(NAMES)]),
                patience=self.left,
            )
            for wish in wishes
        ]
        self.dialogues += begun
        return begun

    def talk(self, dialogue: Dialogue) -> None:
        try:
            dialogue.run()
        except Exception as error:  # told in the report, whatever it was
            dialogue.trouble = f"{type(error).__name__}: {error}"
            who = f"{dialogue.client.name} (+{dialogue.client.phone})"
            self.errors.append(f"{who}: {dialogue.trouble} {dialogue.wrote[-1:]}")

    # --- harm --------------------------------------------------------------------------------------

    def _strike(self, number: str, each: Round) -> None:
        parts = [each.kill if each.kill == FLUSH else f"kill -9 {each.kill}"]
        if each.journal:
            self.product.yclients.post("/faults", json=each.journal).raise_for_status()
            self._count("journal")
            parts.append(f"journal {each.journal['mode']} {each.journal.get('path_regex', '')}")
        for place in each.drop:
            self.product.whatsapp.post(f"/phones/{self.salons[place].phone}/drop")
            self._count("socket")
        if each.drop:
            parts.append(f"{len(each.drop)} sockets cut")
        _tell(f"{number} {', '.join(parts)}")
        self._count(each.kill)
        if each.kill == FLUSH:
            with redis.Redis.from_url(self.product.stack.state["redis"], socket_timeout=30) as one:
                one.flushall()
        else:
            self.product.stack.kill(each.kill, timeout=self.left())
            self.product.stack.wait_ready(each.kill, timeout=self.left())

    def _count(self, what: str) -> None:
        self.struck[what] = self.struck.get(what, 0) + 1

    # --- peace -------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Everything that was left undone is done, or is named in `errors`."""
        deadline = time.monotonic() + self.left()
        undone = self._undone()
        while undone and time.monotonic() < deadline:
            time.sleep(0.5)
            undone = self._undone()
        self.errors += [f"never settled: {what} {ids}" for what, ids in undone.items()]

    def _undone(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        try:
            with psycopg.connect(self.product.stack.state["database"]) as connection:
                for what, query in _UNDONE.items():
                    ids = [row[0] for row in connection.execute(query).fetchmany(20)]
                    if ids:
                        found[what] = ids
        except psycopg.OperationalError:
            return {"the database that cannot be asked": []}
        return found


def pair(product: Product, size: Size) -> list[Salon]:
    """Salons that are connected and have their catalogue before anything breaks."""
    lock = threading.Lock()

    def one(_: int) -> Salon:
        with lock:  # phones and addresses are handed out by a plain counter
            # No visits of the past: nobody is asked for a review.
            salon = product.new_salon("small")
        _connect(salon)
        wait_for("the first sync", salon.catalogue_synced, timeout=PATIENCE)
        return salon

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(size.salons)))


def _connect(salon: Salon) -> None:
    """As an owner does, who opens the page again when a busy machine was too slow for it."""
    deadline = time.monotonic() + PATIENCE
    while not salon.status()["whatsapp_connected"]:
        try:
            salon.connect()
        except (AssertionError, OSError, WebSocketException):
            if time.monotonic() > deadline:
                raise


def _tell(text: str) -> None:
    print(f"chaos: {text}", flush=True)
