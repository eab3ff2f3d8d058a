"""Chaos: clients talk while parts of the product are killed; afterwards three ledgers must agree.

    python -m tests.e2e.chaos --seconds 60 --seed 7

The ledgers: the customers' phones (WhatsApp sandbox), our database, the journal (YCLIENTS sandbox).
Everything is on loopback, bounded in time and in the number of messages, and stops by itself.
"""

import argparse
import random
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import redis

from aiadmin.run.stack import Stack
from tests.stack import Client, Product, Salon
from tests.waiting import wait_for

MOSCOW = ZoneInfo("Europe/Moscow")
BOOKED = re.compile(r"записал", re.IGNORECASE)
# Not a process: everything Redis holds is gone at once.
FLUSH = "flushall"
VICTIMS = ("bridge", "worker", "web", "postgres", "valkey", FLUSH)
# After the last kill everything must have settled within this many seconds.
SETTLE = 120.0


@dataclass
class Dialogue:
    """One client who wants one visit and remembers what she was told."""

    client: Client
    at: str
    asked: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def run(self) -> None:
        wish = f"Запишите на мужскую стрижку послезавтра в {self.at} к Сергею"
        self._ask(wish)
        for _ in range(4):
            if self.heard and BOOKED.search(self.heard[-1]):
                return
            self._ask("да" if self.heard and "?" in self.heard[-1] else wish)

    def _ask(self, text: str) -> None:
        self.asked.append(self.client.say(text))
        self.heard.append(str(self.client.answer(timeout=SETTLE)["text"]))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=int(time.time()))
    options = arguments.parse_args()
    print(f"chaos: seed {options.seed}, {options.seconds} s", flush=True)
    with tempfile.TemporaryDirectory(prefix="aiadmin-chaos-") as folder:
        stack = Stack.start(Path(folder))
        product = Product(stack)
        try:
            faults = storm(product, seconds=options.seconds, seed=options.seed)
        finally:
            product.close()
            stack.stop()
    for fault in faults:
        print(f"chaos: FAULT {fault}")
    print(f"chaos: {'failed' if faults else 'passed'}", flush=True)
    return 1 if faults else 0


def storm(product: Product, *, seconds: int, seed: int) -> list[str]:
    """Runs the dialogues under kills; returns what is wrong, nothing when the ledgers agree."""
    dice = random.Random(seed)
    salon = product.new_salon().ready()
    # Сергей's afternoon is free in every journal of the demo; a morning may hold a visit that day.
    times = [f"{hour}:00" for hour in range(13, 21)]
    dialogues = [Dialogue(salon.client(f"Клиент {n}"), at) for n, at in enumerate(times)]
    errors: list[str] = []
    talkers = [threading.Thread(target=_guarded, args=(d.run, errors)) for d in dialogues]
    deadline = time.monotonic() + seconds
    queue = list(VICTIMS)
    dice.shuffle(queue)
    for talker in talkers:
        talker.start()
        time.sleep(dice.uniform(0.1, seconds / len(talkers) / 2))
        if queue:
            _strike(product, queue.pop(), dice)
    while time.monotonic() < deadline and any(t.is_alive() for t in talkers):
        _strike(product, dice.choice(VICTIMS), dice)
        time.sleep(dice.uniform(4, 8))
    for talker in talkers:
        talker.join(SETTLE)
    return [*errors, *_disagreements(salon, dialogues)]


def _strike(product: Product, name: str, dice: random.Random) -> None:
    print(f"chaos: {name if name == FLUSH else f'kill -9 {name}'}", flush=True)
    if name == FLUSH:
        with redis.Redis.from_url(product.stack.state["redis"], socket_timeout=5) as client:
            client.flushall()
    else:
        product.stack.kill(name)
        product.stack.wait_ready(name)
    time.sleep(dice.uniform(0.2, 1.0))


def _guarded(act: Callable[[], None], errors: list[str]) -> None:
    try:
        act()
    except Exception as error:  # told in the report, whatever it was
        errors.append(f"{type(error).__name__}: {error}")


def _disagreements(salon: Salon, dialogues: list[Dialogue]) -> list[str]:
    faults: list[str] = []
    _settled(salon)
    day = (datetime.now(UTC).astimezone(MOSCOW) + timedelta(days=2)).date()
    for dialogue in dialogues:
        faults += _of_client(salon, dialogue, f"{day} {dialogue.at}:00")
    split = salon.product.rows(
        "SELECT phone FROM conversations WHERE company_id = %s GROUP BY 1 HAVING count(*) > 1",
        salon.company_id,
    )
    if split:
        faults.append(f"{len(split)} clients have two chats")
    unsent = salon.product.rows(
        "SELECT status, error FROM messages WHERE company_id = %s AND status IN ('failed', 'unknown')",
        salon.company_id,
    )
    faults += [f"an answer ended {row['status']}: {row['error']}" for row in unsent]
    return faults


def _settled(salon: Salon) -> None:
    wait_for(
        "all messages to be answered and sent",
        lambda: (
            not salon.product.rows(
                "SELECT 1 FROM messages WHERE company_id = %s"
                " AND status IN ('received', 'queued', 'sending')",
                salon.company_id,
            )
        ),
        timeout=SETTLE,
    )


def _of_client(salon: Salon, dialogue: Dialogue, start: str) -> list[str]:
    client, faults = dialogue.client, []
    records = salon.records(phone=client.phone)
    inbox = client.inbox()
    successes = [item for item in inbox if BOOKED.search(str(item["text"]))]
    stored = {
        row["wa_id"]: row
        for row in salon.product.rows(
            "SELECT m.wa_id, m.direction, m.status, m.text FROM messages m"
            " JOIN conversations c ON c.id = m.conversation_id"
            " WHERE m.company_id = %s AND c.phone = %s",
            salon.company_id,
            f"+{client.phone}",
        )
    }
    name = f"{client.name} ({dialogue.at})"
    lost = [one for one in dialogue.asked if one not in stored]
    if lost:
        faults.append(f"{name}: {len(lost)} of {len(dialogue.asked)} messages are not stored")
    unknown = [item["id"] for item in inbox if item["id"] not in stored]
    if unknown:
        faults.append(f"{name}: {len(unknown)} answers are not in our database")
    unreadable = [item for item in inbox if item.get("error")]
    if unreadable:
        faults.append(f"{name}: {len(unreadable)} answers could not be read by the phone")
    if len(inbox) > len(dialogue.asked):
        faults.append(f"{name}: {len(inbox)} answers to {len(dialogue.asked)} messages")
    if len(records) != 1:
        faults.append(f"{name}: {len(records)} records in the journal instead of one")
    elif records[0]["date"] != start:
        faults.append(f"{name}: booked for {records[0]['date']}, asked for {start}")
    if records and not successes:
        faults.append(f"{name}: booked and never told")
    if successes and not records:
        faults.append(f"{name}: told of a success that is not in the journal")
    return faults


if __name__ == "__main__":
    sys.exit(main())
