"""`make test`: throw-away servers, then pytest, and the bridge's tests beside it."""

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


def test(arguments: Sequence[str]) -> int:
    """Runs pytest and beside it the bridge's tests; with arguments pytest alone. Returns the exit code."""
    if browser.find() is None and browser.required():
        raise RunError(f"REQUIRE_BROWSER is set and there is no browser: {browser.HOW_TO_GET}.")
    # Both use the same PostgreSQL, each with databases of its own; the bridge's tests use no Redis.
    beside = {} if arguments else {"AIADMIN_BESIDE": _bridge()}
    plugin = ["-p", "tests.beside"] if beside else []
    with ephemeral() as services:
        given = bool(os.environ.get("DATABASE_URL"))
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


def _bridge() -> str:
    """The bridge's tests, as `tests/beside.py` reads it."""
    node = nodejs.find(Path(sys.prefix))
    if node is None:
        raise RunError("Node.js is missing: run `make test`, it brings one along.")
    # By name: Node 20 knows no patterns here, and later ones no directories.
    tests = sorted(str(path) for path in (BRIDGE / "dist" / "test").rglob("*.test.js"))
    if not tests:
        raise RunError("The bridge's tests are not built: run `make test`.")
    return json.dumps(
        {
            "command": [str(node.node), "--test", "--test-reporter=spec", *tests],
            "cwd": str(BRIDGE),
            "path": node.path(os.environ.get("PATH", "")),
        }
    )


def _call(command: Sequence[str], env: Mapping[str, str], cwd: Path) -> int:
    """In the foreground, so that Ctrl-C reaches it; ends with us when we are killed."""
    with subprocess.Popen(
        list(command),
        env=dict(env),
        cwd=cwd,
        preexec_fn=dying_with_parent(signal.SIGKILL),
    ) as process:
        return abs(process.wait())
