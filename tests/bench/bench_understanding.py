"""How long the rules take to understand one message of the corpus and to decide on it.

python -m tests.bench.bench_understanding
"""

import statistics
import sys
import time

from tests.bench import report
from tests.bench.report import Row
from tests.whatsapp.assistant import scoring
from whatsapp.assistant.rows import understand_rows

GOAL_MS = 30.0
_WARM = 50


def main(arguments: list[str] | None = None) -> int:
    assert not arguments, "there is nothing to choose"
    took = []
    for name in scoring.NAMES:
        salon = scoring.salon_json(name)
        lines = (scoring.CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        began = time.process_time()
        for _ in understand_rows(lines, salon):
            now = time.process_time()
            took.append((now - began) * 1000)
            began = now
    # Dictionaries load with the first ones, as a worker's do at its start.
    marks = statistics.quantiles(took[_WARM:], n=100)
    report.publish(
        "understanding",
        "Understanding one message",
        f"{len(took) - _WARM:,} messages of the corpus, one after another, processor time.",
        [
            Row("p50", f"{marks[49]:.1f} ms"),
            Row("p95", f"{marks[94]:.1f} ms", bar=f"≤ {GOAL_MS:.0f} ms", held=marks[94] <= GOAL_MS),
            Row("p99", f"{marks[98]:.1f} ms"),
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
