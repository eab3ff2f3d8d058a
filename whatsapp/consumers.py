"""The connect page's WebSocket: authenticate, hear the company's news, send a snapshot, relay."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils.translation import gettext

from aiadmin.core.errors import AppError
from whatsapp import open_pages
from whatsapp.services import pages

PROTOCOL = "aiadmin.v1"
CLOSE_CODES = {401: 4401, 403: 4403, 429: 4429}


class ConnectConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    page: pages.Page | None = None
    # News that came before the snapshot: it is told after it.
    early: list[str] | None = None

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Waits for the browser alone: news comes through `open_pages`, not through a channel of its own."""
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            return
        finally:
            if self.page is not None:
                open_pages.here().leave(self)

    async def connect(self) -> None:
        offered = self.scope.get("subprotocols") or []
        # Accepted first: a refusal before that reaches a browser as a bare failure without its reason.
        # A client that offered no protocol must not be answered with one.
        await self.accept(subprotocol=PROTOCOL if offered else None)
        headers = {
            name.decode().lower(): value.decode("latin-1") for name, value in self.scope["headers"]
        }
        peer = (self.scope.get("client") or ("", 0))[0]
        # Not read again, and as much as all else that an open page holds.
        del self.scope["headers"][:]
        self.scope.clear()
        try:
            page = await database_sync_to_async(pages.admit)(
                headers=headers, peer=peer, offered=offered
            )
        except AppError as error:
            await self.refuse(error)
            return
        self.page, self.early = page, []
        await open_pages.here().join(self)
        for frame in await database_sync_to_async(pages.first_frames)(page):
            await self.send_json(frame)
        while self.early:
            await self.send(text_data=self.early.pop(0))
        self.early = None

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

    async def tell(self, frame: str) -> None:
        """From `open_pages`: news of the page's salon."""
        if self.early is None:
            await self.send(text_data=frame)
        else:
            self.early.append(frame)

    async def refuse(self, error: AppError) -> None:
        """Says why, then closes."""
        await self.send_json(pages.error_frame(error))
        await self.close(code=CLOSE_CODES.get(error.status, 4400))
