"""The bridge's tests run beside pytest: one output, one verdict, one end."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aiadmin.run.paths import ROOT
from tests.run.conftest import alive, wait_until
from tests.waiting import PATIENCE


def start(folder: Path, script: str, test: str) -> "subprocess.Popen[str]":
    """pytest over one test, and `script` (of sh) beside it."""
    (folder / "test_one.py").write_text(test, encoding="utf-8")
    beside = {
        "name": "the bridge",
        "command": ["sh", "-c", script],
        "cwd": str(folder),
        "path": os.environ["PATH"],
        "without": ["SECRET_KEY"],
    }
    command = [sys.executable, "-m", "pytest", "-p", "tests.beside", "-c", os.devnull, "--rootdir"]
    return subprocess.Popen(
        [*command, str(folder), str(folder)],
        cwd=ROOT,
        env={
            **os.environ,
            "AIADMIN_BESIDE": json.dumps([beside]),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    ("code", "test", "verdict", "closing"),
    [
        (0, "def test_a(): pass", 0, "1 passed"),
        (3, "def test_a(): pass", 1, "1 passed"),
        (0, "def test_a(): assert False", 1, "1 failed"),
    ],
)
def test_both_have_to_pass_and_pytest_has_the_last_word(
    tmp_path: Path, code: int, test: str, verdict: int, closing: str
) -> None:
    # It ends after pytest's own tests.
    script = (
        f'while [ ! -e done ]; do sleep 0.05; done; echo "of the bridge $SECRET_KEY."; exit {code}'
    )
    done = tmp_path / "done"
    test += f"; open({str(done)!r}, 'w').close()" if "pass" in test else ""
    if "pass" not in test:
        done.touch()

    running = start(tmp_path, script, test)
    output, _ = running.communicate(timeout=PATIENCE)

    assert running.returncode == verdict
    assert f"beside pytest, exit code {code}" in output
    assert output.index("of the bridge .") < output.index(closing)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_pytest(tmp_path: Path, sent: signal.Signals) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 600 & echo $$ $! > {pids}.new; mv {pids}.new {pids}; wait"
    began = tmp_path / "began"
    test = f"import time\ndef test_a(): open({str(began)!r}, 'w').close(); time.sleep(600)"
    running = start(tmp_path, script, test)
    wait_until(pids.exists)
    # While pytest collects, an interrupt may come amid an import that swallows it.
    wait_until(began.exists)
    beside = [int(pid) for pid in pids.read_text().split()]

    os.kill(running.pid, sent)
    running.communicate(timeout=PATIENCE)

    wait_until(lambda: not any(alive(pid) for pid in beside))
