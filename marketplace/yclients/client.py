"""The YCLIENTS client: all calls under one name, one connection pool, one pair of tokens.

    with YclientsClient(base_url=…, partner_token=…, user_token=…, budget=budget) as yclients:
        slots = yclients.book_times(4001, staff_id=0, day=day, service_ids=[701])

Every method returns models of `schemas` and raises only `errors.YclientsError` (and ValueError for
arguments that could not be right). Writes are sent once: see `errors.OutcomeUnknown`.
"""

from types import TracebackType
from typing import Self

import httpx

from marketplace.yclients import errors
from marketplace.yclients.budget import Budget, Lane
from marketplace.yclients.calls_booking import BookingCalls
from marketplace.yclients.calls_cards import CardCalls
from marketplace.yclients.calls_journal import JournalCalls
from marketplace.yclients.calls_partner import PartnerCalls
from marketplace.yclients.calls_salon import SalonCalls
from marketplace.yclients.calls_settings import SettingsCalls
from marketplace.yclients.deadline import Deadline
from marketplace.yclients.drafts import Appointment, ClientDraft, DraftService, RecordDraft
from marketplace.yclients.transport import Told, Transport

__all__ = [
    "Appointment",
    "ClientDraft",
    "Deadline",
    "DraftService",
    "Lane",
    "RecordDraft",
    "YclientsClient",
]


class YclientsClient(
    SalonCalls, SettingsCalls, BookingCalls, JournalCalls, CardCalls, PartnerCalls
):
    """`base_url` without a path: it covers /api/v1 and /marketplace.

    `timeout` in seconds, per call; `deadline`: what all calls for one waiting client may take.

    Without a user token only the calls that need none work, unless the salon's marketplace
    installation gives access (sheet, 1.2: unresolved, so both modes are supported).
    """

    def __init__(
        self,
        *,
        base_url: str,
        partner_token: str,
        user_token: str | None = None,
        budget: Budget | None = None,
        lane: Lane = Lane.CLIENT,
        timeout: float = 10.0,
        deadline: Deadline | None = None,
        transport: httpx.BaseTransport | None = None,
        told: Told | None = None,
    ) -> None:
        self._transport = Transport(
            base_url=base_url,
            partner_token=partner_token,
            user_token=user_token,
            budget=budget,
            lane=lane,
            timeout=timeout,
            deadline=deadline,
            transport=transport,
            told=told,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    def auth(self, login: str, password: str) -> str:
        """The user token for a YCLIENTS login; Unauthorized also when a second factor is on."""
        body = {"login": login, "password": password}
        reply = self._transport.call("POST", "/api/v1/auth", body=body, as_user=False, safe=True)
        token = reply.data.get("user_token") if isinstance(reply.data, dict) else None
        if not token:
            # 200 with `uuid` in place of 201: a code was sent to that person, no token was issued.
            raise errors.Unauthorized(
                "YCLIENTS просит код подтверждения для этого входа", http_status=401
            )
        return str(token)
