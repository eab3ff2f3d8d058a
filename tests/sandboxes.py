"""The YCLIENTS stand-in as a process of its own, for tests that need no whole stack."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.waiting import PATIENCE


class YclientsSandbox:
    """A running stand-in. `url` is its base address, `control` talks to its control API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.control = httpx.Client(base_url=f"{url}/control", timeout=PATIENCE)

    def new_salon(self, seed: str = "demo", **options: object) -> dict[str, Any]:
        made: dict[str, Any] = self.post("/salons", seed=seed, **options)
        return made

    def post(self, path: str, **body: object) -> Any:
        answer = self.control.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str, **query: str) -> Any:
        answer = self.control.get(path, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def fault(self, path_regex: str, mode: str, **options: object) -> None:
        self.post("/faults", path_regex=path_regex, mode=mode, **options)

    def heal(self) -> None:
        self.control.delete("/faults")


@contextmanager
def yclients_sandbox(directory: Path, *arguments: str) -> Iterator[YclientsSandbox]:
    """Starts the stand-in on a free port; ends with the `with`."""
    command = [sys.executable, "-m", "marketplace.yclients.sandbox", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--state", str(directory), *arguments],
        stdout=subprocess.PIPE,
        env={**os.environ},
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().split()
        assert line, "the stand-in did not start"
        assert line[0] == "ready", line
        sandbox = YclientsSandbox(line[1])
        yield sandbox
        sandbox.control.close()
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
