"""Runs the stand-in: `python -m marketplace.yclients.sandbox --port P --state DIR`.

Prints one line `ready http://127.0.0.1:PORT` when it serves; everything else goes to stderr.
"""

import argparse
import logging
import os
import socket
import sys
from pathlib import Path

import uvicorn

from marketplace.yclients.sandbox import seeds
from marketplace.yclients.sandbox.app import build_app
from marketplace.yclients.sandbox.journal import StateInUse
from marketplace.yclients.sandbox.model import Salon
from marketplace.yclients.sandbox.world import World

_HOST = "127.0.0.1"
_GRACE_SECONDS = 2
# Longer than any client keeps a connection: it is the client that closes, never in mid-request.
_KEEP_ALIVE_SECONDS = 75


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            print(f"ready http://{_HOST}:{sockets[0].getsockname()[1]}", flush=True)


def main() -> int:
    options = _options()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(message)s")
    clock_file = options.clock_file or os.environ.get("CLOCK_OFFSET_FILE")
    # Named TCP: asyncio switches Nagle off only then, and each answer would wait 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, options.port))
    except OSError as error:
        print(
            f"Port {options.port} is not free: {error.strerror}. Choose another --port.",
            file=sys.stderr,
        )
        return 1
    try:
        world = World.open(
            Path(options.state),
            clock_file=Path(clock_file) if clock_file else None,
            limits=options.limits,
            strict=options.strict,
        )
    except StateInUse:
        print(
            f"Another YCLIENTS sandbox works in {options.state}. Stop it or choose another "
            "--state.",
            file=sys.stderr,
        )
        return 1
    _seed(world, options.seed)
    config = uvicorn.Config(
        build_app(world),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        # The cut of a fault needs the server's own `send`, unwrapped.
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    # No farewell to the state: it is whole after every answer, and kill -9 gives none either.
    _Server(config).run(sockets=[listener])
    return 0


def _seed(world: World, seed: str) -> None:
    known = world.store.get(Salon, seeds.DEMO_SALON_ID)
    seeds.make_demo(world, seed)
    if seed == "large" and known is None:
        salon = world.store.get(Salon, seeds.DEMO_SALON_ID)
        if salon is not None:
            seeds.fill_large(world, salon, clients=10_000, records=30_000)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="yclients-sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--state", required=True, help="directory of the state, kept over restarts")
    parser.add_argument("--seed", choices=["demo", "small", "large"], default="demo")
    parser.add_argument("--clock-file", default="", help="seconds added to real time")
    parser.add_argument("--limits", action="store_true", help="enforce 5/s and 200/min")
    parser.add_argument("--strict", action="store_true", help="refuse calls without v2 Accept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
