"""Redis: one client per process and every key name. Redis is a cache and a bell, never the truth."""

from functools import cache

import redis
from django.conf import settings

ERRORS = (redis.RedisError, OSError)

TOKEN_TTL = 24 * 3600
QR_TTL = 20

# → why PostgreSQL takes nothing, half a minute after it last refused (`storage`).
REFUSED_KEY = "database:refused"
# → 1 after the sweep did not find PostgreSQL.
AWAY_KEY = "database:away"


@cache
def client() -> redis.Redis:
    """Shared client (thread-safe). Callers treat `ERRORS` as "not cached", never as a failure.

    Made when the process starts (`apps`): `cache` lets threads that call first together make one each,
    and a client that is dropped closes its connections under whoever still uses them.
    """
    return redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=1,
        health_check_interval=30,
    )


def token_key(token_sha256: str) -> str:
    """→ company id, 24 h. The seed's name with the token's hash in place of the token."""
    return f"marketplace:token:{token_sha256}"


def company_token_key(company_id: int) -> str:
    return f"marketplace:company:{company_id}:token"


def qr_key(company_id: int) -> str:
    """→ JSON {"generated_at", "qr"}, 20 s."""
    return f"marketplace:qr:{company_id}"


def throttle_key(scope: str, ident: str, window: int) -> str:
    return f"throttle:{scope}:{ident}:{window}"


def figure_key(name: str) -> str:
    """→ hash of a figure of `counters`: labels → total."""
    return f"metrics:{name}"


def seen_key(name: str) -> str:
    """→ Unix time (s) at which a periodic job last ran: it tells that beat and workers live."""
    return f"seen:{name}"


def database_told_key(trouble: str) -> str:
    """→ 1, for the hour in which nobody is told of it again."""
    return f"database:told:{trouble}"


def company_group(company_id: int) -> str:
    """Channels group of everybody who watches this company's connection."""
    return f"company.{company_id}"
