"""`python -m aiadmin.ready`: asks this machine's web process whether it is ready, for health checks.

Under the public name, for others may be refused. Standard library alone: it runs every few seconds.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main() -> int:
    """0: ready."""
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).netloc or "127.0.0.1"
    web = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 3000), timeout=4)
    try:
        web.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        status = web.getresponse().status
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        web.close()
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
