"""A pytest plugin that runs one more program (the bridge's own tests) beside pytest.

AIADMIN_BESIDE names it as JSON: {"command": [...], "cwd": "...", "path": "..."}. Its output is kept and
printed before pytest's closing lines, and its failure is the run's. It ends with pytest, however that ends.
"""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import IO

import pytest

from aiadmin.run.spawn import Reaper, signal_group, start

VARIABLE = "AIADMIN_BESIDE"


class Beside:
    """The program while pytest runs."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: IO[bytes]) -> None:
        self._process = process
        self._output = output

    # After the coroutine tests' loops and every fixture are gone, before the terminal says its last.
    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        # A fault while tests are collected ends the run at once, as Ctrl-C does.
        if session.exitstatus == pytest.ExitCode.INTERRUPTED:
            return
        code = self._process.wait()
        self._output.seek(0)
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.section(f"beside pytest, exit code {code}")
            reporter.write(self._output.read().decode("utf-8", errors="replace"))
        if code != 0 and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def end(self) -> None:
        signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Starts it before anything is collected."""
    wanted = json.loads(os.environ[VARIABLE])
    env = {**os.environ, "PATH": wanted["path"]}
    with Reaper() as reaper, tempfile.TemporaryFile() as output:
        process = start(wanted["command"], env=env, cwd=Path(wanted["cwd"]), output=output)
        # Its children too, should we be killed.
        reaper.guard(process.pid)
        beside = Beside(process, output)
        config.pluginmanager.register(beside)
        try:
            return (yield)
        finally:
            beside.end()
            reaper.forget(process.pid)
