"""HTTP bodies and addresses are UTF-8, whatever charset a caller names.

Django reads the query string in the Content-Type's charset while it makes the request, before any
middleware: `charset=hex` (a codec, but of no text) ends there as a 500 that nothing of ours sees.
"""

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def utf8_only(application: Application) -> Application:
    """Around Django's WSGI application: takes the charset out of the Content-Type."""

    def run(request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "CONTENT_TYPE" in request:
            kind, *parameters = request["CONTENT_TYPE"].split(";")
            kept = [part for part in parameters if not part.strip().lower().startswith("charset")]
            request["CONTENT_TYPE"] = ";".join([kind, *kept])
        return application(request, start_response)

    return run
