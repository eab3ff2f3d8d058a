"""What the garbage collector goes through."""

import subprocess
import sys

_CODE = """
import gc
import django

django.setup()
from celery.signals import worker_ready
from aiadmin.core import tasks

before = gc.get_freeze_count()
worker_ready.send(sender=None)
print(before, gc.get_freeze_count())
"""


def test_a_worker_alone_leaves_out_what_is_loaded_at_its_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE], capture_output=True, text=True, check=True, timeout=90
    )

    before, after = map(int, done.stdout.splitlines()[-1].split())
    assert before < 1000
    # Django, the models and what they import.
    assert after > 50_000
