"""A fresh clone: what is missing is told in one sentence, what is old is passed over."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aiadmin.run import bootstrap, nodejs
from aiadmin.run.paths import ROOT

# A loopback port where nobody listens: discard's, refused at once.
NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """Only what the bootstrap reads; its .venv is made by the first test that needs one."""
    with tempfile.TemporaryDirectory(prefix="aiadmin-test-") as name:
        root = Path(name)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "aiadmin" / "run", root / "aiadmin" / "run", ignore=ignored)
        (root / "aiadmin" / "__init__.py").touch()
        bridge = root / "whatsapp" / "bridge"
        bridge.mkdir(parents=True)
        for file in (".npmrc", "tsconfig.json"):
            shutil.copy(ROOT / "whatsapp" / "bridge" / file, bridge)
        package = {"name": "bridge", "version": "1.0.0", "dependencies": {"ws": "8.23.0"}}
        packages = {"": package, "node_modules/ws": {"version": "8.23.0"}}
        (bridge / "package.json").write_text(json.dumps(package))
        (bridge / "package-lock.json").write_text(
            json.dumps({"lockfileVersion": 3, "requires": True, "packages": packages})
        )
        for file in bootstrap.REQUIREMENTS["dev"]:
            (root / file).touch()
        yield root


def run(clone: Path, profile: str, **env: str) -> tuple[int, str]:
    """Exit code and what was said on stderr."""
    done = subprocess.run(
        ["sh", "aiadmin/run/bootstrap.sh", profile],
        cwd=clone,
        env={**os.environ, "PIP_RETRIES": "1", "npm_config_fetch_retries": "0", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr.strip()


def program(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def path_without_node(folder: Path) -> str:
    """PATH with the tools the bootstrap needs, and no Node."""
    for tool in ("sh", "dirname", "env"):
        found = shutil.which(tool)
        assert found
        (folder / tool).symlink_to(Path(found).resolve())
    (folder / "python3").symlink_to(Path(sys.executable).resolve())
    return str(folder)


def test_an_old_python_is_told_in_one_sentence(clone: Path, tmp_path: Path) -> None:
    answer = 'case "$*" in --version) echo Python 3.9.2;; *) exit 1;; esac'
    old = program(tmp_path / "python3", f"#!/bin/sh\n{answer}\n")

    code, said = run(clone, "demo", PYTHON=str(old))

    assert code == 1
    assert said.startswith("Python 3.11 to 3.14 is needed (found: Python 3.9.2): install it")
    assert len(said.splitlines()) == 1


def test_no_python_package_index_is_told_in_one_sentence(clone: Path, tmp_path: Path) -> None:
    (clone / "requirements-demo.txt").write_text("surely-not-installed==1.0\n")

    code, said = run(
        clone,
        "demo",
        PIP_INDEX_URL=NOWHERE,
        npm_config_registry=NOWHERE,
        npm_config_cache=str(tmp_path),
    )

    (clone / "requirements-demo.txt").write_text("")
    assert code == 1
    assert said.splitlines()[0] == (
        "The Python package index cannot be reached: check the network (or pip's index setting) "
        "and run make again."
    )


def test_no_npm_registry_is_told_in_one_sentence(clone: Path, tmp_path: Path) -> None:
    code, said = run(
        clone, "demo", npm_config_registry=NOWHERE, npm_config_cache=str(tmp_path / "cache")
    )

    assert code == 1
    assert said == (
        "The npm registry cannot be reached: check the network (or npm's registry setting) "
        "and run make again."
    )


def test_no_node_and_none_to_bring_along_is_told_in_one_sentence(
    clone: Path, tmp_path: Path
) -> None:
    tools = path_without_node(tmp_path)

    code, said = run(clone, "demo", PATH=tools, PIP_INDEX_URL=NOWHERE)

    assert code == 1
    assert said.startswith("Node.js 20 or newer is needed and none could be brought along: install")
    assert len(said.splitlines()) == 1


def test_an_old_node_on_path_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "node", "#!/bin/sh\necho v16.20.2\n")
    program(tmp_path / "npm", "#!/bin/sh\necho 8.0.0\n")
    real = os.environ["PATH"]

    found = nodejs.on_path(f"{tmp_path}{os.pathsep}{real}")

    assert found == nodejs.on_path(real)
    assert nodejs.on_path(str(tmp_path)) is None


def test_a_node_without_npm_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "node", "#!/bin/sh\necho v22.1.0\n")

    assert nodejs.on_path(str(tmp_path)) is None


def test_a_node_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "node", "not a program")
    program(tmp_path / "npm", "#!/bin/sh\n")

    assert nodejs.on_path(str(tmp_path)) is None


def test_an_environment_made_half_is_made_anew(clone: Path, tmp_path: Path) -> None:
    python = clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.unlink(missing_ok=True)
    python.symlink_to("/nowhere/python3")

    run(clone, "demo", npm_config_registry=NOWHERE, npm_config_cache=str(tmp_path))

    assert subprocess.run([python, "-c", "import pip"], check=False).returncode == 0


def test_clean_removes_what_was_made_and_refuses_while_it_runs(clone: Path) -> None:
    (clone / ".run" / "yclients").mkdir(parents=True, exist_ok=True)
    (clone / "kept.txt").touch()
    with (clone / ".run" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711\n")
        lock.flush()
        code, said = run(clone, "clean")
    assert code == 1
    assert said.startswith("It still runs here (process 4711): stop it first")
    assert (clone / ".run" / "yclients").exists()

    code, said = run(clone, "clean")

    assert (code, said) == (0, "")
    assert sorted(path.name for path in clone.iterdir()) == [
        "aiadmin",
        "kept.txt",
        *sorted(bootstrap.REQUIREMENTS["dev"]),
        "whatsapp",
    ]
    assert not (clone / "whatsapp" / "bridge" / "node_modules").exists()


def test_clean_keeps_the_data_of_make_run(clone: Path) -> None:
    data = clone / ".run" / "up" / "pg18"
    data.mkdir(parents=True)

    code, _ = run(clone, "clean")

    assert code == 0
    assert data.exists()
