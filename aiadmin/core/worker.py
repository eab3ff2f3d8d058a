"""What a worker of Celery knows of itself."""

import gc
import threading

_threads = 8
_under_way = 0
_lock = threading.Lock()


def threads() -> int:
    """How many it has; eight until it says so at its start (`tasks`)."""
    return _threads


def count(total: int) -> None:
    global _threads
    _threads = total


def leave_out_what_is_loaded() -> None:
    """It stays until the process ends: the collector went through all of it again and again while a sync made
    its rows, and took a fifth of the processor.

    Not in the web process: the less is counted as old there, the oftener its thousands of open pages would be
    gone through, a tenth of a second each time, while news for them waits.
    """
    gc.freeze()


def began() -> None:
    """A job, in a thread of the worker."""
    global _under_way
    with _lock:
        _under_way += 1


def ended() -> None:
    global _under_way
    with _lock:
        _under_way -= 1


def is_quiet() -> bool:
    """No other job is under way than the one that asks."""
    return _under_way <= 1
