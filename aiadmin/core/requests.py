"""Times every HTTP request for /metrics: by the route's pattern, never by the path, which holds tokens."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from aiadmin.core import counters

# Asked every few seconds by machines: they would only hide what people wait for.
_UNCOUNTED = {"healthz", "readyz", "metrics"}


class RequestTimes:
    """Outermost, so that the other middlewares' time counts too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        # No match: static files and what does not exist.
        route = request.resolver_match.route if request.resolver_match else "other"
        if route not in _UNCOUNTED:
            counters.observe(
                "http_request_seconds",
                time.perf_counter() - began,
                method=request.method if request.method in _METHODS else "other",
                route=route,
                status=str(response.status_code),
            )
        return response


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
