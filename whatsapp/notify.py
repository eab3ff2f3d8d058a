"""Pushes to the connect pages of a company. A lost push loses nothing: a page starts from a snapshot."""

import asyncio
from functools import partial
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from aiadmin.core import redis as store

log = structlog.get_logger(__name__)

# A Redis that hangs must not hold a worker.
_TIMEOUT = 2.0


def to_page(company_id: int, frame: dict[str, Any]) -> None:
    """Sends one frame to every open page of the company once the transaction commits."""
    message = {"type": "page.frame", "company_id": company_id, "frame": frame}
    transaction.on_commit(partial(_send, store.company_group(company_id), message))


def pairing_ended(company_id: int) -> None:
    """Tells open pages that no code is shown any more: each that is still open asks for another."""
    message = {"type": "pairing.ended", "company_id": company_id}
    transaction.on_commit(partial(_send, store.company_group(company_id), message))


def error(company_id: int, *, code: str, message: str) -> None:
    """`message` is Russian, for the owner."""
    to_page(company_id, {"type": "error", "code": code, "message": message})


def _send(group: str, message: dict[str, Any]) -> None:
    try:
        async_to_sync(_group_send)(group, message)
    except (*store.ERRORS, TimeoutError, RuntimeError) as problem:
        log.warning("whatsapp.push_failed", group=group, error=type(problem).__name__)


async def _group_send(group: str, message: dict[str, Any]) -> None:
    await asyncio.wait_for(get_channel_layer().group_send(group, message), _TIMEOUT)
