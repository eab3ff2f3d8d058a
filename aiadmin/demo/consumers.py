"""WebSocket of the desk: relays news. It carries no data, so a page simply fetches what changed."""

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from aiadmin.core import redis as store
from aiadmin.demo import news
from aiadmin.demo.cast import SALON_ID
from marketplace import selectors
from marketplace.services.access import origin_allowed

# Frames of the owner's page after which the handset's pane looks different.
_DEVICE_NEWS = {"qr", "connected", "disconnected", "status", "sync"}


class DeskConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    groups: tuple[str, ...] = (news.GROUP,)

    async def connect(self) -> None:
        await self.accept()
        origin = dict(self.scope["headers"]).get(b"origin", b"").decode("latin-1")
        if not origin_allowed(origin):
            await self.close(code=4403)
            return
        company = await database_sync_to_async(selectors.by_salon)(SALON_ID)
        if company is not None:
            owners_page = store.company_group(company.pk)
            # The base class leaves these groups at the end.
            self.groups = (*self.groups, owners_page)
            await self.channel_layer.group_add(owners_page, self.channel_name)

    async def desk_frame(self, message: dict[str, Any]) -> None:
        await self.send_json(message["frame"])

    async def page_frame(self, message: dict[str, Any]) -> None:
        if message["frame"].get("type") in _DEVICE_NEWS:
            await self.send_json({"type": "device"})

    async def pairing_ended(self, _: dict[str, Any]) -> None:
        await self.send_json({"type": "device"})
