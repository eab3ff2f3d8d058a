"""The bridge's bell in front of Django: it rings for every message, and only has to wake a worker."""

from collections.abc import Callable, Iterable
from typing import Any

from aiadmin.core.queue import Job, publish
from whatsapp.views import may_ring

PATH = "/internal/bridge/ring"

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def bell(application: Application) -> Application:
    """Around a WSGI application, which gets all but a ring with the right token.

    `meta` is the WSGI environment.
    """

    def run(meta: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        rings = meta["PATH_INFO"] == PATH and meta["REQUEST_METHOD"] == "POST"
        if not (rings and may_ring(meta.get("HTTP_AUTHORIZATION", ""))):
            return application(meta, start_response)
        publish(Job.BRIDGE_EVENTS, 0)
        start_response("204 No Content", [])
        return ()

    return run
