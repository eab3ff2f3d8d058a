"""Runs programs together: in the order of their needs, restarted when they die, stopped together."""

import asyncio
import signal
import time
import traceback
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from aiadmin.run.console import Console
from aiadmin.run.errors import RunError
from aiadmin.run.spawn import Reaper, signal_group
from aiadmin.run.unit import Spec, Unit

GRACE = 8.0  # seconds between the stop signal and SIGKILL
# A program that dies within so many seconds of being up died quickly; so many in a row end everything.
QUICK = 5.0
QUICK_DEATHS = 5


class Runner:
    """`await run(...)` once; `stop()` from a signal handler or another task ends it."""

    def __init__(
        self,
        specs: Sequence[Spec],
        *,
        console: Console,
        logs: Path,
        changed: Callable[[dict[str, int]], None] = lambda _: None,
        leftovers: Sequence[Path] = (),
    ) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        console.expect([spec.name for spec in specs])
        self.units = {spec.name: Unit(spec, console, logs) for spec in specs}
        self._console = console
        self._changed = changed
        self._leftovers = leftovers  # directories that go with us, kill -9 included
        self._finish = asyncio.Event()
        self._hurry = asyncio.Event()
        self._failure: str | None = None

    def stop(self) -> None:
        """Stops everything in reverse order; called again, without grace."""
        if self._finish.is_set():
            self._hurry.set()
        self._finish.set()

    async def run(self, when_up: Callable[[], None]) -> None:
        """Returns after stop(). Raises RunError, with everything stopped, when a program fails."""
        loop = asyncio.get_running_loop()
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(sent, self.stop)
        with Reaper() as reaper:
            for directory in self._leftovers:
                reaper.remove(directory)
            tasks = [
                asyncio.create_task(self._guarded(self._keep(unit, reaper)))
                for unit in self.units.values()
            ]
            tasks.append(asyncio.create_task(self._guarded(self._announce(when_up))))
            await self._finish.wait()
            self._console.tell("Stopping …")
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._stop_all()
        for unit in self.units.values():
            unit.log.close()
        if self._failure:
            raise RunError(self._failure)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except RunError as error:
            self._failure = self._failure or str(error)
            self._finish.set()
        except Exception as error:
            traceback.print_exc()
            self._failure = self._failure or f"The runner failed: {error!r}"
            self._finish.set()

    async def _announce(self, when_up: Callable[[], None]) -> None:
        await asyncio.gather(*(unit.up.wait() for unit in self.units.values()))
        when_up()

    async def _keep(self, unit: Unit, reaper: Reaper) -> None:
        """Starts a program when what it needs is up, and again whenever it dies."""
        spec = unit.spec
        await asyncio.gather(*(self.units[need].up.wait() for need in spec.needs))
        quick = 0
        while True:
            await unit.wanted.wait()
            up_for = await self._live_once(unit, reaper)
            self._report()
            if spec.one_shot:
                return
            if unit.ended_by_us:
                continue
            quick = quick + 1 if up_for < QUICK else 1
            if quick >= QUICK_DEATHS:
                raise RunError(f"{spec.name} died {quick} times in a row: see {unit.log.path}")
            self._console.show(spec.name, "died; starting it again")
            await asyncio.sleep(0.1 * 2**quick)

    async def _live_once(self, unit: Unit, reaper: Reaper) -> float:
        """One life of a program, from start to death; returns for how many seconds it was up."""
        spec = unit.spec
        if spec.prepare:
            await asyncio.to_thread(spec.prepare)
        began = time.monotonic()
        try:
            unit.start(reaper)
        except OSError as error:
            raise RunError(f"{spec.name} cannot be started: {error}") from error
        exited = unit.exited
        assert exited is not None  # noqa: S101
        self._report()
        ready = asyncio.create_task(unit.ready())
        try:
            await _first(exited, ready, timeout=spec.ready_within)
            if exited.done():
                self._judge_early_end(unit, exited.result())
                return 0.0
            if not ready.done():
                await self._judge_late(unit)
                return 0.0
            ready.result()
            unit.up.set()
            unit.ever_up = True
            self._console.show(spec.name, f"up after {time.monotonic() - began:.1f} s")
            up_since = time.monotonic()
            await asyncio.shield(exited)
            return time.monotonic() - up_since
        finally:
            ready.cancel()

    def _judge_early_end(self, unit: Unit, code: int) -> None:
        """It ended before it was up: right for a one-shot, and forgiven to one that was up before."""
        if unit.spec.one_shot and code == 0:
            unit.up.set()
        elif not unit.ever_up and not unit.ended_by_us:
            last = f" Its last words: {unit.tail[-1]}" if unit.tail else ""
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise RunError(f"{unit.spec.name} did not start ({how}): see {unit.log.path}.{last}")

    async def _judge_late(self, unit: Unit) -> None:
        await unit.kill()
        unit.ended_by_us = False
        if not unit.ever_up:
            raise RunError(
                f"{unit.spec.name} was not ready after {unit.spec.ready_within:.0f} s: "
                f"see {unit.log.path}"
            )

    def _report(self) -> None:
        self._changed({name: unit.pid for name, unit in self.units.items() if unit.pid})

    async def _stop_all(self) -> None:
        stopped = {name: asyncio.Event() for name in self.units}

        async def stop_one(name: str, unit: Unit) -> None:
            users = [other for other, user in self.units.items() if name in user.spec.needs]
            await asyncio.gather(*(stopped[user].wait() for user in users))
            await self._end(unit)
            stopped[name].set()

        await asyncio.gather(*(stop_one(name, unit) for name, unit in self.units.items()))
        self._report()

    async def _end(self, unit: Unit) -> None:
        exited = unit.exited
        if exited is None or exited.done():
            return
        unit.ended_by_us = True
        unit.send(unit.spec.stop_signal)
        hurry = asyncio.create_task(self._hurry.wait())
        await _first(exited, hurry, timeout=GRACE)
        hurry.cancel()
        if not exited.done() and unit.pid:
            signal_group(unit.pid, signal.SIGKILL)
            await exited


async def _first(*awaited: "asyncio.Future[Any]", timeout: float) -> None:  # noqa: ASYNC109
    """Returns when one of them is done or the seconds are over; cancels nothing."""
    await asyncio.wait(awaited, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
