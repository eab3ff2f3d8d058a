"""What the operations of the OpenAPI document share: security, limits, refusals."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiResponse

from marketplace.api.answers import ErrorAnswer

TOKEN: dict[str, list[str]] = {"connectToken": []}
KEY: dict[str, list[str]] = {"apiKey": []}
WEBHOOK_KEY: dict[str, list[str]] = {"webhookKey": []}
NOBODY: dict[str, list[str]] = {}

_SECURITY_SCHEMES = {
    "connectToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The connect token of one company: the `token` of its `connect_url`, 24 h.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "A company's key (`sk_…`), or the staff's ADMIN_API_KEY.",
    },
    "webhookKey": {
        "type": "apiKey",
        "in": "query",
        "name": "key",
        "description": "The secret in the address that we gave YCLIENTS for one installation.",
    },
}

# Each code says why; several may share a status.
_MEANING = {
    "malformed": "the body is no JSON, or holds what cannot be stored",
    "invalid": "a field or a number in the path is wrong; `fields` names fields",
    "auth_required": "nothing proves who is calling",
    "key_invalid": "an unknown key",
    "token_invalid": "a forged, revoked or unknown token",
    "token_expired": "a token older than 24 h",
    "forbidden": "only the staff may do this",
    "bad_signature": "YCLIENTS did not sign this `user_data`",
    "approval_required": "the signed user is not known to own this salon; staff were told",
    "bad_partner_token": "the partner token or the webhook key is wrong",
    "not_found": "there is none, or it is another company's",
    "already_connected": "WhatsApp is connected already",
    "not_connected": "WhatsApp is not connected yet",
    "uninstalled": "the application was removed in YCLIENTS",
    "whatsapp_disabled": "staff switched WhatsApp off for this salon",
    "single_tenant": "this installation serves one salon, and it is taken",
    "too_large": "a body over 1 MB",
    "unsupported_media_type": "the body is not application/json",
    "too_many_requests": "the limit is spent; Retry-After says for how long",
    "qr_starting": "the code is being made; ask again after Retry-After",
    "yclients_unavailable": "YCLIENTS is needed for the proof and does not answer",
}
_EVERYWHERE = {413: ["too_large"], 429: ["too_many_requests"]}


_HEADERS = {
    "X-RateLimit-Limit": "Calls a minute: 60 for an address, 120 for a key or token.",
    "X-RateLimit-Remaining": "Calls left in this minute.",
    "X-RateLimit-Reset": "Unix time, in seconds, at which the count begins anew.",
    "Retry-After": "Seconds to wait.",
}


def add_shared(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: what drf-spectacular does not find, since our doors count and look at
    credentials themselves."""
    result["components"]["securitySchemes"] = _SECURITY_SCHEMES
    result["components"]["headers"] = {
        name: {"schema": {"type": "integer"}, "description": text}
        for name, text in _HEADERS.items()
    }
    for methods in result["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                response["headers"] = headers_of(status)
    for component in result["components"]["schemas"].values():
        for told in component.get("properties", {}).values():
            told.pop("x-spec-enum-id", None)  # a note of drf-spectacular to itself
    return result


def headers_of(status: str) -> dict[str, Any]:
    """Headers of an answer of the API, and of a page's 429."""
    return {
        name: {"$ref": f"#/components/headers/{name}"}
        for name in _HEADERS
        if name != "Retry-After" or status in {"429", "503"}
    }


def answers(good: Mapping[int, Any], refusals: Mapping[int, list[str]]) -> dict[int, Any]:
    """Responses of one operation: `good` as given, then each refused status with its codes."""
    told = sorted({**refusals, **_EVERYWHERE}.items())
    return {**good, **{status: _refusal(codes) for status, codes in told}}


def _refusal(codes: list[str]) -> OpenApiResponse:
    text = "\n".join(f"- `{code}`: {_MEANING[code]}" for code in codes)
    return OpenApiResponse(ErrorAnswer, description=text)
