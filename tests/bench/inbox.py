"""Django's inbox by itself: what bridges write becomes rows of `messages`, until the parent ends.

    python -m tests.bench.inbox '[{"session": 1, "phone": "79001234567"}, …]'

Makes the salons in the migrated database of DATABASE_URL, prints "ready", and drains without pause. No
Redis and no worker: a bench that counts rows needs neither. Lives through the death of PostgreSQL.
"""

import json
import os
import sys
import time

import django

from aiadmin.run.spawn import end_with_parent
from tests import environment

_PAUSE = 0.05


def main() -> None:
    end_with_parent()
    # Nobody listens there: jobs are given up at once.
    os.environ.update({"REDIS_URL": "redis://127.0.0.1:9/0", "LOG_LEVEL": "fatal"})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiadmin.settings")
    assert environment.DEFAULTS["DJANGO_ENV"] == "test"
    # Models can be imported only afterwards.
    django.setup()

    from django.db import InterfaceError, OperationalError, connection  # noqa: PLC0415

    from tests.whatsapp.hands import make_company  # noqa: PLC0415
    from whatsapp.services import inbox  # noqa: PLC0415

    for salon in json.loads(sys.argv[1]):
        make_company(pk=salon["session"], whatsapp_phone=f"+{salon['phone']}")
    print("ready", flush=True)
    while True:
        try:
            handled = inbox.drain_all()
        except (OperationalError, InterfaceError):
            connection.close()
            handled = 0
        if not handled:
            time.sleep(_PAUSE)


if __name__ == "__main__":
    main()
