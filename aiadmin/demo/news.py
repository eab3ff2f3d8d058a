"""News for open desks: one Channels group, small frames that say what to fetch again."""

import asyncio

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from aiadmin.core import redis as store

log = structlog.get_logger(__name__)

GROUP = "demo.desk"
# Seconds; a Redis that hangs must not hold the stand-in that calls us.
_TIMEOUT = 2

Frame = dict[str, str | int]


def tell(frame: Frame) -> None:
    """`frame` {"type": journal|chat|device|clock, …}. A lost one loses nothing: pages can ask."""
    try:
        async_to_sync(_send)({"type": "desk.frame", "frame": frame})
    except store.ERRORS as error:
        log.warning("demo.push_failed", kind=frame["type"], error=type(error).__name__)


async def _send(message: dict[str, str | Frame]) -> None:
    async with asyncio.timeout(_TIMEOUT):
        await get_channel_layer().group_send(GROUP, message)


def from_whatsapp(body: object) -> Frame | None:
    """The WhatsApp stand-in's {"type": "chat"|"device", …} → a frame; None: not for the desk."""
    if not isinstance(body, dict):
        return None
    if body.get("type") == "chat":
        return {"type": "chat", "customer": str(body.get("customer", ""))}
    return {"type": "device"} if body.get("type") == "device" else None


def from_yclients(body: object) -> Frame | None:
    """A YCLIENTS webhook {resource, resource_id, status, data} → {"type": "journal", record, …}.

    `day`: the record's ISO date when the webhook tells it, else "".
    """
    if not isinstance(body, dict) or body.get("resource") != "record":
        return None
    data = body.get("data")
    when = data.get("datetime") or data.get("date") if isinstance(data, dict) else ""
    return {
        "type": "journal",
        "record": int(body.get("resource_id") or 0),
        "status": str(body.get("status", "")),
        "day": str(when or "")[:10],
    }
