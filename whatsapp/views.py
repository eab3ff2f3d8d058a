"""HTTP doors of the WhatsApp side: the bridge's bell."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aiadmin.core import crypto
from aiadmin.core.api import error_body
from aiadmin.core.queue import Job, enqueue


@csrf_exempt
@require_POST
def ring(request: HttpRequest) -> HttpResponse:
    """POST /internal/bridge/ring: events wait in the table. No body: a forged ring can only wake us.

    In the web process a ring that may is answered before Django (`bell`).
    """
    if not may_ring(request.headers.get("Authorization", "")):
        return JsonResponse(error_body("Нет доступа", "auth_required"), status=401)
    enqueue(Job.BRIDGE_EVENTS, 0)
    return HttpResponse(status=204)


def may_ring(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    return scheme.lower() == "bearer" and crypto.same_secret(token, settings.BRIDGE_TOKEN)
