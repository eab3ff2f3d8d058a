"""A YCLIENTS client for one company: its own user token or the default one, the shared call budget."""

from functools import cache

from django.conf import settings

from aiadmin.core import counters, crypto
from aiadmin.core import redis as store
from marketplace.models import Company
from marketplace.yclients.budget import Budget, Lane
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.deadline import Deadline


def client_for(
    company: Company,
    *,
    lane: Lane = Lane.CLIENT,
    timeout: float = 10.0,
    deadline: Deadline | None = None,
) -> YclientsClient:
    """Use as a context manager. `timeout` in seconds, per call; `deadline`: what is left for all
    calls while one client waits. Never inside an open transaction."""
    return client_with(user_token(company), lane=lane, timeout=timeout, deadline=deadline)


def partner_client(*, lane: Lane = Lane.SYNC, timeout: float = 15.0) -> YclientsClient:
    """A client with the partner token alone: marketplace calls about any salon."""
    return client_with(None, lane=lane, timeout=timeout)


def client_with(
    token: str | None,
    *,
    lane: Lane = Lane.CLIENT,
    timeout: float = 15.0,
    deadline: Deadline | None = None,
) -> YclientsClient:
    """A client with this user token; None: with the partner token alone."""
    return YclientsClient(
        base_url=settings.YCLIENTS_API_URL,
        partner_token=settings.YCLIENTS_API_KEY,
        user_token=token,
        budget=_budget(),
        lane=lane,
        timeout=timeout,
        deadline=deadline,
        told=_count,
    )


def _count(lane: Lane, outcome: str, seconds: float) -> None:
    counters.count("yclients_calls", lane=lane.name.lower(), outcome=outcome)
    counters.observe("yclients_call_seconds", seconds)


def user_token(company: Company | None) -> str | None:
    """The salon's own user token, else the default one; None when there is neither."""
    if company is not None and company.user_token_encrypted:
        return crypto.decrypt(company.user_token_encrypted)
    return settings.YCLIENTS_USER_TOKEN or None


def _budget() -> Budget | None:
    return _shared_budget() if settings.YCLIENTS_BUDGET else None


@cache
def _shared_budget() -> Budget:
    return Budget(store.client())
