"""The connect page's WebSocket: authenticate, join the company's group, send a snapshot, relay."""

import asyncio
import json
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils.translation import gettext

from aiadmin.core import redis as store
from aiadmin.core.errors import AppError
from whatsapp.services import pages

log = structlog.get_logger(__name__)

PROTOCOL = "aiadmin.v1"
# A revoked token ends its pages within this many seconds.
RECHECK = 30
# A Redis that hangs must not hold a page.
REDIS_TIMEOUT = 2
CLOSE_CODES = {401: 4401, 403: 4403, 429: 4429}


class ConnectConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    def __init__(self, recheck: float = RECHECK) -> None:
        super().__init__()
        self.recheck = recheck
        self.page: pages.Page | None = None
        self.watcher: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        offered = self.scope.get("subprotocols") or []
        # Accepted first: a refusal before that reaches a browser as a bare failure without its reason.
        # A client that offered no protocol must not be answered with one.
        await self.accept(subprotocol=PROTOCOL if offered else None)
        headers = {
            name.decode().lower(): value.decode("latin-1") for name, value in self.scope["headers"]
        }
        peer = (self.scope.get("client") or ("", 0))[0]
        try:
            page = await database_sync_to_async(pages.admit)(
                headers=headers, peer=peer, offered=offered
            )
        except AppError as error:
            await self._refuse(error)
            return
        await self._group("group_add", page)
        for frame in await database_sync_to_async(pages.first_frames)(page):
            await self.send_json(frame)
        self.page = page
        self.watcher = asyncio.create_task(self._watch_token(page))

    async def disconnect(self, code: int) -> None:
        if self.watcher is not None:
            self.watcher.cancel()
        if self.page is not None:
            await self._group("group_discard", self.page)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.page is None:
            return
        try:
            frame = json.loads(text_data or "")
            await database_sync_to_async(pages.command)(self.page, frame)
        except (ValueError, RecursionError):
            await self.send_json(
                pages.error_frame(AppError(gettext("This is no JSON"), code="malformed"))
            )
        except AppError as error:
            await self.send_json(pages.error_frame(error))

    async def page_frame(self, event: dict[str, Any]) -> None:
        """From `notify`: a frame for every page of the company."""
        await self.send_json(event["frame"])

    async def pairing_ended(self, event: dict[str, Any]) -> None:
        """From `notify`: this page is still open, so it wants the next code."""
        if self.page is None:
            return
        frame = await database_sync_to_async(pages.next_round)(self.page)
        if frame is not None:
            await self.send_json(frame)

    async def _watch_token(self, page: pages.Page) -> None:
        while True:
            await asyncio.sleep(self.recheck)
            try:
                await database_sync_to_async(pages.check)(page)
            except AppError as error:
                await self._refuse(error)
                return
            except Exception as error:  # a database that is away must not end the watching
                log.warning("whatsapp.recheck_failed", error=type(error).__name__)

    async def _group(self, action: str, page: pages.Page) -> None:
        group = store.company_group(page.company_id)
        try:
            async with asyncio.timeout(REDIS_TIMEOUT):
                await getattr(self.channel_layer, action)(group, self.channel_name)
        except store.ERRORS as error:
            # Without Redis the page has its snapshot and polls.
            log.warning("whatsapp.group_failed", action=action, error=type(error).__name__)

    async def _refuse(self, error: AppError) -> None:
        await self.send_json(pages.error_frame(error))
        await self.close(code=CLOSE_CODES.get(error.status, 4400))
