"""The doctor beside the running product: all is well there, and a program that is down is named."""

import json
import os
import subprocess
import sys

import pytest

from aiadmin.run.stack import Stack
from tests.tree import ROOT
from tests.waiting import wait_for

pytestmark = pytest.mark.flow

# What does not depend on the salons that other tests leave behind.
CHECKS = (
    "settings postgresql migrations rls redis bridge leases workers beat clock disk mail address proxy "
    "supabase yclients"
).split()


def doctor(stack: Stack, *checks: str) -> dict[str, str]:
    """Short name → verdict, from the command as an operator runs it."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "doctor", "--json", "--only", *checks],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **stack.env},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    found = {row["check"]: row["verdict"] for row in json.loads(done.stdout)}
    assert (done.returncode != 0) == ("failed" in found.values())
    return found


def test_the_running_product_is_well(stack: Stack) -> None:
    wait_for("beat", lambda: doctor(stack, "beat")["beat"] == "ok")

    found = doctor(stack, *CHECKS)

    assert set(found) == set(CHECKS)
    assert {name: verdict for name, verdict in found.items() if verdict == "failed"} == {}


def test_a_bridge_that_is_down_is_named(stack: Stack) -> None:
    stack.hold("bridge")
    try:
        assert doctor(stack, "bridge") == {"bridge": "failed"}
    finally:
        stack.release("bridge")
        stack.wait_ready("bridge")
    assert doctor(stack, "bridge") == {"bridge": "ok"}
