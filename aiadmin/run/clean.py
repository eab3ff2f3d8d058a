"""`make clean`: removes exactly what make made in this clone, and nothing while something runs."""

import fcntl
import shutil
from pathlib import Path

from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT, outside_of

_MADE = (
    ".venv",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
    "staticfiles",
    "whatsapp/bridge/node_modules",
    "whatsapp/bridge/dist",
    "whatsapp/bridge/dist.new",
)
_PACKAGES = ("aiadmin", "marketplace", "whatsapp", "tests")


def clean() -> None:
    """Raises RunError while a demo or `make run` of this clone is running."""
    demo, real = ROOT / ".run", ROOT / ".run" / "up"
    for home in (demo, real):
        _refuse_if_running(home)
    # The data of `make run` may be a salon's: only a person removes it.
    kept = [real] if any(real.glob("pg*")) or any(outside_of(real).glob("pg*")) else []
    for entry in demo.iterdir() if demo.is_dir() else ():
        if entry not in kept:
            _remove(entry)
    if kept:
        print(f"Kept {real}: it holds the data of `make run`; remove it yourself if you want to.")
    elif demo.is_dir():
        demo.rmdir()
        _remove(outside_of(real))
    for outside in {outside_of(demo), outside_of(ROOT)}:
        _remove(outside)
    for name in _MADE:
        _remove(ROOT / name)
    for package in _PACKAGES:
        for cache in [*(ROOT / package).rglob("__pycache__")]:
            if "node_modules" not in cache.parts:
                _remove(cache)


def _refuse_if_running(home: Path) -> None:
    lock = home / "lock"
    if not lock.exists():
        return
    with lock.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(
                f"It still runs here (process {file.read().strip() or 'unknown'}): "
                "stop it first with Ctrl-C or SIGTERM."
            ) from error


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
