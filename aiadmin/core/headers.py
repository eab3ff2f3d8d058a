"""Security headers on every page: CSP without third parties; only YCLIENTS may frame the connect pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# YCLIENTS opens the application's form in an iframe.
_FRAMED = ("/marketplace/", "/marketplace/connect")
_YCLIENTS = "https://yclients.com https://*.yclients.com"


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        ancestors = "'none'"
        if request.path in _FRAMED or request.path.rstrip("/") in _FRAMED:
            ancestors = f"'self' {_YCLIENTS}"
        response.setdefault("Content-Security-Policy", _policy(ancestors, request))
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


def _policy(ancestors: str, request: HttpRequest) -> str:
    public = settings.PUBLIC_URL.removeprefix("https://").removeprefix("http://")
    # 'self' does not cover ws: in every browser.
    sockets = f"ws://{request.get_host()} wss://{request.get_host()} wss://{public}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' {sockets}; font-src 'self'; frame-src 'self'; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {ancestors}"
    )
