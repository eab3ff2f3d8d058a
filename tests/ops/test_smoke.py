"""`make smoke` and `make smoke-bridge` against the running product, and the seed's two curl lines."""

import os
import subprocess
import sys

import httpx
import pytest

from aiadmin.run.stack import Stack
from tests.stack import Product
from tests.tree import ROOT
from tests.waiting import PATIENCE

pytestmark = pytest.mark.flow


def smoke(stack: Stack, *flags: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "smoke", *flags],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **stack.env},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_salon_walks_the_whole_way(stack: Stack) -> None:
    code, told = smoke(stack)

    assert code == 0, told
    assert told.count("✅") == 10
    assert "a client asks and is answered: " in told
    assert "₽" in told


def test_the_bridge_by_itself_gives_a_code_and_leaves_nothing(
    stack: Stack, product: Product
) -> None:
    code, told = smoke(stack, "--bridge")

    assert code == 0, told
    assert told.count("✅") == 5
    left = product.rows("SELECT count(*) AS n FROM bridge.events WHERE session_id > 2000000000")
    assert left == [{"n": 0}]


def test_what_does_not_answer_ends_the_walk_with_its_name(stack: Stack) -> None:
    env = {**stack.env, "BRIDGE_URL": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "smoke", "--bridge"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "❌ GET /healthz" in done.stderr


def test_the_seeds_curl_lines_work_as_printed(stack: Stack) -> None:
    web = stack.state["web"]
    asked = httpx.get(f"{web}/marketplace/test", timeout=PATIENCE)
    made = httpx.post(
        f"{web}/marketplace/register",
        headers={"Content-Type": "application/json"},
        content='{"salon_id": 999999}',
        timeout=PATIENCE,
    )

    assert asked.json()["success"] is True
    assert made.status_code in (200, 201)
    assert made.json()["salon_id"] == 999999
