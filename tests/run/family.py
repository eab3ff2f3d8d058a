"""A program for the runner's tests: runs the children that a JSON file describes.

The children are tiny real programs: they write their pid and do what their name says.
"""

import asyncio
import json
import sys
from pathlib import Path

from aiadmin.run.console import Console
from aiadmin.run.errors import RunError
from aiadmin.run.runner import Runner
from aiadmin.run.spawn import end_with_parent
from aiadmin.run.unit import Spec
from tests.waiting import PATIENCE

# Each says `ready`, after writing its pid to PIDS/NAME; what it is sent goes to PIDS/order.
_BEGIN = """
import os, pathlib, signal, subprocess, sys, time
pids, name = pathlib.Path(sys.argv[1]), sys.argv[2]
with (pids / name).open("a") as file: file.write(f"{os.getpid()}\\n")
def note(*_):
    with (pids / "order").open("a") as file: file.write(f"{name}\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, note)
"""
KINDS = {
    "steady": _BEGIN + 'print("ready", flush=True)\nsignal.pause()',
    "stubborn": _BEGIN
    + 'signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint("ready", flush=True)\n'
    + "while True: signal.pause()",
    # Leaves a grandchild, as Celery's worker does with its beat.
    "parent": _BEGIN
    + 'child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])\n'
    + '(pids / "grandchild").open("a").write(f"{child.pid}\\n")\n'
    + 'print("ready", flush=True)\nsignal.pause()',
    "short": _BEGIN + 'print("ready", flush=True)',
    "broken": _BEGIN + 'print("the database is on fire"); sys.exit(3)',
    "silent": _BEGIN + "signal.pause()",
    "once": _BEGIN + "note()",
    "wordy": _BEGIN
    + 'print("x" * 200_000); print("\\xff", end="")\nprint("\\nready", flush=True)\nsignal.pause()',
}


def specs(home: Path, wanted: list[dict[str, object]]) -> list[Spec]:
    """[{"name", "kind", "needs"?, "within"?}] as the runner's specs."""
    pids = home / "pids"
    pids.mkdir(exist_ok=True)
    made = []
    for one in wanted:
        name, kind, needs = str(one["name"]), str(one["kind"]), one.get("needs", [])
        assert isinstance(needs, list)
        made.append(
            Spec(
                name=name,
                argv=(sys.executable, "-S", "-c", KINDS[kind], str(pids), name),
                env={"PYTHONIOENCODING": "latin-1"},
                cwd=home,
                needs=tuple(needs),
                announces=kind != "once",
                one_shot=kind == "once",
                ready_within=float(str(one.get("within", PATIENCE))),
            )
        )
    return made


def main() -> int:
    home = Path(sys.argv[1])
    if "--end-with-parent" in sys.argv:
        end_with_parent()
    children = specs(home, json.loads((home / "family.json").read_text()))
    runner = Runner(children, console=Console(), logs=home / "logs")
    try:
        asyncio.run(runner.run(lambda: print("all up", flush=True)))
    except RunError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
