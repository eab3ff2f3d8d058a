"""What YCLIENTS's marketplace answers: an application's status in a salon, tariffs, payments.

Source: reference "yclients-api", sections 4.4 and 4.5, read 2026-11-23.
"""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from marketplace.yclients.wire import ZERO, Flag, Int, Money, Text, Wall, Wire, many

# The sheet gives no zone for these times; YCLIENTS runs on Moscow time.
PARTNER_ZONE = ZoneInfo("Europe/Moscow")


class StatusChange(Wire):
    changed_at: Wall
    status_from: Text = ""
    status_to: Text = ""
    source: Text = ""

    @property
    def moment(self) -> datetime:
        return self.changed_at.replace(tzinfo=PARTNER_ZONE)


class Payment(Wire):
    id: Int
    payment_sum: Money = ZERO
    currency_iso: Text = "RUB"
    is_refunded: Flag = False


class _Connection(Wire):
    status: Text = ""


class ApplicationStatus(Wire):
    """`status`: pending, active, frozen, uninstalled, or a word unknown to us."""

    connection_status: _Connection = _Connection()
    logs: Annotated[list[StatusChange], many] = []
    payments: Annotated[list[Payment], many] = []

    @property
    def status(self) -> str:
        return self.connection_status.status

    def since(self, status: str) -> datetime | None:
        """When the application last entered `status`, aware; None when the log does not say."""
        times = [change.moment for change in self.logs if change.status_to == status]
        return max(times, default=None)


class TariffOption(Wire):
    id: Int
    title: Text = ""
    overall_price: Money = ZERO
    duration_in_months: Int = 0
    currency_iso: Text = "RUB"


class Tariff(Wire):
    id: Int
    title: Text = ""
    options: Annotated[list[TariffOption], many] = []
