"""Where outward HTTP begins: every call has timeouts, a user agent and no silent redirects."""

import ssl
from collections.abc import Mapping
from functools import cache

import httpx
import urllib3

USER_AGENT = "ai-admin/1.0"
# Connections that a pool keeps: as many as a worker has threads, and some.
_KEPT = 16


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


def build_pool(base_url: str) -> urllib3.HTTPConnectionPool:
    """Connections to one server, kept for the next call: of urllib3, which takes a third of the processor
    time of httpx, for what every answered message needs. The caller names its timeouts, and `retries=False`.
    """
    tls = {"ssl_context": _authorities()} if base_url.startswith("https:") else {}
    return urllib3.connection_from_url(base_url, maxsize=_KEPT, **tls)


@cache
def _authorities() -> ssl.SSLContext:
    """Who is trusted, read once a process: to read it for every client costs more than most calls."""
    return httpx.create_ssl_context(trust_env=False)
