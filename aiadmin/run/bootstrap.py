"""Makes a fresh clone usable: `.venv`, Python packages, Node.js, the bridge. Stdlib only.

Run by bootstrap.sh with the system's Python, before anything is installed; does only what is missing,
so that a second start costs a fraction of a second. Failures are one sentence and exit code 1.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from aiadmin.run import nodejs
from aiadmin.run.clean import clean
from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "aiadmin-installed.json"
BRIDGE = ROOT / "whatsapp" / "bridge"
REQUIREMENTS = {
    "demo": ("requirements.txt", "requirements-demo.txt"),
    "dev": ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt"),
}
# Unless the user set them: npm would wait a minute before it says that there is no network.
_PATIENCE = {
    "PIP_RETRIES": "3",
    "npm_config_fetch_retries": "3",
    "npm_config_fetch_retry_mintimeout": "500",
    "npm_config_fetch_retry_maxtimeout": "4000",
}
_NO_NETWORK = re.compile(
    r"NewConnectionError|Failed to establish|ConnectTimeout|Read ?timed ?out|name resolution"
    r"|ProxyError|SSLError|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|EHOSTUNREACH"
    r"|ENETUNREACH|Connection (?:refused|reset|broken)|Network is unreachable|network request"
)


def main(profile: str) -> None:
    (ROOT / ".run").mkdir(exist_ok=True)
    with (ROOT / ".run" / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make demo` and `make test` at once
        make_venv()
        node = ensure_node()
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(install_python, profile), pool.submit(build_bridge, node)]
        errors = [error for error in (job.exception() for job in jobs) if error]
    for error in errors:
        if not isinstance(error, RunError):
            raise error
    if errors:
        raise RunError("\n".join(map(str, errors)))


def make_venv() -> None:
    if _works(PYTHON):
        return
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        raise RunError(
            "Python's venv module is missing: apt install python3-venv, and run make again."
        ) from None
    shutil.rmtree(VENV, ignore_errors=True)
    with _step("Python environment"):
        done = _run([sys.executable, "-m", "venv", str(VENV)])
        if done.returncode != 0:
            raise RunError(f"python3 -m venv failed: {_last_line(done.stdout)}")


def _works(python: Path) -> bool:
    """A half-made environment, or one whose Python is gone, is made again."""
    if not python.exists():
        return False
    wanted = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))"
    return _run([str(python), "-c", wanted]).returncode == 0


def install_python(profile: str) -> None:
    """Installs the pinned packages when a requirements file changed since the last time."""
    files = REQUIREMENTS[profile]
    digest = _digest(ROOT / name for name in files)
    installed = _read_stamp()
    if installed.get(profile) == digest:
        return
    with _step("Python packages"):
        _pip("-r", str(ROOT / files[-1]))
    # Pinned versions only: what another profile installed stays valid as long as its files do.
    STAMP.write_text(json.dumps({**installed, profile: digest}))


def ensure_node() -> nodejs.Node:
    node = nodejs.find(VENV)
    if node is not None:
        return node
    with _step(f"Node.js (none of version {nodejs.MINIMUM} or newer with npm is on PATH)"):
        try:
            _pip(nodejs.WHEEL)
        except RunError as error:
            raise RunError(
                f"Node.js {nodejs.MINIMUM} or newer is needed and none could be brought along: "
                f"install Node.js and npm, and run make again. ({error})"
            ) from None
    node = nodejs.in_wheel(VENV)
    if node is None:
        raise RunError(
            f"The Node.js that was brought along does not run on this machine: "
            f"install Node.js {nodejs.MINIMUM} or newer with npm, and run make again."
        )
    return node


def build_bridge(node: nodejs.Node) -> None:
    """npm ci when the lock file and node_modules differ, tsc when the sources changed."""
    env = {**os.environ, "PATH": node.path(os.environ.get("PATH", ""))}
    if not _npm_installed():
        with _step("Bridge packages"):
            _npm_ci(node, env)
    sources = sorted(
        path for folder in ("src", "sandbox", "test") for path in (BRIDGE / folder).rglob("*.ts")
    )
    settings = [BRIDGE / name for name in ("package-lock.json", "tsconfig.json")]
    digest = _digest([*settings, *sources])
    stamp = BRIDGE / "dist" / ".sources"
    if stamp.exists() and stamp.read_text() == digest:
        return
    with _step("Bridge"):
        # Beside and then in its place: a running bridge keeps its files, removed sources leave none.
        fresh = BRIDGE / "dist.new"
        shutil.rmtree(fresh, ignore_errors=True)
        done = _run([*node.npm, "run", "build", "--", "--outDir", fresh.name], env=env, cwd=BRIDGE)
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise RunError(f"The bridge does not compile:\n{done.stdout.strip()}")
        (fresh / ".sources").write_text(digest)
        shutil.rmtree(BRIDGE / "dist", ignore_errors=True)
        fresh.rename(BRIDGE / "dist")


def _npm_installed() -> bool:
    """npm writes what it installed last of all; packages for other platforms are left out there."""
    try:
        wanted = json.loads((BRIDGE / "package-lock.json").read_text())["packages"]
        found = json.loads((BRIDGE / "node_modules" / ".package-lock.json").read_text())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    return all(
        found[path].get("version") == entry.get("version") if path in found else optional
        for path, entry in wanted.items()
        if path
        for optional in [bool(entry.get("optional"))]
    )


def _npm_ci(node: nodejs.Node, env: Mapping[str, str]) -> None:
    command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = _run(command, env={**_PATIENCE, **env}, cwd=BRIDGE)
    if done.returncode == 0:
        return
    if _NO_NETWORK.search(done.stdout):
        raise RunError(
            "The npm registry cannot be reached: check the network (or npm's registry setting) "
            "and run make again."
        )
    raise RunError(f"npm ci failed:\n{done.stdout.strip()}")


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
    done = _run([*command, *arguments], env={**_PATIENCE, **os.environ})
    if done.returncode == 0:
        return
    if _NO_NETWORK.search(done.stdout):
        raise RunError(
            "The Python package index cannot be reached: check the network (or pip's index "
            "setting) and run make again."
        )
    missing = re.search(r"No matching distribution found for (\S+)", done.stdout)
    if missing:
        raise RunError(
            f"{missing.group(1)} cannot be found: check the network, and that this is Linux "
            "(glibc) or macOS with Python 3.11 to 3.14."
        )
    raise RunError(f"pip install failed: {_last_line(done.stdout)}")


def _read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _run(
    command: list[str], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        env=dict(env) if env else None,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _last_line(output: str) -> str:
    lines = output.strip().splitlines()
    return lines[-1] if lines else "no message"


@contextmanager
def _step(name: str) -> Iterator[None]:
    """Says what is being done, and how long it took."""
    began = time.monotonic()
    print(f"{name} …", flush=True)
    yield
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["clean"]:
            clean()
        else:
            main(sys.argv[1])
    except RunError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
