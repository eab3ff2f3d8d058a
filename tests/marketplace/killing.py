"""A worker of its own that is killed in the middle of a call to YCLIENTS."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from tests.sandboxes import YclientsSandbox
from tests.tree import ROOT
from tests.waiting import wait_for


@contextmanager
def worker_in_call(yclients: YclientsSandbox, path: str, work: str) -> Iterator[None]:
    """Does `work` in the tests' database; in the block its call to `path` waits for an answer. Then it is
    killed, and YCLIENTS is well again."""
    yclients.fault(path, "delay", seconds=600)
    address = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    told = {"DATABASE_URL": address.geturl(), "YCLIENTS_API_URL": settings.YCLIENTS_API_URL}
    process = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{work}"],
        cwd=ROOT,
        env={**os.environ, **told},
    )
    try:
        wait_for(
            "the call", lambda: any(each["hits"] for each in yclients.get("/faults")["faults"])
        )
        yield
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        yclients.heal()
