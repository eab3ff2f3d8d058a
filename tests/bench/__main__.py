"""`make bench`: every benchmark after another, or those that are named; each writes its section of
docs/benchmarks.md.

python -m tests.bench [reply] [web] [pages] [growth] [fairness] [bridge] [sync] [reminders]
                      [understanding] [browser]
"""

import sys
from collections.abc import Callable

from tests.bench import (
    bench_bridge,
    bench_browser,
    bench_fairness,
    bench_growth,
    bench_pages,
    bench_reminders,
    bench_reply,
    bench_sync,
    bench_understanding,
    bench_web,
)

_ALL: dict[str, Callable[[], int]] = {
    "reply": lambda: bench_reply.main([]),
    "web": lambda: bench_web.main([]),
    "pages": lambda: bench_pages.main([]),
    "growth": lambda: bench_growth.main([]),
    "fairness": lambda: bench_fairness.main([]),
    "bridge": lambda: bench_bridge.main(["load", "--rounds", "1"]),
    "sync": lambda: bench_sync.main([]),
    "reminders": lambda: bench_reminders.main([]),
    "understanding": lambda: bench_understanding.main([]),
    "browser": lambda: bench_browser.main([]),
}

if __name__ == "__main__":
    chosen = sys.argv[1:] or list(_ALL)
    if unknown := set(chosen) - set(_ALL):
        sys.exit(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(_ALL)}.")
    sys.exit(max(_ALL[name]() for name in chosen))
