"""Is a program ready for use? Asked from outside, as its users do."""

import http.client

import redis

from aiadmin.run.valkey import client


def speaks_http(port: int) -> bool:
    """Any answer will do: a strict ALLOWED_HOSTS refuses our bare address with 400."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def worker_listens(url: str) -> bool:
    """A Celery worker that is ready blocks on its queues with BRPOP."""
    try:
        with client(url) as asked:
            return any(entry.get("cmd") == "brpop" for entry in asked.client_list())
    except redis.RedisError:
        return False
