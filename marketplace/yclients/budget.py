"""YCLIENTS's limits, held across all processes: 5 calls in any second, 190 in any 60 seconds.

Two sliding windows live in one Redis sorted set and are checked and taken in one Lua script. Lanes
keep a share free for those who wait: a client may use all of it, reminders 75 %, sync 50 %.
Without Redis every process keeps to one call a second. Everything here is real time.
"""

import secrets
import threading
import time
from enum import Enum

import redis
import structlog

from marketplace.yclients.errors import RateLimited

log = structlog.get_logger(__name__)

PER_SECOND = 5
PER_MINUTE = 190
# A call reaches YCLIENTS some milliseconds after it was granted, and not all equally late: windows
# a little wider than the limits keep two bursts out of one of YCLIENTS's own seconds.
_SECOND_US = 1_150_000
_MINUTE_US = 60_500_000
# How long a broken Redis is left alone (seconds), so that each call does not wait out its timeout.
_REDIS_PAUSE = 5.0
_MAX_PENALTY = 60.0

# KEYS: window, pause. ARGV: per second, per minute, second in µs, minute in µs, unique member.
# Returns 0 when granted, else the µs until it is worth asking again.
_TAKE = """
local pause = redis.call('PTTL', KEYS[2])
if pause > 0 then return pause * 1000 end
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function text(number) return string.format('%.0f', number) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now - ARGV[4]))
local function wait(limit, window)
  if redis.call('ZCOUNT', KEYS[1], '(' .. text(now - window), '+inf') < limit then return 0 end
  local row = redis.call('ZRANGE', KEYS[1], -limit, -limit, 'WITHSCORES')
  return tonumber(row[2]) + window - now + 1
end
local longest = math.max(wait(tonumber(ARGV[1]), tonumber(ARGV[3])),
                         wait(tonumber(ARGV[2]), tonumber(ARGV[4])))
if longest > 0 then return longest end
redis.call('ZADD', KEYS[1], text(now), ARGV[5])
redis.call('PEXPIRE', KEYS[1], 61000)
return 0
"""


class Lane(Enum):
    """name = (share of the limits, longest wait for a place in seconds)."""

    CLIENT = (1.0, 5.0)
    REMINDERS = (0.75, 30.0)
    SYNC = (0.5, 120.0)

    @property
    def share(self) -> float:
        return self.value[0]

    @property
    def max_wait(self) -> float:
        return self.value[1]


class _OnePerSecond:
    """What is left without Redis: one call a second in this process, whatever the lane."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free_at = 0.0

    def reserve(self, max_wait: float) -> float:
        """Seconds to sleep before the call, or RateLimited when that is more than `max_wait`."""
        with self._lock:
            moment = time.monotonic()
            wait = max(0.0, self._free_at - moment)
            if wait > max_wait:
                raise RateLimited(retry_after=wait)
            self._free_at = moment + wait + 1.0
            return wait


# One for the process: several Budget objects must not multiply it.
_fallback = _OnePerSecond()


class Budget:
    """Shared by all clients behind one address. Thread-safe.

    `client`: any redis-py client, with its own socket timeouts; None: as if Redis were down.
    `egress`: a name of the outgoing address, since YCLIENTS counts by IP.
    """

    def __init__(self, client: redis.Redis | None, *, egress: str = "default") -> None:
        self._redis = client
        # The braces put both keys into one slot of a Redis cluster.
        self._keys = [f"yclients:budget:{{{egress}}}", f"yclients:pause:{{{egress}}}"]
        self._script = client.register_script(_TAKE) if client is not None else None
        self._redis_dead_until = 0.0

    def acquire(self, lane: Lane = Lane.CLIENT, *, max_wait: float | None = None) -> None:
        """Blocks until a call may be made; RateLimited when that takes more than `max_wait` s."""
        limit = lane.max_wait if max_wait is None else max_wait
        deadline = time.monotonic() + limit
        while True:
            wait = self._take(lane)
            left = deadline - time.monotonic()
            if wait is None:
                time.sleep(_fallback.reserve(max(0.0, left)))
                return
            if wait <= 0:
                return
            if wait > left:
                raise RateLimited(retry_after=wait)
            time.sleep(wait)

    def penalize(self, seconds: float) -> None:
        """YCLIENTS answered 429: nobody calls for `seconds` (at most a minute)."""
        pause = int(min(max(seconds, 0.0), _MAX_PENALTY) * 1000)
        if self._redis is None or pause <= 0:
            return
        try:
            self._redis.set(self._keys[1], "1", px=pause)
        except (redis.RedisError, OSError) as error:
            self._mark_dead(error)

    def _take(self, lane: Lane) -> float | None:
        """0: granted; more: seconds to wait; None: Redis does not answer."""
        if self._script is None or time.monotonic() < self._redis_dead_until:
            return None
        arguments: list[str | int] = [
            int(PER_SECOND * lane.share),
            int(PER_MINUTE * lane.share),
            _SECOND_US,
            _MINUTE_US,
            secrets.token_hex(8),
        ]
        try:
            answer = self._script(keys=self._keys, args=arguments)
        except (redis.RedisError, OSError) as error:
            self._mark_dead(error)
            return None
        return int(answer) / 1_000_000

    def _mark_dead(self, error: Exception) -> None:
        self._redis_dead_until = time.monotonic() + _REDIS_PAUSE
        log.warning("yclients.budget_without_redis", error=type(error).__name__)
