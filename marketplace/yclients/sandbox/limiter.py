"""YCLIENTS's limits as it enforces them (5/s, 200/min, per IP), and the traffic seen."""

import math
import time
from collections import Counter, defaultdict, deque

PER_SECOND = 5
PER_MINUTE = 200


class Limiter:
    """Real time. Counts always; refuses only when `enabled`."""

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self.reset()

    def reset(self) -> None:
        self._seen.clear()
        self.calls = 0
        self.refused = 0
        self.peak_second = 0
        self.peak_minute = 0
        self.by_path: Counter[str] = Counter()

    def admit(self, address: str, path: str) -> float:
        """Counts one call; 0 when it may pass, else seconds for `Retry-After`."""
        now = time.monotonic()
        seen = self._seen[address]
        while seen and seen[0] <= now - 60:
            seen.popleft()
        second = sum(1 for moment in reversed(seen) if moment > now - 1)
        self.calls += 1
        # The kind of call: ids left out, so that the table stays short.
        self.by_path["/".join(part for part in path.split("/") if not part[:1].isdigit())] += 1
        if self.enabled and (second >= PER_SECOND or len(seen) >= PER_MINUTE):
            self.refused += 1
            until = seen[0] + 60 if len(seen) >= PER_MINUTE else now + 1
            return max(1, math.ceil(until - now))
        seen.append(now)
        self.peak_second = max(self.peak_second, second + 1)
        self.peak_minute = max(self.peak_minute, len(seen))
        return 0

    def summary(self) -> dict[str, object]:
        return {
            "enabled": self.enabled,
            "calls": self.calls,
            "refused": self.refused,
            "peak_second": self.peak_second,
            "peak_minute": self.peak_minute,
            "by_path": dict(self.by_path),
        }
