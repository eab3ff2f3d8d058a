"""The other end of `Stack`: orders on stdin (`ID ORDER NAME [SIGNAL]`), answers on stdout (`ID ok`)."""

import asyncio
import signal
import threading
from collections.abc import Iterable
from typing import TextIO

from aiadmin.run.runner import Runner


class Control:
    """Reads orders in a thread, carries them out in the runner's event loop."""

    def __init__(self, runner: Runner, orders: Iterable[str], answers: TextIO) -> None:
        self._runner = runner
        self._orders = orders
        self._answers = answers
        self._loop: asyncio.AbstractEventLoop | None = None
        self._begun = threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Called in the event loop before the runner starts."""
        self._loop = asyncio.get_running_loop()
        self._begun.set()

    def listen(self) -> None:
        """Until stdin ends, which ends the runner: our parent is gone or done."""
        self._begun.wait()
        assert self._loop is not None  # noqa: S101
        for line in self._orders:
            self._loop.call_soon_threadsafe(self._accept, line.split())
        self._loop.call_soon_threadsafe(self._runner.stop)

    def say(self, line: str) -> None:
        try:
            print(line, file=self._answers, flush=True)
        except (BrokenPipeError, ValueError):
            self._runner.stop()

    def _accept(self, words: list[str]) -> None:
        task = asyncio.create_task(self._obey(words))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _obey(self, words: list[str]) -> None:
        number, order, name, *more = words
        unit = self._runner.units.get(name)
        if unit is None:
            self.say(f"{number} no program {name}")
            return
        if order == "kill":
            await unit.kill(signal.Signals(int(more[0])) if more else signal.SIGKILL)
        elif order == "hold":
            unit.wanted.clear()
            await unit.kill()
        elif order == "release":
            unit.wanted.set()
        elif order == "wait":
            await unit.up.wait()
        self.say(f"{number} ok")
