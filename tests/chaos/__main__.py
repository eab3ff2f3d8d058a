"""Chaos: clients talk while everything breaks; afterwards three ledgers must agree.

    python -m tests.chaos [--short] [--seed 7] [--salons 20] [--clients 200] [--seconds 600]

Programs are killed -9 one after another and started again, Redis loses everything, YCLIENTS errs, dawdles
and hangs up after it has written, WhatsApp cuts sockets. The ledgers: the clients' phones, our database,
the salons' journals. All of it on loopback, bounded, and it stops by itself. Exit code 1 when one message or
booking is wrong, each named with its ids; then the programs' logs stay in `.run/chaos`. What the long storm
(nothing smaller) showed is written into docs/benchmarks.md.
"""

import argparse
import random
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg

from aiadmin.run.paths import ROOT
from aiadmin.run.stack import Stack
from tests.chaos import books, report, script
from tests.chaos.ledgers import Books, judge
from tests.chaos.storm import Storm, pair
from tests.chaos.talk import MOSCOW
from tests.stack import Product

_LOGS = ROOT / ".run" / "chaos"
# Every page of an owner comes from an address of its own; nobody waits for a human's typing.
_ENV = {"TRUSTED_PROXIES": "127.0.0.1", "TYPING_MS": "0"}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--short", action="store_true", help="a minute, fewer of everything")
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    for name in ("salons", "clients", "seconds"):
        arguments.add_argument(f"--{name}", type=int)
    options = arguments.parse_args()
    usual = script.SHORT if options.short else script.LONG
    size = script.Size(
        salons=options.salons or usual.salons,
        clients=options.clients or usual.clients,
        seconds=options.seconds or usual.seconds,
    )
    shown = f"--salons {size.salons} --clients {size.clients} --seconds {size.seconds}"
    print(f"chaos: --seed {options.seed} {shown}", flush=True)
    with tempfile.TemporaryDirectory(prefix="aiadmin-chaos-") as folder:
        # The servers' own user walks through: their data lies here, and goes with it.
        Path(folder).chmod(0o711)
        stack = Stack.start(Path(folder), env=_ENV, command=("stack", "--beat-apart"))
        product = Product(stack)
        try:
            code = run(product, seed=options.seed, size=size)
        finally:
            product.close()
            stack.stop()
        if code:
            shutil.rmtree(_LOGS, ignore_errors=True)
            shutil.copytree(stack.directory / "logs", _LOGS)
            print(f"chaos: logs in {_LOGS}", flush=True)
        return code


def run(product: Product, *, seed: int, size: script.Size) -> int:
    """The storm and its judgement; the process's exit code."""
    today = datetime.now(UTC).astimezone(MOSCOW).date()
    salons = pair(product, size)
    print(f"chaos: {len(salons)} salons are connected", flush=True)
    storm = Storm(product, salons, size.limit)
    storm.rage(script.write(seed, size))
    try:
        read = _read(storm)
    except (psycopg.Error, httpx.HTTPError) as error:
        storm.errors.append(f"the ledgers cannot be read: {type(error).__name__}: {error}")
        read = []
    violations = [one for client in read for one in judge(client, today)]
    code = report.tell(storm, read, violations, today, seed)
    if size == script.LONG:
        report.publish(storm, read, violations, seed)
    return code


def _read(storm: Storm) -> list[Books]:
    return [
        client
        for place, salon in enumerate(storm.salons)
        for client in books.read(salon, [d for d in storm.dialogues if d.wish.salon == place])
    ]


if __name__ == "__main__":
    sys.exit(main())
