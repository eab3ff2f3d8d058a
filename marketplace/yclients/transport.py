"""One YCLIENTS call: headers, budget, timeouts, retries of reads, and the way to `answers`."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import stamina
import structlog

from aiadmin.core.http import build_client
from marketplace.yclients import answers, errors
from marketplace.yclients.answers import Reply
from marketplace.yclients.budget import Budget, Lane
from marketplace.yclients.deadline import Deadline

log = structlog.get_logger(__name__)

ACCEPT = "application/vnd.yclients.v2+json"
# Reads are tried again for a few seconds in all; somebody may be waiting for the answer.
_ATTEMPTS = 3
_RETRY_SECONDS = 5.0
# A retry is worth its pause only while this much of a waiting client's time is left.
_RETRY_NEEDS = 1.0
_CONNECT_SECONDS = 5.0
# What `answers` reads of the headers.
_KEPT = ("Retry-After",)

Query = Sequence[tuple[str, str | int]]
# Hears of every call: its lane, "ok" or the error's code, seconds without the wait for the budget.
Told = Callable[[Lane, str, float], None]


class Transport:
    """Holds the tokens and the connection pool of one client."""

    def __init__(
        self,
        *,
        base_url: str,
        partner_token: str,
        user_token: str | None,
        budget: Budget | None,
        lane: Lane,
        timeout: float,
        deadline: Deadline | None,
        transport: httpx.BaseTransport | None,
        told: Told | None,
    ) -> None:
        self._told = told
        self._partner_token = partner_token
        self._user_token = user_token
        self._budget = budget
        self._lane = lane
        self._timeout = timeout
        self._deadline = deadline
        headers = {"Accept": ACCEPT}
        self._http = build_client(
            base_url=base_url.rstrip("/"), timeout=timeout, headers=headers, transport=transport
        )

    def close(self) -> None:
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: dict[str, Any] | None = None,
        as_user: bool = True,
        safe: bool | None = None,
        right: str = "",
        redirect_is_success: bool = False,
    ) -> Reply:
        """Carries out one call and returns its answer, or raises a `YclientsError`.

        `safe` (default: GET) calls change nothing and are retried; writes are sent exactly once.
        `as_user` adds the user token where there is one. With a deadline the place in the budget,
        the call and its retries share what is left of it; OutOfTime: nothing was sent.
        """
        harmless = method == "GET" if safe is None else safe

        def once() -> Reply:
            response = self._send(method, path, query, body, as_user=as_user, safe=harmless)
            return answers.read(
                response, safe=harmless, right=right, redirect_is_success=redirect_is_success
            )

        if not harmless:
            return self._counted(once, method, path, safe=False)
        for attempt in stamina.retry_context(
            on=self._worth_retrying,
            attempts=_ATTEMPTS,
            timeout=_RETRY_SECONDS,
            wait_initial=0.2,
            wait_max=2.0,
            wait_jitter=0.3,
        ):
            with attempt:
                return self._counted(once, method, path, safe=True)
        raise AssertionError("stamina raises the last error itself")

    def _counted(self, once: Callable[[], Reply], method: str, path: str, *, safe: bool) -> Reply:
        """Takes a place in the budget, then calls; a 429 stops all of us for as long as it says."""
        if self._deadline is not None and not self._deadline.for_call(safe=safe):
            raise errors.OutOfTime
        if self._budget is not None:
            self._budget.acquire(self._lane, max_wait=self._max_wait(safe=safe))
        started = time.perf_counter()
        outcome = "ok"
        try:
            return once()
        except errors.YclientsError as error:
            outcome = error.code
            if isinstance(error, errors.RateLimited) and self._budget is not None:
                self._budget.penalize(error.retry_after)
            raise
        finally:
            took = time.perf_counter() - started
            log.debug(
                "yclients.call",
                method=method,
                path=path,
                outcome=outcome,
                took_ms=round(took * 1000),
            )
            if self._told is not None:
                self._told(self._lane, outcome, took)

    def _send(
        self,
        method: str,
        path: str,
        query: Query,
        body: dict[str, Any] | None,
        *,
        as_user: bool,
        safe: bool,
    ) -> httpx.Response:
        timeout = self._timeout_of(safe=safe)
        try:
            with self._http.stream(
                method,
                path,
                params=[(key, str(value)) for key, value in query],
                json=body,
                headers={"Authorization": self._authorization(as_user)},
                timeout=timeout,
            ) as response:
                return self._received(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            # Nothing was sent, so even a write may be tried again.
            raise errors.Retryable("Нет связи с YCLIENTS") from error
        except httpx.UnsupportedProtocol as error:
            raise errors.Permanent("Неверный адрес YCLIENTS") from error
        except httpx.TimeoutException as error:
            raise answers.lost(safe=safe, timed_out=True) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise answers.lost(safe=safe, timed_out=False) from error

    def _received(self, response: httpx.Response) -> httpx.Response:
        """The whole answer. httpx limits only the pause between two pieces of it: one that trickles in
        must not outlast the deadline."""
        pieces = []
        for piece in response.iter_bytes():
            pieces.append(piece)
            if self._deadline is not None and not self._deadline.left:
                raise httpx.ReadTimeout("the answer trickles", request=response.request)
        told = {name: response.headers[name] for name in _KEPT if name in response.headers}
        return httpx.Response(response.status_code, headers=told, content=b"".join(pieces))

    def _max_wait(self, *, safe: bool) -> float | None:
        """How long to queue for the budget; None: as long as the lane says."""
        if self._deadline is None:
            return None
        return min(self._lane.max_wait, self._deadline.for_budget(safe=safe))

    def _timeout_of(self, *, safe: bool) -> httpx.Timeout:
        """The limits of httpx, which counts each phase by itself. OutOfTime: too little is left."""
        if self._deadline is None:
            return httpx.Timeout(self._timeout, connect=min(self._timeout, _CONNECT_SECONDS))
        seconds = min(self._timeout, self._deadline.for_call(safe=safe))
        if seconds <= 0:
            raise errors.OutOfTime
        # Two phases of connecting (TCP, TLS) and the wait for the answer add up to the call's share.
        return httpx.Timeout(seconds * 0.7, connect=seconds * 0.15)

    def _worth_retrying(self, error: Exception) -> bool | float:
        if isinstance(error, errors.OutOfTime):
            return False
        left = self._deadline.left - _RETRY_NEEDS if self._deadline else _RETRY_SECONDS
        if isinstance(error, errors.RateLimited):
            # Longer waits are for the caller to plan; ours must stay within a few seconds.
            short = 0 < error.retry_after <= min(2.0, left)
            return error.retry_after if short and error.http_status else False
        return isinstance(error, errors.Retryable) and left > 0

    def _authorization(self, as_user: bool) -> str:
        if as_user and self._user_token:
            return f"Bearer {self._partner_token}, User {self._user_token}"
        return f"Bearer {self._partner_token}"
