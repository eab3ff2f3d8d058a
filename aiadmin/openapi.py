"""The API's description for programs (/api/schema/) and for people (/api/docs/). No secret is in it."""

import functools

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer


@csrf_exempt
@require_safe
def schema(_: HttpRequest) -> HttpResponse:
    """OpenAPI 3 as JSON."""
    return HttpResponse(_document(), content_type="application/json")


@csrf_exempt
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from the sidecar's static files: nothing comes from a third party."""
    return render(request, "api/docs.html")


@functools.cache
def _document() -> bytes:
    # Made once: it depends on the code alone, and takes too long to make for every stranger.
    made = SchemaGenerator().get_schema(request=None, public=True)
    rendered: bytes = OpenApiJsonRenderer().render(made)
    return rendered
