"""`make check` and `make fix`: lint, types, imports, texts, migrations and the bridge, side by side."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from aiadmin.run import nodejs
from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT
from aiadmin.run.settings import OFFLINE
from aiadmin.run.testing import BRIDGE

_IMPORTS = "from importlinter.cli import lint_imports_command as main; main()"


@dataclass(frozen=True)
class Check:
    name: str
    command: Sequence[str]
    cwd: Path = ROOT


@dataclass(frozen=True)
class Outcome:
    check: Check
    code: int
    output: str
    seconds: float


def check(names: Sequence[str]) -> int:
    """Runs the named checks, or all; prints what failed. Returns the exit code."""
    return _run([each for each in _checks() if not names or each.name in names])


def fix() -> int:
    """Lets ruff and biome mend what they can."""
    python = sys.executable
    first = _run([Check("lint", [python, "-m", "ruff", "check", "--fix", "."])])
    second = _run(
        [
            Check("format", [python, "-m", "ruff", "format", "."]),
            Check("bridge", [*_npm(), "exec", "--", "biome", "check", "--write", "."], BRIDGE),
        ]
    )
    return max(first, second)


def _checks() -> list[Check]:
    python = sys.executable
    manage = [python, "-W", "ignore", "manage.py"]
    return [
        Check("types", [python, "-m", "mypy"]),  # the longest first
        Check("bridge", [*_npm(), "run", "--silent", "check"], BRIDGE),
        Check("lint", [python, "-m", "ruff", "check", "."]),
        Check(
            "format", [python, "-m", "ruff", "format", "--check", "--output-format", "concise", "."]
        ),
        Check("imports", [python, "-c", _IMPORTS]),
        Check("texts", [python, "-m", "aiadmin.run.texts", "--check"]),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
    ]


def _npm() -> Sequence[str]:
    return _node().npm


def _node() -> nodejs.Node:
    node = nodejs.find(Path(sys.prefix))
    if node is None:
        raise RunError("Node.js is missing: run `make check`, it brings one along.")
    return node


def _run(checks: Sequence[Check]) -> int:
    env = {**os.environ, **OFFLINE, "PATH": _node().path(os.environ.get("PATH", ""))}
    failed = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for outcome in pool.map(lambda each: _one(each, env), checks):
            verdict = "ok" if outcome.code == 0 else "FAILED"
            print(f"{outcome.check.name:<12}{verdict:<8}{outcome.seconds:5.1f} s", flush=True)
            if outcome.code != 0:
                failed += 1
                print(outcome.output, flush=True)
    return 1 if failed else 0


def _one(each: Check, env: Mapping[str, str]) -> Outcome:
    began = time.monotonic()
    done = subprocess.run(
        list(each.command),
        cwd=each.cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(each, done.returncode, done.stdout.strip(), time.monotonic() - began)
