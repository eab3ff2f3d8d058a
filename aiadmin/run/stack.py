"""The whole running system for tests: the demo's programs on a directory of their own."""

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from types import TracebackType
from typing import Any

from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT
from aiadmin.run.spawn import dying_with_parent

# Our own throw-away servers, which `make test` names to pytest: a stack starts its own instead.
MARK = "AIADMIN_EPHEMERAL"
_SERVERS = ("DATABASE_URL", "BRIDGE_DATABASE_URL", "REDIS_URL", "REDIS_PASSWORD")


class Stack:
    """`with Stack.start(tmp_path) as stack:`; ends with its parent, kill -9 included."""

    @classmethod
    def start(
        cls,
        directory: Path,
        *,
        env: Mapping[str, str] | None = None,
        keep: bool = False,
        timeout: float = 400.0,
        command: Sequence[str] = ("stack",),
    ) -> "Stack":
        """Returns when every program is up; `env` is added to what they inherit.

        Call it in the main thread. Uses DATABASE_URL and REDIS_URL where a person set them. With
        `keep` a second start on the same directory finds its data. Raises RunError with the
        runner's sentence.
        """
        return cls(directory, env or {}, timeout, [*command, *(["--keep"] if keep else [])])

    def __init__(
        self, directory: Path, env: Mapping[str, str], timeout: float, command: Sequence[str]
    ) -> None:
        self.directory = directory
        self._numbers = itertools.count(1)
        self._answers: dict[int, Future[None]] = {}
        self._ready: Future[None] = Future()
        self._sentence = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "aiadmin.run", *command, "--dir", str(directory)],
            cwd=ROOT,
            env=_inherited() | dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )
        threading.Thread(target=self._listen, name="stack", daemon=True).start()
        try:
            self._ready.result(timeout)
        except FutureTimeoutError as error:
            self.stop()
            raise RunError(f"The stack was not up after {timeout:.0f} s.") from error

    @property
    def state(self) -> dict[str, Any]:
        """state.json as it is now; `pids` changes when a program is restarted."""
        state: dict[str, Any] = json.loads((self.directory / "state.json").read_text("utf-8"))
        return state

    @property
    def env(self) -> dict[str, str]:
        """What the application's programs get beyond the inherited environment."""
        env: dict[str, str] = json.loads((self.directory / "env.json").read_text("utf-8"))
        return env

    @property
    def pid(self) -> int:
        """Of the runner."""
        return self._process.pid

    def log(self, name: str) -> str:
        """A program's output so far."""
        path = self.directory / "logs" / f"{name}.log"
        return path.read_text("utf-8", errors="replace") if path.exists() else ""

    def kill(self, name: str, sent: int = signal.SIGKILL, *, timeout: float = 90) -> None:
        """Ends a program with its children; returns when it is gone. The runner starts it again."""
        self._order(f"kill {name} {int(sent)}", timeout)

    def hold(self, name: str, *, timeout: float = 90) -> None:
        """Kills a program and leaves it down until `release`."""
        self._order(f"hold {name}", timeout)

    def release(self, name: str, *, timeout: float = 90) -> None:
        self._order(f"release {name}", timeout)

    def wait_ready(self, name: str, *, timeout: float = 300) -> None:
        """Returns when the program is up; raises RunError after `timeout` seconds."""
        self._order(f"wait {name}", timeout)

    def stop(self) -> None:
        """Stops all programs in order; safe to call twice."""
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> "Stack":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _order(self, order: str, timeout: float) -> None:
        number = next(self._numbers)
        answer = self._answers[number] = Future()
        if self._process.stdin is None or self._process.poll() is not None:
            raise RunError(self._sentence or "The stack has ended.")
        self._process.stdin.write(f"{number} {order}\n")
        self._process.stdin.flush()
        try:
            answer.result(timeout)
        except FutureTimeoutError as error:
            raise RunError(f"{order}: no answer after {timeout:.0f} s.") from error

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            first, _, rest = line.strip().partition(" ")
            if first == "ready" and not self._ready.done():
                self._ready.set_result(None)
            elif first.isdigit() and (answer := self._answers.pop(int(first), None)):
                if rest == "ok":
                    answer.set_result(None)
                else:
                    answer.set_exception(RunError(rest))
            elif line.strip():
                self._sentence = line.strip()
        ended = RunError(self._sentence or "The stack has ended.")
        for waiting in [self._ready, *self._answers.values()]:
            if not waiting.done():
                waiting.set_exception(ended)


def _inherited() -> dict[str, str]:
    env = dict(os.environ)
    if env.pop(MARK, ""):
        for name in _SERVERS:
            env.pop(name, None)
    return env
