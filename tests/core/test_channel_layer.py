"""News for pages through the sleeping channel layer: heard at once, and again after Redis cut it off."""

import asyncio
from typing import Any

from channels.layers import get_channel_layer

from aiadmin.core import redis as store
from tests.waiting import PATIENCE, wait_for


async def test_a_page_that_comes_while_the_layer_sleeps_hears_its_news() -> None:
    layer = _layer()
    first = await _heard_of("first", layer)

    second = await _heard_of("second", layer)

    await layer.group_discard("second", second)
    await layer.group_send("first", {"type": "again"})
    assert await _next(layer, first) == {"type": "again"}
    await layer.flush()


async def test_a_cut_off_layer_comes_back_with_its_pages() -> None:
    layer = _layer()
    page = await _heard_of("page", layer)
    cut = _listening()

    store.client().client_kill_filter(_type="pubsub", skipme=True)

    # One command subscribes the new connection to all that the old one heard.
    await asyncio.to_thread(
        wait_for, "the layer", lambda: _listeners(page) == 1 and not _listening() & cut
    )
    await layer.group_send("page", {"type": "news"})
    assert await _next(layer, page) == {"type": "news"}
    await layer.flush()


def _layer() -> Any:
    layer = get_channel_layer()
    assert layer is not None
    return layer


async def _heard_of(group: str, layer: Any) -> str:
    channel: str = await layer.new_channel()
    await layer.group_add(group, channel)
    await layer.group_send(group, {"type": group})
    assert await _next(layer, channel) == {"type": group}
    return channel


async def _next(layer: Any, channel: str) -> Any:
    async with asyncio.timeout(PATIENCE):
        return await layer.receive(channel)


def _listening() -> set[str]:
    """Connections to Redis that hear anything."""
    return {row["id"] for row in store.client().client_list(_type="pubsub")}


def _listeners(channel: str) -> int:
    [(_, count)] = store.client().pubsub_numsub(channel)
    return int(count)
