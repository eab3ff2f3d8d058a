"""/healthz (the process lives) and /readyz (each dependency by name)."""

import httpx
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from aiadmin.core import redis as store
from aiadmin.core.http import build_client


@csrf_exempt
@require_safe
def healthz(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@csrf_exempt
@require_safe
def readyz(_: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL answers: without Redis or the bridge the product still keeps what it gets."""
    parts = {"postgresql": _postgresql(), "redis": _redis(), "bridge": _bridge()}
    body = {"status": "ok" if all(parts.values()) else "degraded", "parts": parts}
    return JsonResponse(body, status=200 if parts["postgresql"] else 503)


def _postgresql() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis() -> bool:
    try:
        return bool(store.client().ping())
    except store.ERRORS:
        return False


def _bridge() -> bool:
    try:
        with build_client(base_url=settings.BRIDGE_URL, timeout=2) as client:
            return client.get("/healthz").status_code == 200
    except httpx.HTTPError:
        return False
