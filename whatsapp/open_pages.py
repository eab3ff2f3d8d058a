"""The connect pages that are open in this process: told their salons' news, closed with their tokens.

A page has no channel and no timer of its own: thousands of pages wait, and those were most of what each
held. One channel of the process is in the groups of all their salons, one query asks about many tokens.
"""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from aiadmin.core import redis as store
from aiadmin.core.errors import AppError
from whatsapp.services import pages

log = structlog.get_logger(__name__)

# A revoked token ends its pages within this many seconds.
RECHECK = 30
# Pages of one query: a short one, for news waits while a thread computes.
_AT_ONCE = 100
# A Redis that hangs must not hold a page.
_REDIS_TIMEOUT = 2


class OpenPage(Protocol):
    """What can be told to a page; `frame` is JSON."""

    page: pages.Page

    async def tell(self, frame: str) -> None: ...

    async def refuse(self, error: AppError) -> None: ...


class OpenPages:
    """The pages of one event loop, called from nowhere else."""

    def __init__(self) -> None:
        self._pages: dict[int, set[OpenPage]] = {}
        # Salons whose last page has gone; their groups are left at the next look.
        self._left: set[int] = set()
        self._channel = ""
        self._joining = asyncio.Lock()
        # A loop holds its tasks weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self, page: OpenPage) -> None:
        """The page hears its salon's news from now on. Without Redis it has its snapshot and polls."""
        company_id = page.page.company_id
        self._pages.setdefault(company_id, set()).add(page)
        layer = get_channel_layer()
        try:
            async with asyncio.timeout(_REDIS_TIMEOUT), self._joining:
                if not self._tasks:
                    self._start(self._watch())
                if not self._channel:
                    self._channel = await layer.new_channel()
                    self._start(self._listen(self._channel))
                await layer.group_add(store.company_group(company_id), self._channel)
        except store.ERRORS as error:
            log.warning("whatsapp.group_failed", action="group_add", error=type(error).__name__)

    def leave(self, page: OpenPage) -> None:
        """Nothing happens to a page that is not among them."""
        company_id = page.page.company_id
        same = self._pages.get(company_id, set())
        same.discard(page)
        if not same and self._pages.pop(company_id, None) is not None:
            self._left.add(company_id)

    async def look(self) -> None:
        """Refuses pages whose token is no longer good, and leaves the groups of salons without a page."""
        await self._discard()
        asked = [page for same in self._pages.values() for page in same]
        for first in range(0, len(asked), _AT_ONCE):
            part = asked[first : first + _AT_ONCE]
            try:
                refused = await database_sync_to_async(pages.check)({one.page for one in part})
            except Exception as error:  # a database that is away must not end the watching
                log.warning("whatsapp.recheck_failed", error=type(error).__name__)
                return
            for one in part:
                if one.page in refused:
                    self.leave(one)
                    await self._safely(one.refuse(refused[one.page]))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(RECHECK)
            await self.look()

    async def _listen(self, channel: str) -> None:
        layer = get_channel_layer()
        while True:
            try:
                message = await layer.receive(channel)
            except Exception as error:  # what cannot be read must not end the hearing
                log.warning("whatsapp.news_unread", error=type(error).__name__)
                await asyncio.sleep(1)
                continue
            match message:
                case {"type": "page.frame", "company_id": int(company_id), "frame": frame}:
                    await self._tell(company_id, frame)
                case {"type": "pairing.ended", "company_id": int(company_id)}:
                    # Others' news does not wait for the database.
                    self._start(self._safely(self._pairing_ended(company_id)))

    async def _pairing_ended(self, company_id: int) -> None:
        """Pages are still open, so they want the next code."""
        if company_id not in self._pages:
            return
        frame = await database_sync_to_async(pages.next_round)(company_id)
        if frame is not None:
            await self._tell(company_id, frame)

    async def _tell(self, company_id: int, frame: dict[str, Any]) -> None:
        text = json.dumps(frame)
        for page in tuple(self._pages.get(company_id, ())):
            await self._safely(page.tell(text))

    async def _discard(self) -> None:
        layer = get_channel_layer()
        while self._left:
            company_id = self._left.pop()
            if company_id in self._pages:
                continue
            try:
                async with asyncio.timeout(_REDIS_TIMEOUT):
                    await layer.group_discard(store.company_group(company_id), self._channel)
            except store.ERRORS as error:
                log.warning("whatsapp.group_failed", action="discard", error=type(error).__name__)

    async def _safely(self, work: Coroutine[Any, Any, None]) -> None:
        """One page that has just gone must not end what is done for the others."""
        try:
            await work
        except Exception as error:  # of the server's kinds, and the database's
            log.warning("whatsapp.page_not_told", error=type(error).__name__)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, OpenPages] = WeakKeyDictionary()


def here() -> OpenPages:
    """Those of the running loop; a web process has one."""
    return _of_loops.setdefault(asyncio.get_running_loop(), OpenPages())
