"""The one httpx factory: every outward HTTP call has timeouts, a user agent and no silent redirects."""

from collections.abc import Mapping

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
        # Proxies of the machine's environment must not see the salons' tokens unasked.
        trust_env=False,
    )
