"""Doors for YCLIENTS's webhooks: verify, hand over, answer 200. Valid ones are never throttled:
YCLIENTS sends an event once and does not repeat it."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from aiadmin.core.errors import AppError, ForbiddenError, NotFoundError
from marketplace import selectors
from marketplace.api.base import ApiView
from marketplace.models import Company
from marketplace.services import access, webhooks


class CompanyWebhookView(ApiView):
    """The address we gave YCLIENTS for one installation, its secret in `key`."""

    def post(self, request: Request, company_id: int) -> Response:
        company = selectors.by_id(company_id)
        if company is None or not _key_fits(company, request):
            self.limit_public(request)
            raise NotFoundError("Не найдено")
        webhooks.parse(request.body)
        webhooks.receive(company, request.body)
        return Response({"success": True})


class LifecycleWebhookView(ApiView):
    """The application's callback address: `uninstall` and `freeze`. A salon's data event that lands
    here is understood too, when its `key` fits the salon."""

    def post(self, request: Request) -> Response:
        try:
            body = webhooks.parse(request.body)
        except AppError:
            # A stranger's: whoever knows a secret writes JSON.
            self.limit_public(request)
            raise
        if isinstance(body, dict) and ("event" in body or "partner_token" in body):
            try:
                webhooks.lifecycle(body)
            except ForbiddenError:
                self.limit_public(request)
                raise
            return Response({"success": True})
        company = _salon_of(body)
        if company is None or not _key_fits(company, request):
            self.limit_public(request)
            raise ForbiddenError("Неверный партнёрский токен", code="bad_partner_token")
        webhooks.receive(company, request.body)
        return Response({"success": True})


def _key_fits(company: Company, request: Request) -> bool:
    return access.webhook_key_fits(company, request.query_params.get("key"))


def _salon_of(body: Any) -> Company | None:
    first = body[0] if isinstance(body, list) and body else body
    salon_id = first.get("company_id") if isinstance(first, dict) else None
    if not isinstance(salon_id, int) or isinstance(salon_id, bool):
        return None
    return selectors.by_salon(salon_id)
