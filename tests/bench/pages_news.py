"""Sends news to the pages of one company after another, from a process of its own.

python -m tests.bench.pages_news ours|peer COUNT COMPANY,COMPANY,…
"""

import json
import sys
import time

from tests.bench import place

# Seconds between two pieces of news: no queue forms, each is measured by itself.
PAUSE = 0.02


def main(kind: str, count: int, companies: list[int]) -> None:
    place.with_django()
    from aiadmin.core import redis as store  # noqa: PLC0415
    from whatsapp import notify  # noqa: PLC0415

    for number in range(count):
        company = companies[number % len(companies)]
        frame = {"type": "sync", "step": "staff", "done": 1, "total": 6, "sent": time.time()}
        if kind == "ours":
            notify.to_page(company, frame)
        else:
            store.client().publish("bench:news", json.dumps({"company": company, "frame": frame}))
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), [int(item) for item in sys.argv[3].split(",")])
