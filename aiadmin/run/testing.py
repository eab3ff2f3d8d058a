"""`make test`: throw-away servers and pytest; beside it the tests of the bridge and other parts of ours."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from aiadmin.run import browser, nodejs
from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT
from aiadmin.run.services import ephemeral
from aiadmin.run.spawn import dying_with_parent
from aiadmin.run.stack import MARK

BRIDGE = ROOT / "whatsapp" / "bridge"
# Each with servers of its own, beside the rest: a test waits more than it computes.
PARTS = {
    "the running product's tests": (
        "tests/demo",
        "tests/e2e",
        "tests/flows",
        "tests/ops",
        "tests/run",
    ),
    "the tests of the marketplace and staff": ("tests/marketplace", "tests/staff"),
}
_SERVERS = ("DATABASE_URL", "REDIS_URL", "BRIDGE_DATABASE_URL", "TEST_DATABASE_URL", MARK)


def test(arguments: Sequence[str]) -> int:
    """Runs all tests, in four programs side by side; with arguments pytest alone. Returns the exit code."""
    if browser.find() is None and browser.required():
        raise RunError(f"REQUIRE_BROWSER is set and there is no browser: {browser.HOW_TO_GET}.")
    given = bool(os.environ.get("DATABASE_URL"))
    # The bridge's tests share our PostgreSQL, with databases of their own, and use no Redis. Servers that
    # a person gave are not shared by two runs of pytest.
    parts = [] if arguments or given else [_part(name) for name in PARTS]
    programs = [] if arguments else [_bridge(), *parts]
    beside = {"AIADMIN_BESIDE": json.dumps(programs)} if programs else {}
    plugin = ["-p", "tests.beside"] if beside else []
    if parts:
        plugin += [f"--ignore={folder}" for folders in PARTS.values() for folder in folders]
    with ephemeral() as services:
        env = {
            **os.environ,
            "DATABASE_URL": services.database_url,
            "REDIS_URL": services.redis_url,
            "BRIDGE_DATABASE_URL": services.bridge_database_url,
            "TEST_DATABASE_URL": services.database_url,
            **beside,
        }
        if not given:
            env[MARK] = "1"
        code = _call([sys.executable, "-m", "pytest", *plugin, *arguments], env, ROOT)
    if browser.find() is None:
        print(f"Skipped: the browser tests (pytest -m browser). To run them, {browser.HOW_TO_GET}.")
    return code


def _part(name: str) -> dict[str, object]:
    """A part of the tests, as `tests/beside.py` reads a program."""
    return {
        "name": name,
        "command": [sys.executable, "-m", "aiadmin.run", "test", *PARTS[name]],
        "cwd": str(ROOT),
        "path": os.environ.get("PATH", ""),
        "without": _SERVERS,
    }


def _bridge() -> dict[str, object]:
    """The bridge's tests, likewise."""
    node = nodejs.find(Path(sys.prefix))
    if node is None:
        raise RunError("Node.js is missing: run `make test`, it brings one along.")
    # By name: Node 20 knows no patterns here, and later ones no directories.
    tests = sorted(str(path) for path in (BRIDGE / "dist" / "test").rglob("*.test.js"))
    if not tests:
        raise RunError("The bridge's tests are not built: run `make test`.")
    return {
        "name": "the bridge's tests",
        "command": [str(node.node), "--test", "--test-reporter=spec", *tests],
        "cwd": str(BRIDGE),
        "path": node.path(os.environ.get("PATH", "")),
        "without": [],
    }


def _call(command: Sequence[str], env: Mapping[str, str], cwd: Path) -> int:
    """In the foreground, so that Ctrl-C reaches it; ends with us when we are killed."""
    with subprocess.Popen(
        list(command),
        env=dict(env),
        cwd=cwd,
        preexec_fn=dying_with_parent(signal.SIGKILL),
    ) as process:
        return abs(process.wait())
