"""Loopback ports: chosen once, kept while they are free."""

import random
import socket
from collections.abc import Collection

# Below the range the kernel gives to outgoing connections, so that a kept port is rarely in use.
_RANGE = range(20000, 32000)


def is_free(port: int) -> bool:
    """True when a server could listen on 127.0.0.1:port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def choose(preferred: Collection[int] = (), *, taken: Collection[int] = ()) -> int:
    """The first preferred port that is free, else any free one; never one of `taken`."""
    for port in preferred:
        if port not in taken and is_free(port):
            return port
    while True:
        port = random.choice(_RANGE)
        if port not in taken and is_free(port):
            return port
