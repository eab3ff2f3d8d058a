"""One YCLIENTS call: headers, budget, timeouts, retries of reads, and the way to `answers`."""

import time
from collections.abc import Sequence
from typing import Any

import httpx
import stamina
import structlog

from aiadmin.core.http import build_client
from marketplace.yclients import answers, errors
from marketplace.yclients.answers import Reply
from marketplace.yclients.budget import Budget, Lane

log = structlog.get_logger(__name__)

ACCEPT = "application/vnd.yclients.v2+json"
# Reads are tried again for a few seconds in all; somebody may be waiting for the answer.
_ATTEMPTS = 3
_RETRY_SECONDS = 5.0

Query = Sequence[tuple[str, str | int]]


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
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._partner_token = partner_token
        self._user_token = user_token
        self._budget = budget
        self._lane = lane
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
        `as_user` adds the user token where there is one.
        """
        harmless = method == "GET" if safe is None else safe

        def once() -> Reply:
            response = self._send(method, path, query, body, as_user=as_user, safe=harmless)
            return answers.read(
                response, safe=harmless, right=right, redirect_is_success=redirect_is_success
            )

        if not harmless:
            return self._counted(once, method, path)
        for attempt in stamina.retry_context(
            on=_worth_retrying,
            attempts=_ATTEMPTS,
            timeout=_RETRY_SECONDS,
            wait_initial=0.2,
            wait_max=2.0,
            wait_jitter=0.3,
        ):
            with attempt:
                return self._counted(once, method, path)
        raise AssertionError("stamina raises the last error itself")

    def _counted(self, once: Any, method: str, path: str) -> Reply:
        """Takes a place in the budget, then calls; a 429 stops all of us for as long as it says."""
        if self._budget is not None:
            self._budget.acquire(self._lane)
        started = time.perf_counter()
        outcome = "ok"
        try:
            reply: Reply = once()
            return reply
        except errors.YclientsError as error:
            outcome = error.code
            if isinstance(error, errors.RateLimited) and self._budget is not None:
                self._budget.penalize(error.retry_after)
            raise
        finally:
            took = round((time.perf_counter() - started) * 1000)
            log.debug("yclients.call", method=method, path=path, outcome=outcome, took_ms=took)

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
        try:
            return self._http.request(
                method,
                path,
                params=[(key, str(value)) for key, value in query],
                json=body,
                headers={"Authorization": self._authorization(as_user)},
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            # Nothing was sent, so even a write may be tried again.
            raise errors.Retryable("Нет связи с YCLIENTS") from error
        except httpx.UnsupportedProtocol as error:
            raise errors.Permanent("Неверный адрес YCLIENTS") from error
        except httpx.TimeoutException as error:
            raise answers.lost(safe=safe, timed_out=True) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise answers.lost(safe=safe, timed_out=False) from error

    def _authorization(self, as_user: bool) -> str:
        if as_user and self._user_token:
            return f"Bearer {self._partner_token}, User {self._user_token}"
        return f"Bearer {self._partner_token}"


def _worth_retrying(error: Exception) -> bool | float:
    if isinstance(error, errors.RateLimited):
        # Longer waits are for the caller to plan; ours must stay within a few seconds.
        return error.retry_after if 0 < error.retry_after <= 2.0 and error.http_status else False
    return isinstance(error, errors.Retryable)
