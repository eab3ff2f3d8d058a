"""The marketplace side: activation, status, payments, tariffs. Never with a user token."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace.yclients import errors, schemas
from marketplace.yclients.answers import Reply
from marketplace.yclients.calls import Calls, parse, rows
from marketplace.yclients.paging import pages
from marketplace.yclients.schema_partner import PARTNER_ZONE

_ALREADY_INSTALLED = "уже установ"
# The most that YCLIENTS gives for a page of salons.
SALONS_PAGE = 1000


class PartnerCalls(Calls):
    def partner_callback(
        self, *, salon_id: int, application_id: int, api_key: str, webhook_urls: Sequence[str]
    ) -> int:
        """Tells YCLIENTS that the salon is set up: the application becomes active there.

        Returns the HTTP status of the success: 201, 301, or 403 for "already installed".

        `api_key` is ours, for YCLIENTS to call us with. Safe to repeat. Raises the usual errors
        otherwise; "Агрегатор не найден" (400, InvalidRequest): the vendor's own records are broken.
        """
        body: dict[str, Any] = {
            "salon_id": salon_id,
            "application_id": application_id,
            "api_key": api_key,
            "webhook_urls": list(webhook_urls),
        }
        try:
            reply = self._transport.call(
                "POST",
                "/marketplace/partner/callback",
                body=body,
                as_user=False,
                redirect_is_success=True,
            )
        except errors.Forbidden as error:
            if _ALREADY_INSTALLED not in error.message.lower():
                raise
            return 403
        return reply.status

    def application_status(
        self, *, salon_id: int, application_id: int
    ) -> schemas.ApplicationStatus:
        """Status and log of our application in the salon; NotFound when it is not installed."""
        path = f"/marketplace/salon/{salon_id}/application/{application_id}"
        reply = self._transport.call("GET", path, as_user=False)
        return parse(schemas.ApplicationStatus, reply.data)

    def uninstall(self, *, salon_id: int, application_id: int) -> None:
        """Removes the application from the salon; NotFound when it is not there."""
        path = f"/marketplace/salon/{salon_id}/application/{application_id}/uninstall"
        self._transport.call("POST", path, as_user=False)

    def notify_payment(
        self,
        *,
        salon_id: int,
        application_id: int,
        amount: Decimal,
        paid_at: datetime,
        period_from: datetime,
        period_to: datetime,
        currency: str = "RUB",
    ) -> int:
        """Tells YCLIENTS about a payment; returns its id (for a refund). Moments are aware."""
        body: dict[str, Any] = {
            "salon_id": salon_id,
            "application_id": application_id,
            "payment_sum": float(amount),
            "currency_iso": currency,
            "payment_date": _moment(paid_at),
            "period_from": _moment(period_from),
            "period_to": _moment(period_to),
        }
        path = "/marketplace/partner/payment"
        reply = self._transport.call("POST", path, body=body, as_user=False)
        return parse(schemas.Payment, reply.data, written=True).id

    def refund_payment(self, payment_id: int, *, application_id: int) -> None:
        path = f"/marketplace/partner/payment/refund/{payment_id}"
        body: dict[str, Any] = {"application_id": application_id}
        self._transport.call("POST", path, body=body, as_user=False)

    def payment_link(self, *, salon_id: int, application_id: int, discount: int = 0) -> str | None:
        """Where the salon pays for the application; None for an application without tariffs.

        `discount` in whole per cent.
        """
        query: list[tuple[str, str | int]] = [
            ("salon_id", salon_id),
            ("application_id", application_id),
        ]
        if discount:
            query.append(("discount", discount))
        path = "/marketplace/application/payment_link"
        try:
            reply = self._transport.call("GET", path, query=query, as_user=False)
        except errors.NotFound:
            return None
        url = reply.data.get("url") if isinstance(reply.data, dict) else None
        return str(url) if url else None

    def tariffs(self, *, application_id: int) -> list[schemas.Tariff]:
        """[] for a free application."""
        path = f"/marketplace/application/{application_id}/tariffs"
        try:
            reply = self._transport.call("GET", path, as_user=False)
        except errors.NotFound:
            return []
        return [parse(schemas.Tariff, row) for row in rows(reply.data)]

    def add_discount(
        self, *, salon_ids: Sequence[int], application_id: int, discount: Decimal
    ) -> None:
        """Gives these salons a discount (per cent) on the application's tariffs."""
        body: dict[str, Any] = {
            "salon_ids": list(salon_ids),
            "application_id": application_id,
            "discount": float(discount),
        }
        path = "/marketplace/application/add_discount"
        self._transport.call("POST", path, body=body, as_user=False)

    def installed_salons(self, *, application_id: int) -> Iterator[schemas.Company]:
        """Every salon that has the application, page by page; NotFound for a foreign application."""

        def fetch(number: int) -> Reply:
            query = [("page", number), ("count", SALONS_PAGE)]
            path = f"/marketplace/application/{application_id}/salons"
            return self._transport.call("GET", path, query=query, as_user=False)

        return pages(fetch, size=SALONS_PAGE, key=_salon_id, kind=schemas.Company)

    def update_channel(
        self, *, salon_id: int, application_id: int, channel: str, available: bool
    ) -> None:
        """Whether YCLIENTS may send through us there. `channel`: "sms" or "whatsapp"."""
        body: dict[str, Any] = {
            "salon_id": salon_id,
            "application_id": application_id,
            "channel_slug": channel,
            "is_available": available,
        }
        path = "/marketplace/application/update_channel"
        self._transport.call("POST", path, body=body, as_user=False)

    def set_short_names(
        self, *, salon_id: int, application_id: int, short_names: Sequence[str]
    ) -> None:
        """The sender names that the salon may choose from."""
        body: dict[str, Any] = {
            "salon_id": salon_id,
            "application_id": application_id,
            "short_names": list(short_names),
        }
        self._transport.call("POST", "/marketplace/partner/short_names", body=body, as_user=False)


def _salon_id(company: schemas.Company) -> int:
    return company.id


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("payment moments must be aware")
    return value.astimezone(PARTNER_ZONE).strftime("%Y-%m-%d %H:%M:%S")
