"""Security headers on every page: CSP without third parties; only YCLIENTS may frame the connect pages."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

# YCLIENTS opens the application's form in an iframe.
_FRAMED = ("/marketplace/", "/marketplace/connect")
# Their addresses carry tokens, and no form of theirs needs Django's check.
_NO_REFERRER = "/marketplace/"
_YCLIENTS = "https://yclients.com https://*.yclients.com"


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        ancestors = "'none'"
        if request.path in _FRAMED or request.path.rstrip("/") in _FRAMED:
            ancestors = f"'self' {_YCLIENTS}"
        response.setdefault("Content-Security-Policy", _policy(ancestors, _own_host(request)))
        if not request.path.startswith(_NO_REFERRER):
            # Without any referrer a browser posts a form with "Origin: null", and Django refuses it.
            response.setdefault("Referrer-Policy", "same-origin")
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


def _own_host(request: HttpRequest) -> str | None:
    """The host this browser knows us by; None when it is none of ours (the answer is a 400 then)."""
    try:
        return request.get_host()
    except DisallowedHost:
        return None


def _policy(ancestors: str, host: str | None) -> str:
    public = settings.PUBLIC_URL.removeprefix("https://").removeprefix("http://")
    # 'self' does not cover ws: in every browser.
    sockets = f"ws://{host} wss://{host} wss://{public}" if host else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        f"connect-src 'self' {sockets}; font-src 'self'; frame-src 'self'; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {ancestors}"
    )
