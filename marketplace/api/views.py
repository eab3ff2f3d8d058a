"""The REST API people and YCLIENTS call. Views authenticate, parse, call a service, answer."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from aiadmin.core.errors import AppError, ConflictError, NotFoundError, UnauthorizedError
from aiadmin.core.queue import Job, enqueue
from marketplace import qr, selectors
from marketplace.api import auth
from marketplace.api.base import ApiView
from marketplace.api.serializers import CallbackSerializer, RegisterSerializer
from marketplace.models.company import INT32_MAX
from marketplace.services import access, activation, callback, registration, tokens

ENDPOINTS = {
    "main": "GET /marketplace/",
    "connect": "GET /marketplace/connect",
    "register": "POST /marketplace/register",
    "qr": "GET /marketplace/qr/{token}",
    "status": "GET /marketplace/status/{company_id}",
    "callback": "POST /marketplace/callback",
    "webhook": "POST /marketplace/webhook/{company_id}",
    "companies": "GET /marketplace/companies",
    "websocket": "/marketplace",
}


class TestView(ApiView):
    """Works or not: the seed's JSON."""

    def get(self, request: Request) -> Response:
        self.limit_public(request)
        return Response(
            {
                "success": True,
                "status": "ok",
                "endpoints": ENDPOINTS,
                "message": "Marketplace integration endpoints are ready",
            }
        )


class RegisterView(ApiView):
    def post(self, request: Request) -> Response:
        caller = auth.identify(self, request)
        serializer = RegisterSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        done = registration.register(
            salon_id=data["salon_id"],
            phone=data.get("phone", ""),
            email=data.get("email", ""),
            proof=_proof(caller, data),
            rotate_key=data["rotate_key"],
        )
        body: dict[str, Any] = {
            "success": True,
            "company_id": done.company.pk,
            "salon_id": done.company.salon_id,
            "api_key": done.api_key,
            "api_key_prefix": done.api_key_prefix,
            "connect_url": done.connect_url,
            "message": (
                "Компания зарегистрирована. Откройте connect_url и отсканируйте QR-код"
                if done.created
                else "Компания уже зарегистрирована"
            ),
        }
        return Response(body, status=201 if done.created else 200)


def _proof(caller: auth.Caller | None, data: dict[str, Any]) -> access.Proof:
    if caller is not None and caller.is_admin:
        return access.AdminProof()
    if data.get("user_data"):
        return access.signed_user(data["user_data"], data.get("user_data_sign", ""))
    if settings.MARKETPLACE_OPEN_REGISTRATION:
        return access.OpenProof()
    raise UnauthorizedError(
        "Нужны данные, подписанные YCLIENTS, или ключ администратора в X-API-Key"
    )


class QrView(ApiView):
    def get(self, request: Request, token: str) -> Response:
        try:
            company = tokens.company_for_token(token)
        except UnauthorizedError:
            self.limit_public(request)
            raise
        self.limit_key(f"company:{company.pk}")
        if company.whatsapp_connected:
            raise ConflictError("WhatsApp уже подключён", code="already_connected")
        activation.ensure_may_connect(company)
        code = qr.current(company.pk)
        if code is None:
            enqueue(Job.PAIRING_START, company.pk)
            raise AppError(
                "QR-код готовится. Повторите через 2 секунды",
                code="qr_starting",
                status=503,
                headers={"Retry-After": "2"},
            )
        image = qr.png_data_uri(code.text)
        return Response({"success": True, "qr": image, "expires_in": code.expires_in})


class StatusView(ApiView):
    def get(self, request: Request, company_id: str) -> Response:
        caller = auth.required(self, request)
        company = auth.company_of(caller, _company_id(company_id))
        return Response({"success": True, **selectors.status(company)})


class CallbackView(ApiView):
    def post(self, request: Request) -> Response:
        body_key = request.data.get("api_key") if isinstance(request.data, dict) else None
        caller = auth.required(self, request, body_key=body_key)
        serializer = CallbackSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        company = auth.company_of(caller, data["company_id"])
        if data.get("salon_id", company.salon_id) != company.salon_id:
            raise NotFoundError("Компания не найдена")
        delivery = callback.request(company)
        return Response(
            {
                "success": True,
                "message": "Callback отправлен" if delivery.sent_at else "Callback отправляется",
                "data": {"callback_sent_at": selectors.iso(delivery.sent_at)},
            }
        )


class CompaniesView(ApiView):
    def get(self, request: Request) -> Response:
        caller = auth.required(self, request)
        if not caller.is_admin:
            raise UnauthorizedError("Нужен ключ администратора в X-API-Key")
        return Response({"success": True, "stats": selectors.stats()})


class NoSuchView(ApiView):
    """Paths nobody serves, and methods on them: the one error shape instead of a page."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotFoundError("Не найдено")

    post = put = patch = delete = get


class OnlyReadView(ApiView):
    """Anything but reading, sent to a page: the one error shape instead of an empty 405."""

    http_method_names = ()

    @property
    def allowed_methods(self) -> list[str]:
        return ["GET", "HEAD"]


def _company_id(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text[:11]) <= INT32_MAX:
        return int(text[:11])
    raise AppError("Некорректный ID компании", code="invalid")
