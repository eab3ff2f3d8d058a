"""One program of the runner: what to start (Spec) and its present life (Unit)."""

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiadmin.run import spawn
from aiadmin.run.console import Console, Lines, Log
from aiadmin.run.paths import Account


@dataclass(frozen=True)
class Spec:
    """How to start a program and when it counts as up.

    Up means: it printed a line that begins with `ready` (`announces`), `answers()` became true, a
    one-shot ended with 0, or, with none of these, it was started.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    needs: tuple[str, ...] = ()
    announces: bool = False
    answers: Callable[[], bool] | None = None  # called in a thread, several times a second
    one_shot: bool = False
    prepare: Callable[[], None] | None = None  # called in a thread before every start
    # Seconds; what takes longer hangs. A starved machine migrates for over a minute.
    ready_within: float = 300.0
    stop_signal: signal.Signals = signal.SIGTERM
    on_death: signal.Signals = signal.SIGKILL  # what it gets when the runner is killed
    account: Account | None = None
    unshown: tuple[str, ...] = ()  # lines with these words go to the log file only


class Unit:
    """The running side of a Spec. All methods belong to the event loop's thread."""

    def __init__(self, spec: Spec, console: Console, logs: Path) -> None:
        self.spec = spec
        self.up = asyncio.Event()
        self.wanted = asyncio.Event()
        self.wanted.set()
        self.ever_up = False
        self.ended_by_us = False
        self.log = Log(logs / f"{spec.name}.log")
        self.tail: deque[str] = deque(maxlen=20)
        self._console = console
        self._announced = asyncio.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self.exited: asyncio.Future[int] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, reaper: spawn.Reaper) -> None:
        """Starts the program; `exited` gets its code (negative: the signal that ended it)."""
        loop = asyncio.get_running_loop()
        self._announced.clear()
        self.tail.clear()
        self.ended_by_us = False
        readable, writable = os.pipe()
        try:
            process = spawn.start(
                self.spec.argv,
                env=self.spec.env,
                cwd=self.spec.cwd,
                output=writable,
                account=self.spec.account,
                on_death=self.spec.on_death,
            )
        except BaseException:
            os.close(readable)
            raise
        finally:
            os.close(writable)
        reaper.guard(process.pid, self.spec.on_death)
        self._process, self.exited = process, loop.create_future()
        silent = asyncio.Event()
        os.set_blocking(readable, False)
        loop.add_reader(readable, self._read, readable, Lines(), silent)

        def wait() -> None:
            code = process.wait()
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody asks any more
                asyncio.run_coroutine_threadsafe(self._gone(process, code, reaper, silent), loop)

        threading.Thread(target=wait, name=f"wait-{self.spec.name}", daemon=True).start()

    async def ready(self) -> None:
        """Returns when the program counts as up; the caller watches for its death."""
        if self.spec.one_shot:
            await asyncio.shield(self._exit())
        elif self.spec.announces:
            await self._announced.wait()
        elif self.spec.answers:
            # A server tells nobody that it is up: it can only be asked.
            while not await asyncio.to_thread(self.spec.answers):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    def send(self, sent: signal.Signals) -> None:
        """To the program itself, not to its children: those it ends in its own way."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(sent)

    async def kill(self, sent: signal.Signals = signal.SIGKILL) -> None:
        """Ends the program and all its children at once, and waits until it is gone."""
        if self._process and self.exited and not self.exited.done():
            self.ended_by_us = True
            self.up.clear()
            spawn.signal_group(self._process.pid, sent)
            await asyncio.shield(self.exited)

    def _exit(self) -> "asyncio.Future[int]":
        if self.exited is None:
            raise RuntimeError(f"{self.spec.name} was not started")
        return self.exited

    async def _gone(
        self,
        process: subprocess.Popen[bytes],
        code: int,
        reaper: spawn.Reaper,
        silent: asyncio.Event,
    ) -> None:
        # Children that a killed program left (Celery's beat) would also hold our pipe open.
        spawn.signal_group(process.pid, signal.SIGKILL)
        reaper.forget(process.pid)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(silent.wait(), timeout=0.5)  # its last words
        self._process = None
        if not self.spec.one_shot:
            self.up.clear()
        if self.exited and not self.exited.done():
            self.exited.set_result(code)

    def _read(self, readable: int, lines: Lines, silent: asyncio.Event) -> None:
        try:
            chunk = os.read(readable, 65536)
        except BlockingIOError:
            return
        for line in lines.feed(chunk) if chunk else lines.end():
            self._hear(line)
        if not chunk:
            asyncio.get_running_loop().remove_reader(readable)
            os.close(readable)
            silent.set()

    def _hear(self, line: bytes) -> None:
        text = line.decode(errors="replace")
        if text.startswith("ready"):
            self._announced.set()
        if text.strip():
            self.tail.append(text)
        self.log.write(line)
        if not any(word in text for word in self.spec.unshown):
            self._console.show(self.spec.name, text)
