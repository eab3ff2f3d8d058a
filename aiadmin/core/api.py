"""One JSON error shape, the client's address behind trusted proxies, and throttles kept in Redis."""

import ipaddress
import time
from collections.abc import Mapping
from typing import Any

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.response import Response

from aiadmin.core import counters
from aiadmin.core import redis as store
from aiadmin.core.errors import AppError

log = structlog.get_logger(__name__)


def error_body(message: str, code: str, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"success": False, "error": message, "code": code}
    if fields:
        body["fields"] = dict(fields)
    return body


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. Unknown errors go on to Django (500 through `server_error`)."""
    if isinstance(error, AppError):
        body = error_body(error.message, error.code, error.fields)
        return Response(body, status=error.status, headers=error.headers)
    if isinstance(error, exceptions.ValidationError):
        body = error_body(
            gettext("Check the data of the request"), "invalid", _fields(error.detail)
        )
        return Response(body, status=400)
    if isinstance(error, exceptions.ParseError):
        return Response(
            error_body(gettext("The body of the request is no JSON"), "malformed"), status=400
        )
    if isinstance(error, exceptions.UnsupportedMediaType):
        text = gettext("Send JSON: Content-Type application/json")
        return Response(error_body(text, "unsupported_media_type"), status=415)
    if isinstance(error, exceptions.MethodNotAllowed):
        return Response(
            error_body(gettext("This method does not work here"), "method_not_allowed"), 405
        )
    if isinstance(error, (Http404, exceptions.NotFound)):
        return Response(error_body(gettext("Not found here"), "not_found"), status=404)
    return None


def _fields(detail: Any) -> dict[str, Any]:
    if isinstance(detail, dict):
        return {str(key): [str(item) for item in _as_list(value)] for key, value in detail.items()}
    return {"body": [str(item) for item in _as_list(detail)]}


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def wants_html(request: HttpRequest) -> bool:
    """A browser opening a page, unlike a program calling us."""
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404: a page for a browser, the one error shape for a program."""
    if wants_html(request):
        return render(request, "404.html", status=404)
    return JsonResponse(error_body(gettext("Not found here"), "not_found"), status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400, for what it refuses itself: a foreign Host, a form too large."""
    if wants_html(request):
        return render(request, "400.html", status=400)
    return JsonResponse(
        error_body(gettext("Such a request cannot be taken"), "bad_request"), status=400
    )


def forbidden(
    request: HttpRequest, exception: Exception | None = None, reason: str = ""
) -> HttpResponse:
    """Django's handler403 and CSRF_FAILURE_VIEW: a form that another site has sent, or a cookie lost."""
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "403.html", status=403)
    return JsonResponse(error_body(gettext("No entry"), "forbidden"), status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: nothing internal is told. The page needs neither rows nor settings."""
    if wants_html(request):
        return render(request, "500.html", status=500)
    return JsonResponse(
        error_body(gettext("Something broke on our side. Try again"), "internal"), status=500
    )


def client_ip(peer: str, forwarded: str) -> str:
    """The client's address: the last `X-Forwarded-For` hop that is not a trusted proxy.

    `peer` is the socket's address; the header counts only when the peer itself is trusted.
    """
    if not _is_trusted(peer):
        return peer
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not _is_trusted(hop):
            return hop
    return peer


def address_of(request: HttpRequest) -> str:
    """The caller's address; forwarded headers count from trusted proxies only."""
    return client_ip(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
    )


def _is_trusted(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(net, strict=False) for net in settings.TRUSTED_PROXIES)


class Throttled(AppError):
    status = 429
    code = "too_many_requests"


def throttle(scope: str, ident: str, *, limit: int, window: int) -> dict[str, str]:
    """Counts one call; returns X-RateLimit-* headers. Raises Throttled past `limit` per `window` s.

    Redis down: open (design, decision 2).
    """
    slot = int(time.time()) // window
    key = store.throttle_key(scope, ident, slot)
    try:
        pipe = store.client().pipeline()
        pipe.incr(key)
        pipe.expire(key, window + 1)
        used = int(pipe.execute()[0])
    except store.ERRORS:
        return {}
    reset = (slot + 1) * window
    headers = {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(0, limit - used)),
        "X-RateLimit-Reset": str(reset),
    }
    if used > limit:
        counters.count("rate_limit_hits", scope=scope)
        wait = max(1, reset - int(time.time()))
        text = gettext("Too many requests. Repeat in %d s") % wait
        raise Throttled(text, headers={**headers, "Retry-After": str(wait)})
    return headers
