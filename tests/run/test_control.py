"""Orders of `Stack` to the runner: kill, hold, release, wait."""

import asyncio
import io
import threading
from pathlib import Path

from aiadmin.run.console import Console
from aiadmin.run.control import Control
from aiadmin.run.runner import Runner
from tests.run.conftest import alive, words
from tests.run.family import specs
from tests.waiting import PATIENCE


class Orders:
    """Lines that the test writes one by one, as a pipe gives them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._more = threading.Condition()
        self._ended = False

    def __iter__(self) -> "Orders":
        return self

    def __next__(self) -> str:
        with self._more:
            self._more.wait_for(lambda: self._lines or self._ended)
            if self._lines:
                return self._lines.pop(0)
        raise StopIteration

    def give(self, line: str) -> None:
        with self._more:
            self._lines.append(line)
            self._more.notify()

    def end(self) -> None:
        with self._more:
            self._ended = True
            self._more.notify()


class Answers(io.StringIO):
    """What the control says; wakes who waits for a line."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Event()

    def write(self, text: str) -> int:
        self._more.set()
        return super().write(text)

    async def until(self, line: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while line not in self.getvalue().splitlines():
                self._more.clear()
                await self._more.wait()


async def test_orders_are_carried_out_and_answered(tmp_path: Path) -> None:
    children = specs(tmp_path, [{"name": "web", "kind": "steady"}])
    runner = Runner(children, console=Console(quiet=True), logs=tmp_path / "logs")
    orders, answers = Orders(), Answers()
    control = Control(runner, orders, answers)
    threading.Thread(target=control.listen, daemon=True).start()
    control.begin()
    running = asyncio.create_task(runner.run(lambda: control.say("ready")))
    seen = tmp_path / "pids" / "web"

    await answers.until("ready")
    orders.give("1 kill web 9")
    await answers.until("1 ok")
    assert not alive(int(words(seen)[0]))
    orders.give("2 wait web")
    await answers.until("2 ok")
    assert alive(int(words(seen)[1]))
    orders.give("3 hold web")
    await answers.until("3 ok")
    orders.give("4 kill nobody")
    await answers.until("4 no program nobody")
    assert len(words(seen)) == 2, "held: not started again"
    orders.give("5 release web")
    orders.give("6 wait web")
    await answers.until("6 ok")
    assert alive(int(words(seen)[2]))
    orders.end()

    await running
    assert not alive(int(words(seen)[2]))
