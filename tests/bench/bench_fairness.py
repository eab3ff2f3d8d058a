"""One salon's storm beside another's quiet talk: how much later the quiet one's answers come.

    python -m tests.bench.bench_fairness [--seconds 20]

The quiet salon alone, then beside the storm, in one run of the product.
"""

import argparse
import sys
import tempfile
import threading
from pathlib import Path

from aiadmin.run.stack import Stack
from tests.bench import report, talk
from tests.bench.report import Row
from tests.stack import Product

# Messages a second.
QUIET, STORM = 1.5, 4.0
QUIET_CLIENTS, STORM_CLIENTS = 10, 15


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="aiadmin-bench-") as folder,
        Stack.start(Path(folder), env=talk.QUICK) as stack,
    ):
        product = Product(stack)
        quiet, stormy = talk.salons(product, 2)
        alone_writers = talk.clients(quiet, QUIET_CLIENTS)
        beside_writers = talk.clients(quiet, QUIET_CLIENTS)
        crowd = talk.clients(stormy, STORM_CLIENTS)
        storm: list[talk.Talk] = []
        thread = threading.Thread(
            target=lambda: storm.append(talk.talk(crowd, rate=STORM, seconds=options.seconds))
        )
        # A number's pace would hold the quiet salon's answers back by itself.
        with talk.without_pace(product):
            alone = talk.talk(alone_writers, rate=QUIET, seconds=options.seconds)
            thread.start()
            beside = talk.talk(beside_writers, rate=QUIET, seconds=options.seconds)
            thread.join()
        product.close()
    ratio = beside.quantile_ms(95) / alone.quantile_ms(95)
    report.publish(
        "fairness",
        "One salon's storm beside another's talk",
        f"A salon with {QUIET} messages a second, alone and beside one with {STORM} a second from "
        f"{STORM_CLIENTS} clients, {options.seconds:.0f} s each; bursts, typing and the numbers' "
        "pace are off.",
        [
            Row(
                "p95 of the quiet salon",
                f"{beside.quantile_ms(95):.0f} ms beside the storm",
                f"{alone.quantile_ms(95):.0f} ms alone",
                ratio,
                "≤ 1.2 ×",
                ratio <= 1.2,
            ),
            Row(
                "p50 of the quiet salon",
                f"{beside.quantile_ms(50):.0f} ms",
                f"{alone.quantile_ms(50):.0f} ms",
                beside.quantile_ms(50) / alone.quantile_ms(50),
            ),
            Row("p95 of the storm", f"{storm[0].quantile_ms(95):.0f} ms"),
            Row(
                "answers that never came",
                f"{beside.missing + storm[0].missing}",
                f"{alone.missing}",
                bar="0",
                held=beside.missing + storm[0].missing == 0,
            ),
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
