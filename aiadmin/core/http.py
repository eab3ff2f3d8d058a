"""The one httpx factory: every outward HTTP call has timeouts, a user agent and no silent redirects."""

import ssl
from collections.abc import Mapping
from functools import cache

import httpx

USER_AGENT = "ai-admin/1.0"


def build_client(
    *,
    base_url: str,
    timeout: float,
    headers: Mapping[str, str] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """A synchronous client. `timeout` in seconds covers connect, read, write and pool each.

    Redirects are not followed: YCLIENTS answers 301 where it means success.
    """
    return httpx.Client(
        base_url=base_url,
        timeout=httpx.Timeout(timeout, connect=min(timeout, 5.0)),
        headers={"User-Agent": USER_AGENT, **(headers or {})},
        follow_redirects=False,
        transport=transport,
        verify=_authorities(),
        # Proxies of the machine's environment must not see the salons' tokens unasked.
        trust_env=False,
    )


@cache
def _authorities() -> ssl.SSLContext:
    """Who is trusted, read once a process: to read it for every client costs more than most calls."""
    return httpx.create_ssl_context(trust_env=False)
