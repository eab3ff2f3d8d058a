"""Thousands of idle connect pages on one web process beside `ws`: memory a page, and how fast news comes.

    python -m tests.bench.bench_pages [--pages 5000] [--companies 1000] [--news 400]

Pages come from addresses 127.0.x.y, five each, so that the limit on connects stays on. News goes out of
another process, to one company after another; the time is from before it is sent until a page has it.
"""

import argparse
import asyncio
import base64
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiadmin.run.paths import ROOT
from tests.bench import place, report, web_servers
from tests.bench.report import Row
from tests.bench.web_servers import Server

# The connect limit counts per address and minute.
_PER_ADDRESS = 5
_AT_ONCE = 50
_PATIENCE = 120.0
# Frames of a WebSocket (RFC 6455). A client's are masked; ours by zeros.
_TEXT, _PING, _PONG = 1, 9, 10


@dataclass(frozen=True)
class Found:
    kb_a_page: float
    p50_ms: float
    p99_ms: float


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--news", type=int, default=400)
    options = parser.parse_args(arguments)
    web_servers.install_peer()
    with (
        tempfile.TemporaryDirectory(prefix="aiadmin-bench-") as folder,
        place.migrated() as env,
    ):
        place.run(env, "web_rows", options.companies, folder)
        targets = json.loads((Path(folder) / "pages.json").read_text(encoding="utf-8"))
        found = {}
        for start in (web_servers.ours, web_servers.peer):
            with start(env) as server:
                found[server.name] = asyncio.run(_measure(server, targets, env, options))
    ours, peer = found["ours"], found["peer"]
    memory = ours.kb_a_page / peer.kb_a_page
    report.publish(
        "pages",
        "Idle connect pages",
        f"{options.pages:,} pages open on one web process beside `ws`, five an address, the limit on "
        f"connects on; {options.news} pieces of news from another process, one at a time.",
        [
            Row(
                "memory of a page",
                f"{ours.kb_a_page:.1f} kB",
                f"{peer.kb_a_page:.1f} kB",
                memory,
                "≤ 4 ×",
                memory <= 4,
            ),
            Row(
                "news p50",
                f"{ours.p50_ms:.1f} ms",
                f"{peer.p50_ms:.1f} ms",
                ours.p50_ms / peer.p50_ms,
            ),
            Row(
                "news p99",
                f"{ours.p99_ms:.1f} ms",
                f"{peer.p99_ms:.1f} ms",
                ours.p99_ms / peer.p99_ms,
                "≤ 20 ms",
                ours.p99_ms <= 20,
            ),
        ],
    )
    return 0


async def _measure(
    server: Server, targets: list[dict[str, Any]], env: dict[str, str], options: argparse.Namespace
) -> Found:
    # The first page loads what a process loads once.
    warm = await _open(server, targets[0], 60_000)
    before = server.memory_kb()
    gate = asyncio.Semaphore(_AT_ONCE)
    heard: list[float] = []
    readers: list[asyncio.Task[None]] = []

    async def one(number: int) -> "_Page":
        async with gate:
            page = await _open(server, targets[number % len(targets)], number)
        readers.append(asyncio.create_task(_listen(page, heard)))
        return page

    pages = await asyncio.gather(*(one(number) for number in range(options.pages)))
    after = server.memory_kb()
    send = [sys.executable, "-m", "tests.bench.pages_news", server.name, str(options.news)]
    ids = ",".join(str(target["company"]) for target in targets[: options.news])
    process = await asyncio.create_subprocess_exec(*send, ids, env=env, cwd=ROOT)
    await asyncio.wait_for(process.wait(), _PATIENCE)
    await asyncio.sleep(1)
    closed = [reader for reader in readers if reader.done()]
    for reader in readers:
        reader.cancel()
    for page in [warm, *pages]:
        page.writer.close()
    if closed:
        raise RuntimeError(
            f"{server.name}: {len(closed)} pages were closed: {closed[0].exception()}"
        )
    if len(heard) < options.news:
        raise RuntimeError(f"{server.name}: {len(heard)} of {options.news} news were heard")
    marks = statistics.quantiles(heard, n=100)
    return Found((after - before) / options.pages, statistics.median(heard), marks[98])


@dataclass(frozen=True)
class _Page:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def frame(self) -> dict[str, Any]:
        """The next text frame of the server; such frames are not masked, and ours are short."""
        head = await self.reader.readexactly(2)
        size = head[1] & 127
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2))
        elif size == 127:
            size = int.from_bytes(await self.reader.readexactly(8))
        body = await self.reader.readexactly(size)
        kind = head[0] & 15
        if kind == _PING:
            # As a browser does: a page that is silent for half a minute is taken for gone.
            self.writer.write(bytes([128 | _PONG, 128 | size, *bytes(4)]) + body)
        found: dict[str, Any] = json.loads(body) if kind == _TEXT else {}
        return found


async def _open(server: Server, target: dict[str, Any], number: int) -> _Page:
    """A page from an address of its own, open and with its first frame."""
    host, port = urlsplit(server.base).hostname, urlsplit(server.base).port
    place = number // _PER_ADDRESS
    local = (f"127.0.{1 + place // 250}.{1 + place % 250}", 0)
    reader, writer = await asyncio.open_connection(host, port, local_addr=local)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        (
            f"GET /marketplace?company={target['company']} HTTP/1.1\r\nHost: {host}:{port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nAuthorization: Bearer {target['token']}\r\n\r\n"
        ).encode()
    )
    status = await reader.readline()
    if b" 101 " not in status:
        raise RuntimeError(f"{server.name}: {status!r}")
    while await reader.readline() not in (b"\r\n", b""):
        pass
    page = _Page(reader, writer)
    first = await asyncio.wait_for(page.frame(), _PATIENCE)
    if first.get("type") != "status":
        raise RuntimeError(f"{server.name}: {first}")
    return page


async def _listen(page: _Page, heard: list[float]) -> None:
    while True:
        frame = await page.frame()
        if "sent" in frame:
            heard.append((time.time() - frame["sent"]) * 1000)


if __name__ == "__main__":
    sys.exit(main())
