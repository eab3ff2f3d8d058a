"""Helpers of the launcher's and runner's tests: who is alive, waiting, a throw-away home."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from aiadmin.run.paths import ROOT, outside_of
from tests.waiting import PATIENCE, wait_for


def wait_until(true: Callable[[], bool]) -> None:
    wait_for("what the test waits for", true)


def alive(pid: int) -> bool:
    """Running: neither gone nor a zombie."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(shown) and not shown.startswith("Z")


def words(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split() if path.exists() else []


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A directory that `nobody` can walk to; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="aiadmin-test-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def private_home() -> Iterator[Path]:
    """A home like /root: closed to others. Cleans what was put outside for it."""
    with tempfile.TemporaryDirectory(prefix="aiadmin-test-", dir="/tmp") as name:
        home = Path(name) / "clone"
        home.mkdir()
        yield home
        outside = outside_of(home)
        if outside.exists():
            subprocess.run(["rm", "-rf", str(outside)], check=True)


class Program:
    """`python -m MODULE ARGUMENTS` with its output in a file, ended with the test."""

    def __init__(self, module: str, *arguments: str, output: Path, env: Mapping[str, str]) -> None:
        self.output = output
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=output.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def send(self, sent: signal.Signals) -> None:
        self.process.send_signal(sent)

    def ends(self) -> int:
        """Its exit code."""
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def make(module: str, *arguments: str, **env: str) -> Program:
        output = tmp_path / f"output-{len(programs)}"
        programs.append(Program(module, *arguments, output=output, env=env))
        return programs[-1]

    yield make
    for program in programs:
        program.process.kill()
        program.process.wait()
