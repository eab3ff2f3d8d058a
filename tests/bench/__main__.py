"""`make bench`: every benchmark after another, each in the process it wants; or those that are named.

python -m tests.bench [sync] [bridge] [web] [pages] [reply] [reminders] [browser]
"""

import sys

from tests.bench import (
    bench_bridge,
    bench_browser,
    bench_pages,
    bench_reminders,
    bench_reply,
    bench_sync,
    bench_web,
)

_ALL = {
    "sync": bench_sync.main,
    "bridge": bench_bridge.main,
    "web": bench_web.main,
    "pages": bench_pages.main,
    "reply": bench_reply.main,
    "reminders": bench_reminders.main,
    "browser": bench_browser.main,
}

if __name__ == "__main__":
    chosen = sys.argv[1:] or list(_ALL)
    if unknown := set(chosen) - set(_ALL):
        sys.exit(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(_ALL)}.")
    sys.exit(max(_ALL[name]([]) for name in chosen))
