"""One salon's storm beside another's quiet talk: how much later the quiet one's answers come.

    python -m tests.bench.bench_fairness [--seconds 20] [--rounds 3]

The quiet salon alone, then beside the storm, in turns in one run of the product: a p95 wants more answers
than twenty seconds give, and the machine's own ups and downs fall on both.
"""

import argparse
import math
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiadmin.run.stack import Stack
from tests.bench import report, talk
from tests.bench.report import Row
from tests.bench.talk import Talk
from tests.stack import Client, Product, Salon

# Messages a second.
QUIET, STORM = 1.5, 4.0
# Clients who write at once (of more, a number's pace would be measured), and seconds in which it is felt.
FLOOD, FLOOD_SECONDS = 16, 3


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="aiadmin-bench-") as folder,
        Stack.start(Path(folder), env=talk.QUICK) as stack,
    ):
        product = Product(stack)
        quiet, stormy = talk.salons(product, 2)
        alone, beside, storm, flooded, flood = Talk(), Talk(), Talk(), Talk(), Talk()
        # A number's pace would hold the quiet salon's answers back by itself.
        with talk.without_pace(product):
            for _ in range(options.rounds):
                alone += talk.talk(_crowd(quiet, QUIET, options.seconds), QUIET, options.seconds)
                calm = _crowd(quiet, QUIET, options.seconds)
                crowd = _crowd(stormy, STORM, options.seconds)
                with ThreadPoolExecutor(1) as hands:
                    raging = hands.submit(talk.talk, crowd, STORM, options.seconds)
                    beside += talk.talk(calm, QUIET, options.seconds)
                    storm += raging.result()
                calm = _crowd(quiet, QUIET, FLOOD_SECONDS)
                crowd = talk.clients(stormy, FLOOD)
                with ThreadPoolExecutor(1) as hands:
                    raging = hands.submit(talk.talk, crowd, 1000, FLOOD / 1000)
                    flooded += talk.talk(calm, QUIET, FLOOD_SECONDS)
                    flood += raging.result()
        product.close()
    missing = beside.missing + storm.missing + flooded.missing + flood.missing
    ratio = beside.quantile_ms(95) / alone.quantile_ms(95)
    report.publish(
        "fairness",
        "One salon's storm beside another's talk",
        f"A salon with {QUIET} messages a second, alone and beside one with {STORM} a second, in turns, "
        f"{options.rounds} times {options.seconds:.0f} s each; bursts, typing and the numbers' pace are off.",
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
            Row("p95 of the storm", f"{storm.quantile_ms(95):.0f} ms"),
            Row(
                f"p95 of the quiet salon while {FLOOD} clients of another write at once",
                f"{flooded.quantile_ms(95):.0f} ms",
                f"{flood.quantile_ms(95):.0f} ms, the others'",
                flooded.quantile_ms(95) / flood.quantile_ms(95),
            ),
            Row(
                "answers that never came",
                f"{missing}",
                f"{alone.missing}",
                bar="0",
                held=missing == 0,
            ),
        ],
    )
    return 0


def _crowd(salon: Salon, rate: float, seconds: float) -> list[Client]:
    """New clients, so many that the loop guard bears all of their questions."""
    return talk.clients(salon, math.ceil(rate * seconds / talk.MOST_OF_ONE))


if __name__ == "__main__":
    sys.exit(main())
