"""docker/upgrade.sh against a `docker` that writes down what it is told: the order, and the way back."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tree import ROOT

# Stands in for the engine: $RUNS are the services with containers here. The container of FAILS never
# becomes healthy under the new version.
_DOCKER = """#!/bin/sh
case "$*" in
    inspect*) echo aiadmin-web:1.0; exit 0 ;;
    *" ps --all --services") printf '%s\\n' $RUNS; exit 0 ;;
    *" ps --all -q "*) echo c0ffee; echo c0ffef; exit 0 ;;
esac
echo "$COMPOSE_FILE" >"$FILES"
echo "${AIADMIN_VERSION:-none} $*" | sed 's#compose --env-file .env ##' >>"$CALLS"
case "$AIADMIN_VERSION $*" in "2.0 "*" up "*" $FAILS") exit 1 ;; esac
"""
_ONE = "postgres redis migrate web-1 web-2 worker beat bridge-1 bridge-2 nginx"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "docker", tmp_path / "docker", ignore=shutil.ignore_patterns("*.pem"))
    (tmp_path / ".env").write_text("AIADMIN_VERSION=1.0\nSECRET_KEY=x\n")
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(_DOCKER)
    program.chmod(0o755)
    return tmp_path


def upgrade(clone: Path, **around: str) -> tuple[int, list[str], str]:
    """(exit code, what docker was told, what the operator reads). `around`: the environment."""
    calls = clone / "calls"
    calls.touch()
    done = subprocess.run(
        [str(clone / "docker" / "upgrade.sh"), "2.0"],
        env={
            "PATH": f"{clone / 'bin'}:{os.environ['PATH']}",
            "CALLS": str(calls),
            "FILES": str(clone / "files"),
            "FAILS": "nobody",
            "RUNS": _ONE,
            **around,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, calls.read_text().splitlines(), done.stdout + done.stderr


def _up(version: str, service: str) -> str:
    return f"{version} up -d --no-deps --wait --wait-timeout 120 {service}"


def test_one_program_after_another_and_the_schema_first(clone: Path) -> None:
    code, calls, _ = upgrade(clone)

    assert code == 0
    assert calls == [
        "2.0 build migrate bridge-1",
        "2.0 run --rm --no-deps migrate",
        _up("2.0", "worker"),
        _up("2.0", "beat"),
        _up("2.0", "web-1"),
        "2.0 exec -T nginx nginx -s reload",
        _up("2.0", "web-2"),
        "2.0 exec -T nginx nginx -s reload",
        _up("2.0", "bridge-1"),
        _up("2.0", "bridge-2"),
    ]
    assert (clone / ".env").read_text() == "AIADMIN_VERSION=2.0\nSECRET_KEY=x\n"
    assert (clone / "files").read_text() == "docker/compose.yml\n"


def test_a_program_that_does_not_become_healthy_goes_back_and_nothing_else_is_touched(
    clone: Path,
) -> None:
    code, calls, told = upgrade(clone, FAILS="web-1")

    assert code == 1
    assert calls[-2:] == [_up("2.0", "web-1"), _up("1.0", "web-1")]
    assert "web-1 did not become healthy: back to 1.0" in told
    assert (clone / ".env").read_text().startswith("AIADMIN_VERSION=1.0")


def test_a_machine_of_many_upgrades_what_runs_there_by_its_own_files(clone: Path) -> None:
    files = "docker/compose.yml:docker/compose.many.yml"
    (clone / ".env").write_text(f"COMPOSE_FILE={files}\n#AIADMIN_VERSION=latest\n")

    code, calls, told = upgrade(clone, RUNS="migrate bridge-4 web-3 bridge-3 worker")

    assert code == 0, told
    assert calls[2:] == [_up("2.0", each) for each in ("worker", "web-3", "bridge-3", "bridge-4")]
    assert (clone / "files").read_text() == f"{files}\n"
    assert (clone / ".env").read_text().splitlines()[-1] == "AIADMIN_VERSION=2.0"


def test_files_of_the_environment_win(clone: Path) -> None:
    (clone / ".env").write_text("COMPOSE_FILE=docker/compose.yml\n")

    upgrade(clone, COMPOSE_FILE="mine.yml")

    assert (clone / "files").read_text() == "mine.yml\n"


def test_where_nothing_runs_nothing_is_built(clone: Path) -> None:
    code, calls, told = upgrade(clone, RUNS="postgres")

    assert (code, calls) == (1, [])
    assert "Nothing of ours runs here" in told
