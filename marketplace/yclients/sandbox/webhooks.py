"""Webhooks out: one attempt each, from a background queue an address, unsigned, as YCLIENTS does.

An answer of any kind counts as delivered. What is queued dies with the process, which is also true
to life: receivers must reconcile by polling.
"""

import asyncio
import json
from collections import deque
from typing import Any

import httpx

from marketplace.yclients.sandbox.faults import Faults
from marketplace.yclients.sandbox.model import Salon

_TIMEOUT = 10.0
# A held event goes out after this many seconds when no other event overtakes it.
_HOLD_SECONDS = 2.0
# Settings say `salon` and `master` where events say `company` and `staff`.
_FLAG_OF = {"company": "salon", "staff": "master"}


class Dispatcher:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._http = httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False)
        self._queues: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self._workers: list[asyncio.Task[None]] = []
        self._held: dict[str, dict[str, Any]] = {}
        # The last deliveries, for people and tests: url, salon, event, answer.
        self.ledger: deque[dict[str, Any]] = deque(maxlen=1000)

    def announce(
        self, salon: Salon, resource: str, status: str, data: dict[str, Any], *, own: bool
    ) -> None:
        """Queues one salon event (sheet, 3.2). `own`: caused through the API by the application."""
        body = {
            "company_id": salon.id,
            "resource": resource,
            "resource_id": int(data["id"]),
            "status": status,
            "data": data,
        }
        urls = list(salon.listeners)
        wanted = salon.hook_flags.get(_FLAG_OF.get(resource, resource), 0)
        muted = own and not salon.hook_flags.get("self_sending", 1)
        if salon.hook_active and wanted and not muted:
            urls += salon.hook_urls
        for url in dict.fromkeys(urls):
            self._with_faults(salon.id, url, body)

    def send(self, url: str, body: dict[str, Any]) -> None:
        """Queues one POST as it is (lifecycle events)."""
        if url not in self._queues:
            self._queues[url] = asyncio.Queue()
            self._workers.append(asyncio.get_running_loop().create_task(self._work(url)))
        self._queues[url].put_nowait(body)

    async def close(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._http.aclose()

    def _with_faults(self, salon_id: int, url: str, body: dict[str, Any]) -> None:
        if self._faults.for_webhook(salon_id, "webhook_lost"):
            self._note(url, body, "lost")
            return
        if url not in self._held and self._faults.for_webhook(salon_id, "webhook_reorder"):
            self._held[url] = body
            asyncio.get_running_loop().call_later(_HOLD_SECONDS, self._release, url)
            return
        self.send(url, body)
        self._release(url)
        if self._faults.for_webhook(salon_id, "webhook_duplicate"):
            self.send(url, body)

    def _release(self, url: str) -> None:
        held = self._held.pop(url, None)
        if held is not None:
            self.send(url, held)

    async def _work(self, url: str) -> None:
        queue = self._queues[url]
        while True:
            body = await queue.get()
            payload = json.dumps(body, ensure_ascii=False).encode()
            try:
                answer = await self._http.post(
                    url, content=payload, headers={"Content-Type": "application/json"}
                )
                self._note(url, body, answer.status_code)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                self._note(url, body, type(error).__name__)

    def _note(self, url: str, body: dict[str, Any], answer: int | str) -> None:
        self.ledger.append(
            {
                "url": url,
                "salon_id": body.get("company_id", body.get("salon_id")),
                "resource": body.get("resource", body.get("event")),
                "resource_id": body.get("resource_id"),
                "status": body.get("status"),
                "answer": answer,
            }
        )
