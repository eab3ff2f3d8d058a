"""A pytest plugin that runs further programs (the bridge's own tests, another half of ours) beside pytest.

AIADMIN_BESIDE names them as JSON: [{"name", "command": [...], "cwd", "path", "without": [variables]}]. Their
output is kept and printed before pytest's closing lines, and a failure of theirs is the run's. They end
with pytest, however that ends.
"""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from aiadmin.run.spawn import Reaper, signal_group, start

VARIABLE = "AIADMIN_BESIDE"


@dataclass(frozen=True)
class Program:
    name: str
    process: "subprocess.Popen[bytes]"
    output: IO[bytes]

    def told(self) -> tuple[int, str]:
        """Its exit code and all it said, once it has ended."""
        code = self.process.wait()
        self.output.seek(0)
        return code, self.output.read().decode("utf-8", errors="replace")

    def end(self) -> None:
        signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Beside:
    """The programs while pytest runs."""

    def __init__(self, programs: list[Program]) -> None:
        self._programs = programs

    # After the coroutine tests' loops and every fixture are gone, before the terminal says its last.
    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        # A fault while tests are collected ends the run at once, as Ctrl-C does.
        if session.exitstatus == pytest.ExitCode.INTERRUPTED:
            return
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        for program in self._programs:
            code, text = program.told()
            if reporter is not None:
                reporter.ensure_newline()
                reporter.section(f"{program.name} beside pytest, exit code {code}")
                reporter.write(text)
            if code != 0 and session.exitstatus in (
                pytest.ExitCode.OK,
                pytest.ExitCode.NO_TESTS_COLLECTED,
            ):
                session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Starts them before anything is collected."""
    with ExitStack() as stack:
        reaper = stack.enter_context(Reaper())
        programs = [_begin(item, stack, reaper) for item in json.loads(os.environ[VARIABLE])]
        config.pluginmanager.register(Beside(programs))
        return (yield)


def _begin(wanted: dict[str, Any], stack: ExitStack, reaper: Reaper) -> Program:
    left_out = {VARIABLE, *wanted["without"]}
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    output = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  (the stack closes it)
    process = start(
        wanted["command"],
        env={**env, "PATH": wanted["path"]},
        cwd=Path(wanted["cwd"]),
        output=output,
    )
    # Its children too, should we be killed.
    reaper.guard(process.pid)
    program = Program(wanted["name"], process, output)
    stack.callback(reaper.forget, process.pid)
    stack.callback(program.end)
    return program
