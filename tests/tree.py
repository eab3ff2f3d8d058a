"""The files of this repository: what git tracks and what is new, never what it ignores."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def files(*suffixes: str) -> list[Path]:
    """Paths relative to ROOT, sorted; only those that end with one of `suffixes` when given."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listing.stdout.decode().split("\0") if name.endswith(suffixes or "")]
    return sorted(Path(name) for name in names if (ROOT / name).is_file())


def texts(paths: Iterable[Path]) -> Iterable[tuple[Path, str]]:
    """Each path with its text; pictures and other binaries are left out."""
    for path in paths:
        try:
            yield path, (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
