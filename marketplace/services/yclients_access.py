"""A YCLIENTS client for one company: its own user token or the default one, the shared call budget."""

from functools import cache

from django.conf import settings

from aiadmin.core import crypto
from aiadmin.core import redis as store
from marketplace.models import Company
from marketplace.yclients.budget import Budget, Lane
from marketplace.yclients.client import YclientsClient


def client_for(
    company: Company, *, lane: Lane = Lane.CLIENT, timeout: float = 10.0
) -> YclientsClient:
    """Use as a context manager. `timeout` in seconds, per call. Never inside an open transaction."""
    token = settings.YCLIENTS_USER_TOKEN
    if company.user_token_encrypted:
        token = crypto.decrypt(company.user_token_encrypted)
    return YclientsClient(
        base_url=settings.YCLIENTS_API_URL,
        partner_token=settings.YCLIENTS_API_KEY,
        user_token=token or None,
        budget=_budget(),
        lane=lane,
        timeout=timeout,
    )


def partner_client(*, lane: Lane = Lane.SYNC, timeout: float = 15.0) -> YclientsClient:
    """A client with the partner token alone: marketplace calls about any salon."""
    return YclientsClient(
        base_url=settings.YCLIENTS_API_URL,
        partner_token=settings.YCLIENTS_API_KEY,
        budget=_budget(),
        lane=lane,
        timeout=timeout,
    )


def _budget() -> Budget | None:
    return _shared_budget() if settings.YCLIENTS_BUDGET else None


@cache
def _shared_budget() -> Budget:
    return Budget(store.client())
