"""The processes of docker/compose.yml on this machine: nginx with TLS, web ×2, worker, beat, bridge ×2.

In production neither a phone nor YCLIENTS can be played (sandboxes are refused there), so that set is tried
up to the page; the same set in `development` goes on to the scan, the answer and the upgrade.
"""

import json
import os
import shutil
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets import Subprotocol
from websockets.sync.client import connect

from aiadmin.run.stack import Stack
from tests.stack import Product
from tests.waiting import PATIENCE, wait_for

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
REQUIRED = os.environ.get("REQUIRE_NGINX", "") not in ("", "0")
if not (NGINX and os.geteuid() == 0) and not REQUIRED:
    pytest.skip(
        "the production set: install nginx (Debian: apt install nginx-light), run as root",
        allow_module_level=True,
    )

pytestmark = pytest.mark.flow
PROGRAMS = ("worker", "beat", "web-1", "web-2", "bridge-1", "bridge-2")


@contextmanager
def fleet(folder: Path, *flags: str) -> Iterator[Stack]:
    with Stack.start(folder, command=("fleet", *flags)) as running:
        yield running


def trusting(stack: Stack) -> ssl.SSLContext:
    """TLS that believes this set's own certificate and no other.

    Up to 1.2: `websockets` reads and writes from two threads, which OpenSSL does not bear while the tickets
    of 1.3 arrive. One connection in some thousands was cut off or hung then.
    """
    context = ssl.create_default_context(cafile=str(stack.directory / "nginx" / "fullchain.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def test_production_starts_whole_behind_tls(tmp_path: Path) -> None:
    with fleet(tmp_path, "--production") as stack:
        web, tls, env = stack.state["web"], trusting(stack), stack.env
        with httpx.Client(base_url=web, verify=tls, timeout=PATIENCE) as outside:
            ready = wait_for(
                "the sweep",
                lambda: (
                    found.json()
                    if (found := outside.get("/readyz")).json()["status"] == "ok"
                    else None
                ),
            )
            made = outside.post(
                "/marketplace/register",
                json={"salon_id": 999999},
                headers={"X-API-Key": env["ADMIN_API_KEY"]},
            ).json()
            page = outside.get(made["connect_url"], headers={"Accept": "text/html"})
            style = outside.get("/static/css/connect.css")
            refused = {
                path: outside.get(path).status_code
                for path in ("/demo/", "/metrics", "/internal/bridge/ring")
            }
            closed = outside.post("/marketplace/register", json={"salon_id": 999999})
        clear = httpx.get(f"{stack.state['http']}/marketplace/test", timeout=PATIENCE)
        token = made["connect_url"].split("token=")[1].split("&")[0]
        with connect(
            web.replace("https", "wss") + "/marketplace",
            ssl=tls,
            subprotocols=[Subprotocol("aiadmin.v1"), Subprotocol(f"bearer.{token}")],
            additional_headers={"Origin": web},
            open_timeout=PATIENCE,
        ) as socket:
            frame = json.loads(socket.recv(timeout=PATIENCE))
        figures = httpx.get(
            f"http://127.0.0.1:{stack.state['ports']['web-2']}/metrics",
            headers={"Authorization": f"Bearer {env['METRICS_TOKEN']}"},
            timeout=PATIENCE,
        ).text
        log = stack.log("nginx")

    assert env["DJANGO_ENV"] == "production"
    assert ready["parts"] == dict.fromkeys(
        ("postgresql", "migrations", "writes", "redis", "worker", "bridge"), True
    )
    assert (page.status_code, style.status_code) == (200, 200)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert refused == dict.fromkeys(refused, 404)
    assert closed.status_code == 401
    # This machine's own health checks may come in clear; tls.conf sends everybody else away.
    assert clear.status_code == 200
    assert (frame["type"], frame["company_id"]) == ("status", made["company_id"])
    assert 'aiadmin_companies{status="pending"} 1.0' in figures
    assert "aiadmin_bridges_live 2.0" in figures
    assert token not in log


class Visitor:
    """Asks through nginx without a pause, and counts what it is answered."""

    def __init__(self, stack: Stack) -> None:
        self.seen: Counter[int] = Counter()
        self._over = threading.Event()
        self._client = httpx.Client(
            base_url=stack.state["web"], verify=trusting(stack), timeout=PATIENCE
        )
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        # The front's own limit is 20 a second.
        while not self._over.wait(0.1):
            self.seen[self._client.get("/healthz").status_code] += 1

    def leave(self) -> Counter[int]:
        self._over.set()
        self._thread.join()
        self._client.close()
        return self.seen


def test_an_upgrade_interrupts_nobody_and_asks_for_no_new_code(tmp_path: Path) -> None:
    with fleet(tmp_path) as stack:
        product = Product(stack, trusting(stack))
        salon = product.new_salon("small").ready()
        client = salon.client()
        before = client.ask("Сколько стоит мужская стрижка?")
        qr = product.rows("SELECT count(*) AS n FROM bridge.events WHERE kind = 'qr'")
        visitor = Visitor(stack)

        # As docker/upgrade.sh does: one after another, the next when the last is up.
        for program in PROGRAMS:
            stack.kill(program, 15)
            stack.wait_ready(program)
        during = visitor.leave()

        wait_for(
            "the session",
            lambda: (
                product.rows("SELECT state FROM whatsapp_sessions")[0]["state"] == "connected"
                or None
            ),
        )
        after = client.ask("Сколько стоит мужская стрижка?")
        again = product.rows("SELECT count(*) AS n FROM bridge.events WHERE kind = 'qr'")
        product.close()

    assert "₽" in after
    assert after in before, "the first answer also greets"
    assert qr == again
    assert set(during) == {200}
    assert during[200] > 20
