"""The API's operations for drf-spectacular, kept beside the views so that views stay doors."""

from typing import Any

from drf_spectacular.extensions import OpenApiViewExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from marketplace.api import answers as say
from marketplace.api.schema_parts import KEY, NOBODY, TOKEN, WEBHOOK_KEY, answers
from marketplace.api.serializers import RegisterSerializer
from marketplace.models.company import INT32_MAX

_WRONG_TOKEN = ["token_invalid", "token_expired"]
_WRONG_CALLER = ["auth_required", "key_invalid", *_WRONG_TOKEN]
_NUMBER = {"type": "integer", "minimum": 1, "maximum": INT32_MAX}
_EVENT = {"type": "object", "additionalProperties": True}
_EVENTS = {"application/json": {"oneOf": [_EVENT, {"type": "array", "items": _EVENT}]}}


def only_marketplace(endpoints: list[Any], **_: Any) -> list[Any]:
    """Preprocessing hook: the demo's own endpoints are no part of the API."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/marketplace/")]


def _describe(view: str, method: str, **operation: Any) -> type[OpenApiViewExtension]:
    """Registers the description of one method of `marketplace.api.<view>`."""
    described = extend_schema(**operation)

    def replace(extension: OpenApiViewExtension) -> Any:
        target: Any = extension.target_class
        return extend_schema_view(**{method: described})(type(target.__name__, (target,), {}))

    # The subclass's birth is its registration.
    body = {"target_class": f"marketplace.api.{view}", "view_replacement": replace}
    return type(f"{view.rpartition('.')[2]}Description", (OpenApiViewExtension,), body)


def _in_path(name: str, kind: Any, text: str) -> OpenApiParameter:
    return OpenApiParameter(name, type=kind, location=OpenApiParameter.PATH, description=text)


_describe(
    "views.TestView",
    "get",
    operation_id="test",
    summary="Works or not",
    tags=["service"],
    auth=[],
    responses=answers({200: say.TestAnswer}, {}),
)
_describe(
    "views.RegisterView",
    "post",
    operation_id="register",
    summary="Register a salon, or return the known one",
    description=(
        "Needs one proof: `user_data` with `user_data_sign` as YCLIENTS gave them, or the staff's "
        "key in X-API-Key. Any number of calls make one company. A new key for a known salon is "
        "given to the staff alone, with `rotate_key`."
    ),
    tags=["connect"],
    auth=[KEY, NOBODY],
    request=RegisterSerializer,
    responses=answers(
        {201: say.RegisteredAnswer, 200: say.RegisteredAnswer},
        {
            400: ["malformed", "invalid"],
            401: _WRONG_CALLER,
            403: ["bad_signature", "approval_required", "forbidden"],
            409: ["already_connected"],
            415: ["unsupported_media_type"],
            503: ["yclients_unavailable"],
        },
    ),
)
_describe(
    "views.QrView",
    "get",
    operation_id="qr",
    summary="The code to scan with the salon's WhatsApp",
    description="Starts a pairing when none runs. The connect token stands in the path.",
    tags=["connect"],
    auth=[],
    parameters=[_in_path("token", str, "The company's connect token.")],
    responses=answers(
        {200: say.QrAnswer},
        {
            401: _WRONG_TOKEN,
            409: ["already_connected", "uninstalled", "whatsapp_disabled", "single_tenant"],
            503: ["qr_starting"],
        },
    ),
)
_describe(
    "views.StatusView",
    "get",
    operation_id="status",
    summary="Whether a salon is connected",
    tags=["connect"],
    auth=[TOKEN, KEY],
    parameters=[_in_path("company_id", _NUMBER, "`company_id` of the registration.")],
    responses=answers(
        {200: say.StatusAnswer}, {400: ["invalid"], 401: _WRONG_CALLER, 404: ["not_found"]}
    ),
)
_describe(
    "views.CallbackView",
    "post",
    operation_id="callback",
    summary="Tell YCLIENTS that the salon is connected",
    description=(
        "Done by itself after connecting; calling it repeats at once what still waits. Never "
        "believed about the connection: we look ourselves."
    ),
    tags=["connect"],
    auth=[KEY, TOKEN, NOBODY],
    request=say.CallbackBody,
    responses=answers(
        {200: say.CallbackAnswer},
        {
            400: ["malformed", "invalid"],
            401: _WRONG_CALLER,
            404: ["not_found"],
            409: ["not_connected"],
            415: ["unsupported_media_type"],
        },
    ),
)
_describe(
    "views.CompaniesView",
    "get",
    operation_id="companies",
    summary="Figures of the whole installation",
    description="For the staff alone.",
    tags=["service"],
    auth=[KEY],
    responses=answers({200: say.CompaniesAnswer}, {401: _WRONG_CALLER}),
)
_describe(
    "webhooks.CompanyWebhookView",
    "post",
    operation_id="salon_webhook",
    summary="Events of one salon, from YCLIENTS",
    description=(
        "Stored, answered, then processed; a repeat is answered the same. Calls with the right "
        "key are never limited: YCLIENTS sends an event once."
    ),
    tags=["yclients"],
    auth=[WEBHOOK_KEY],
    parameters=[_in_path("company_id", OpenApiTypes.INT64, "`company_id` of the registration.")],
    request=_EVENTS,
    responses=answers(
        {200: say.DoneAnswer},
        {400: ["malformed"], 403: ["bad_partner_token"], 404: ["not_found"]},
    ),
)
_describe(
    "webhooks.LifecycleWebhookView",
    "post",
    operation_id="application_webhook",
    summary="Uninstall and freeze, from YCLIENTS",
    description=(
        "`partner_token` in the body proves the sender. A salon's data event that lands here is "
        "understood when `key` fits the salon."
    ),
    tags=["yclients"],
    auth=[WEBHOOK_KEY, NOBODY],
    request=_EVENTS,
    responses=answers({200: say.DoneAnswer}, {400: ["malformed"], 403: ["bad_partner_token"]}),
)
