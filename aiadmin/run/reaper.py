"""A tiny program that waits until its parent is gone, then ends the process groups the parent left.

Started by `spawn.Reaper`; reads `guard GROUP SIGNAL`, `forget GROUP`, `remove DIRECTORY` lines from
stdin. The end of stdin means that the parent died or finished. Catches grandchildren too (Celery's
beat), which the kernel's parent-death signal does not reach.
"""

import contextlib
import os
import shutil
import signal
import sys
import time

GRACE = 3.0  # seconds between the first signal and SIGKILL


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: dict[int, int] = {}
    directories: set[str] = set()
    for line in sys.stdin:
        order, _, rest = line.rstrip("\n").partition(" ")
        if order == "guard":
            group, sent = rest.split()
            groups[int(group)] = int(sent)
        elif order == "forget":
            groups.pop(int(rest), None)
        elif order == "remove":
            directories.add(rest)
    for group, sent in groups.items():
        _signal(group, sent)
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(_signal(group, 0) for group in groups):
        time.sleep(0.02)
    for group in groups:
        _signal(group, signal.SIGKILL)
    for directory in directories:
        _remove(directory)


def _signal(group: int, sent: int) -> bool:
    with contextlib.suppress(OSError):
        os.killpg(group, sent)
        return True
    return False


def _remove(directory: str) -> None:
    # A server that is just ending may still write: try until the directory stays away.
    for _ in range(50):
        shutil.rmtree(directory, ignore_errors=True)
        if not os.path.lexists(directory):
            return
        time.sleep(0.05)


if __name__ == "__main__":
    main()
