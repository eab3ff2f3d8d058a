"""What every API view shares: JSON only, one body limit, CORS, throttles with their headers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aiadmin.core.api import address_of, throttle
from aiadmin.core.errors import AppError
from aiadmin.core.jsontext import storable
from marketplace.services.access import origin_allowed

PUBLIC_LIMIT = 60
KEYED_LIMIT = 120
WINDOW = 60

_EXPOSED = "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"


class StrictJSONParser(JSONParser):
    """JSON whose nesting does not exhaust the stack and whose strings can be stored."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error
        if not storable(body):
            raise ParseError
        return body


class AlwaysJson(BaseContentNegotiation):
    """Every answer is JSON: an unusual Accept header is no reason to refuse a caller."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The JSON parser, for JSON and for a body whose type was not told."""
        kind = (request.content_type or "").split(";")[0].strip().lower()
        return parsers[0] if kind in {"", "application/json"} else None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """A door of the API. Handlers count their caller with `limit_public` or `limit_key`."""

    parser_classes = (StrictJSONParser,)
    content_negotiation_class = AlwaysJson

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.rate_headers: dict[str, str] = {}
        if _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise AppError("Тело запроса больше 1 МБ", code="too_large", status=413)

    def limit_public(self, request: Request) -> None:
        """60 calls a minute for one address. Raises Throttled."""
        self.rate_headers = throttle(
            "public", address_of(request), limit=PUBLIC_LIMIT, window=WINDOW
        )

    def limit_key(self, ident: str) -> None:
        """120 calls a minute for one key or token; `ident` is never the secret itself."""
        self.rate_headers = throttle("key", ident, limit=KEYED_LIMIT, window=WINDOW)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """A preflight; DRF's own answer would describe the view to anyone."""
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        for name, value in getattr(self, "rate_headers", {}).items():
            response.setdefault(name, value)
        add_cors(request, response, methods=", ".join(self.allowed_methods))
        return response


def add_cors(request: Request, response: Any, *, methods: str) -> None:
    """Lets allowed origins read the answer. No cookies: callers bring a token or a key."""
    response["Vary"] = "Origin"
    origin = request.META.get("HTTP_ORIGIN", "")
    if not origin_allowed(origin):
        return
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = methods
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, X-API-Key"
        response["Access-Control-Max-Age"] = "600"


def _length(request: Request) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
