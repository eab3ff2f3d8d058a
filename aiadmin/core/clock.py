"""The one source of business time.

In production it is the real UTC time. In the demo and in tests `CLOCK_OFFSET_FILE` names a file with a
number of seconds that every process and both sandboxes add, so that a day can pass in a second.
Tokens, leases, TTLs and limits use real time, never this clock. Plain Python: no Django here.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

# A file is looked at no more often than this (seconds): stat() is cheap, but not free in a loop.
_CHECK_EVERY = 0.05

_cache: tuple[float, tuple[int, int], float] = (-1.0, (0, 0), 0.0)


def now() -> datetime:
    """Business now, aware, UTC."""
    return datetime.now(UTC) + timedelta(seconds=offset())


def offset() -> float:
    """Seconds added to real time; 0 without a file, with an empty one or with an unreadable one."""
    global _cache
    path = os.environ.get("CLOCK_OFFSET_FILE")
    if not path:
        return 0.0
    checked_at, stamp, value = _cache
    moment = time.monotonic()
    if checked_at >= 0 and moment - checked_at < _CHECK_EVERY:
        return value
    try:
        stat = os.stat(path)
        fresh = (stat.st_mtime_ns, stat.st_size)
        if fresh != stamp or checked_at < 0:
            value = float(Path(path).read_text(encoding="ascii").strip() or 0)
    except (OSError, ValueError):
        fresh, value = (0, 0), 0.0
    _cache = (moment, fresh, value)
    return value


def set_offset(seconds: float) -> None:
    """Moves business time for all processes. Raises RuntimeError where no clock file is configured."""
    global _cache
    path = os.environ.get("CLOCK_OFFSET_FILE")
    if not path:
        raise RuntimeError("CLOCK_OFFSET_FILE is not set: this clock cannot be moved")
    target = Path(path)
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(f"{seconds:.3f}", encoding="ascii")
    temporary.replace(target)
    _cache = (-1.0, (0, 0), 0.0)
