"""The staff's clock: pages of the admin tell Moscow time, and say so."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

MOSCOW = ZoneInfo("Europe/Moscow")


def staff_zone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/admin/"):
            return get_response(request)
        with timezone.override(MOSCOW):
            return get_response(request)

    return middleware
