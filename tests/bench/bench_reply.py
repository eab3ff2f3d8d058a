"""A client's message to our answer on her phone, beside bare Baileys that echoes, under one load in one run.

    python -m tests.bench.bench_reply [--rate 5] [--seconds 20]

Twenty salons with one client each, paired through the product. Then the product's bridge is held down and
plain Baileys takes the same credentials, sandbox and load. Both are warm: other clients wrote as much before,
so code is compiled and statements are prepared, as after a minute of any day.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

from aiadmin.run.paths import ROOT
from aiadmin.run.spawn import dying_with_parent
from aiadmin.run.stack import Stack
from tests.bench import place, report, talk, web_servers
from tests.bench.report import Row
from tests.stack import Client, Product
from tests.waiting import wait_for

SALONS = 20
# Messages that come at once, to see how many a second are answered.
FLOOD = 2 * SALONS
# Seconds in which nobody writes, to see what the programs take anyhow.
SILENCE = 10


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args(arguments)
    load = (options.rate, options.seconds)
    with (
        tempfile.TemporaryDirectory(prefix="aiadmin-bench-") as folder,
        Stack.start(Path(folder), env=talk.QUICK) as stack,
    ):
        product = Product(stack)
        salons = talk.salons(product, SALONS)
        writers, others = zip(*(talk.clients(salon, 2) for salon in salons), strict=True)
        talk.talk(others, *load)
        meter = talk.Meter.of(stack)
        time.sleep(SILENCE)
        idle = sum(meter.used_ms().values()) / SILENCE / options.rate
        worker = int(stack.state["pids"]["worker"])
        meter, celery = talk.Meter.of(stack), -place.main_thread_cpu(worker)
        ours = talk.talk(writers, *load)
        celery += place.main_thread_cpu(worker)
        used = {name: ms / len(ours.took) for name, ms in meter.used_ms().items()}
        begun = time.monotonic()
        flood = talk.talk(writers, 1000, FLOOD / 1000)
        flooded = time.monotonic() - begun
        stack.hold("bridge")
        with _bare(stack, max(salon.company_id for salon in salons)) as pid:
            for client in writers:
                wait_for("the echo", lambda one=client: _echoes(one))  # type: ignore[misc]  # bound now
            talk.talk(others, *load)
            meter = talk.Meter({"bare": pid})
            bare = talk.talk(writers, *load)
            echo_cpu = meter.used_ms()["bare"] / len(bare.took)
        product.close()
    p95, cpu, per_second = ours.quantile_ms(95), sum(used.values()), len(flood.took) / flooded
    parts = ", ".join(f"{name} {ms:.1f}" for name, ms in used.items())
    report.publish(
        "reply",
        "A client's message answered",
        f"{SALONS} salons with a client each, {options.rate:.0f} messages a second on a timetable for "
        f"{options.seconds} s, from the client's phone to the client's phone; the floor is plain Baileys "
        "that echoes, on the same credentials, under the same load; both after as many messages of others. "
        "Bursts, typing and pacing are off. "
        "Counted are the programs of ours: web, worker with beat, bridge, PostgreSQL, Valkey.",
        [
            _row("p50", ours, bare, 50),
            Row(
                "p95",
                f"{p95:.0f} ms",
                f"{bare.quantile_ms(95):.0f} ms",
                p95 / bare.quantile_ms(95),
                "≤ 300 ms; 6 × aimed at",
                p95 <= 300,
            ),
            Row(
                f"CPU of an answered message ({parts})",
                f"{cpu:.1f} ms",
                f"{echo_cpu:.1f} ms",
                cpu / echo_cpu,
                "≤ 45 ms",
                cpu <= 45,
            ),
            Row("of it: all programs when nobody writes", f"{idle:.1f} ms"),
            Row(
                "of it: the worker's first thread, Celery's",
                f"{celery * 1000 / len(ours.took):.1f} ms",
            ),
            Row(
                f"{FLOOD} messages at once, answered a second, sandboxes on the same machine",
                f"{per_second:.1f}",
                bar="≥ 10",
                held=per_second >= 10,
            ),
            Row(
                "answers that never came",
                f"{ours.missing + flood.missing}",
                f"{bare.missing}",
                bar="0",
                held=ours.missing + flood.missing == 0,
            ),
        ],
    )
    return 0


def _row(name: str, ours: talk.Talk, bare: talk.Talk, percent: int) -> Row:
    mine, theirs = ours.quantile_ms(percent), bare.quantile_ms(percent)
    return Row(name, f"{mine:.0f} ms", f"{theirs:.0f} ms", mine / theirs)


def _echoes(client: Client) -> bool:
    client.say("раз")
    try:
        client.answer(timeout=3)
    except AssertionError:
        return False
    return True


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


if __name__ == "__main__":
    sys.exit(main())
