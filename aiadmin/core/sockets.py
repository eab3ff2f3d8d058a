"""WebSockets to paths nobody serves: refused quietly instead of a traceback in the log."""

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import re_path


class NotFoundConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    async def connect(self) -> None:
        await self.close(code=4404)


not_found = re_path(r"", NotFoundConsumer.as_asgi())
