"""The runner with tiny real programs as children."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aiadmin.run.paths import ROOT
from tests.run.conftest import Program, alive, wait_until, words
from tests.waiting import PATIENCE

Launch = Callable[..., Program]


def family(home: Path, *children: dict[str, object]) -> str:
    (home / "family.json").write_text(json.dumps(children))
    return str(home)


def pids(home: Path) -> list[int]:
    """Of every child and grandchild that was ever started."""
    files = [path for path in (home / "pids").iterdir() if path.name != "order"]
    return [int(word) for path in files for word in words(path)]


def test_programs_start_after_what_they_need_and_stop_before_it(
    tmp_path: Path, launch: Launch
) -> None:
    home = family(
        tmp_path,
        {"name": "web", "kind": "steady", "needs": ["migrate"]},
        {"name": "migrate", "kind": "once", "needs": ["database"]},
        {"name": "database", "kind": "steady"},
    )
    runner = launch("tests.run.family", home)
    wait_until(lambda: "all up" in runner.said())

    runner.send(signal.SIGINT)

    assert runner.ends() == 0
    assert words(tmp_path / "pids" / "order") == ["migrate", "web", "database"]
    assert not any(alive(pid) for pid in pids(tmp_path))


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_runner_ends(
    tmp_path: Path, launch: Launch, sent: signal.Signals
) -> None:
    home = family(
        tmp_path,
        {"name": "steady", "kind": "steady"},
        {"name": "parent", "kind": "parent"},
    )
    runner = launch("tests.run.family", home)
    wait_until(lambda: "all up" in runner.said())
    assert len([pid for pid in pids(tmp_path) if alive(pid)]) == 3

    runner.send(sent)

    runner.ends()
    wait_until(lambda: not any(alive(pid) for pid in pids(tmp_path)))


def test_kill_of_the_caller_stops_the_runner(tmp_path: Path) -> None:
    """`kill -9` of make: the runner would live on as an orphan."""
    home = family(tmp_path, {"name": "steady", "kind": "steady"})
    start = (
        "import subprocess, sys; subprocess.run([sys.executable, '-m', 'tests.run.family', "
        "sys.argv[1], '--end-with-parent'])"
    )
    caller = subprocess.Popen(
        [sys.executable, "-c", start, home], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    wait_until(lambda: bool(words(tmp_path / "pids" / "steady")))

    caller.kill()
    caller.wait()

    wait_until(lambda: not any(alive(pid) for pid in pids(tmp_path)))


def test_a_killed_program_is_started_again_and_its_children_go(
    tmp_path: Path, launch: Launch
) -> None:
    home = family(tmp_path, {"name": "parent", "kind": "parent"})
    runner = launch("tests.run.family", home)
    wait_until(lambda: "all up" in runner.said())
    (first,), (grandchild,) = (words(tmp_path / "pids" / n) for n in ("parent", "grandchild"))

    subprocess.run(["kill", "-9", first], check=True)

    wait_until(lambda: len(words(tmp_path / "pids" / "grandchild")) == 2)
    wait_until(lambda: not alive(int(grandchild)))


def test_a_program_that_keeps_dying_stops_everything(tmp_path: Path, launch: Launch) -> None:
    home = family(
        tmp_path, {"name": "steady", "kind": "steady"}, {"name": "short", "kind": "short"}
    )

    runner = launch("tests.run.family", home)

    assert runner.ends() == 1
    assert f"short died 5 times in a row: see {tmp_path}/logs/short.log" in runner.said()
    assert len(words(tmp_path / "pids" / "short")) == 5
    assert not any(alive(pid) for pid in pids(tmp_path))


def test_a_failed_start_names_the_log_and_the_last_words(tmp_path: Path, launch: Launch) -> None:
    home = family(
        tmp_path, {"name": "steady", "kind": "steady"}, {"name": "broken", "kind": "broken"}
    )

    runner = launch("tests.run.family", home)

    assert runner.ends() == 1
    sentence = runner.said().strip().splitlines()[-1]
    assert sentence == (
        f"broken did not start (exit code 3): see {tmp_path}/logs/broken.log. "
        "Its last words: the database is on fire"
    )
    assert not any(alive(pid) for pid in pids(tmp_path))


def test_a_program_that_is_not_ready_in_time_stops_everything(
    tmp_path: Path, launch: Launch
) -> None:
    home = family(tmp_path, {"name": "silent", "kind": "silent", "within": 0.5})

    runner = launch("tests.run.family", home)

    assert runner.ends() == 1
    assert "silent was not ready after 0 s: see" in runner.said()


def test_a_second_signal_does_not_wait_for_a_stubborn_program(
    tmp_path: Path, launch: Launch
) -> None:
    home = family(tmp_path, {"name": "stubborn", "kind": "stubborn"})
    runner = launch("tests.run.family", home)
    wait_until(lambda: "all up" in runner.said())

    runner.send(signal.SIGINT)
    wait_until(lambda: "Stopping" in runner.said())
    runner.send(signal.SIGINT)

    assert runner.process.wait(timeout=PATIENCE) == 0
    assert not any(alive(pid) for pid in pids(tmp_path))


def test_lines_of_any_length_and_bytes_pass(tmp_path: Path, launch: Launch) -> None:
    home = family(tmp_path, {"name": "wordy", "kind": "wordy"})

    runner = launch("tests.run.family", home)

    wait_until(lambda: "all up" in runner.said())
    assert (tmp_path / "logs" / "wordy.log").read_bytes().count(b"x") == 200_000
