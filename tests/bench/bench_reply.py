"""A client's message to our answer on her phone, beside bare Baileys that echoes, under one load in one run.

    python -m tests.bench.bench_reply [--rate 5] [--seconds 28]

Twenty salons with one client each, paired through the product; messages leave on a timetable whatever
the answers do (open loop). The delay of a burst and "typing…" are off; nobody writes so often that the
loop guard or the number's pace would speak. Then the product's bridge is held down and plain Baileys
takes the same credentials, sandbox and load.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

from aiadmin.run.paths import ROOT
from aiadmin.run.spawn import dying_with_parent
from aiadmin.run.stack import Stack
from tests.bench import web_servers
from tests.stack import Client, Product
from tests.waiting import wait_for

SALONS = 20
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
OURS = ("web", "worker", "bridge", "postgres", "valkey")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Found:
    p50: float
    p95: float
    answered: int
    missing: int
    cpu: dict[str, float]

    @property
    def cpu_ms(self) -> float:
        """Of all programs that were counted, a message."""
        return sum(self.cpu.values())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--seconds", type=int, default=28)
    options = parser.parse_args(arguments)
    if options.rate * options.seconds > SALONS * MOST_OF_ONE:
        parser.error("so many messages that the loop guard would answer")
    quick = {"TURN_DELAY_SECONDS": "0", "TYPING_MS": "0", "TRUSTED_PROXIES": "127.0.0.1"}
    with (
        tempfile.TemporaryDirectory(prefix="aiadmin-bench-") as folder,
        Stack.start(Path(folder), env=quick) as stack,
    ):
        product = Product(stack)
        clients = [
            product.new_salon().ready().client(f"Клиент {number}") for number in range(SALONS)
        ]
        for client in clients:
            client.ask("Здравствуйте")
        ours = {name: _family(stack, name) for name in OURS}
        product_found = _measure(clients, options, ours)
        stack.hold("bridge")
        with _bare(stack, max(client.salon.company_id for client in clients)) as pid:
            for client in clients:
                wait_for("the echo", lambda one=client: _echoes(one))  # type: ignore[misc]  # bound now
            bare_found = _measure(clients, options, {"bare": [pid]})
        product.close()
    _tell("product", product_found)
    _tell("bare Baileys echo", bare_found)
    print(
        f"ratio p95 {product_found.p95 / bare_found.p95:.1f} (aimed at 6), "
        f"CPU {product_found.cpu_ms / bare_found.cpu_ms:.1f}"
    )
    return 0


def _echoes(client: Client) -> bool:
    client.say("раз")
    try:
        client.answer(timeout=3)
    except AssertionError:
        return False
    return True


def _measure(
    clients: list[Client], options: argparse.Namespace, programs: dict[str, list[int]]
) -> Found:
    count = int(options.rate * options.seconds)
    took: list[float] = []
    threads = []
    before = {name: sum(map(_cpu, pids)) for name, pids in programs.items()}
    begun = time.monotonic()
    for number in range(count):
        client, ask = clients[number % SALONS], ASKS[number // SALONS % len(ASKS)]
        time.sleep(max(0.0, begun + number / options.rate - time.monotonic()))
        thread = threading.Thread(target=_one, args=(client, ask, took))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    used = {name: sum(map(_cpu, pids)) - before[name] for name, pids in programs.items()}
    marks = statistics.quantiles(took, n=20)
    return Found(
        p50=statistics.median(took) * 1000,
        p95=marks[18] * 1000,
        answered=len(took),
        missing=count - len(took),
        cpu={name: seconds * 1000 / len(took) for name, seconds in used.items()},
    )


def _one(client: Client, text: str, took: list[float]) -> None:
    """From before the client's phone sends to the moment her phone shows the answer."""
    begun = time.monotonic()
    client.say(text)
    try:
        client.answer(timeout=20)
    except AssertionError:
        return
    took.append(time.monotonic() - begun)


def _family(stack: Stack, name: str) -> list[int]:
    """The program and its children: PostgreSQL answers each connection in a process of its own."""
    root = int(stack.state["pids"][name])
    found = [root]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == root:
            found.append(int(path.parent.name))
    return found


def _cpu(pid: int) -> float:
    """Seconds of CPU so far; 0 of a process that has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def _bare(stack: Stack, sessions: int) -> Iterator[int]:
    env = {**os.environ, **stack.env}
    env["DATABASE_URL"] = stack.state["database"]
    command = [str(web_servers.node().node), "dist/bench/bare.js", str(sessions)]
    with subprocess.Popen(
        command,
        env=env,
        cwd=ROOT / "whatsapp" / "bridge",
        stdout=subprocess.DEVNULL,
        preexec_fn=dying_with_parent(SIGKILL),
    ) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def _tell(name: str, found: Found) -> None:
    print(
        f"{name}: p50 {found.p50:.0f} ms, p95 {found.p95:.0f} ms, CPU a message {found.cpu_ms:.1f} ms "
        f"({', '.join(f'{part} {ms:.1f}' for part, ms in found.cpu.items())}), "
        f"{found.answered} answered, {found.missing} missing",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
