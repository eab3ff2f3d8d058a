"""Reads a `.env` file: NAME=value lines, comments, quotes; no expansion of variables."""

from pathlib import Path

from aiadmin.run.errors import RunError


def read(path: Path) -> dict[str, str]:
    """Raises RunError naming the line that cannot be understood."""
    values: dict[str, str] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name.isidentifier():
            raise RunError(f"{path}, line {number}: write it as NAME=value.")
        if value[:1] in {"'", '"'}:
            closing = value.find(value[0], 1)
            if closing < 0:
                raise RunError(f"{path}, line {number}: the quote is not closed.")
            value = value[1:closing]
        else:
            value = value.split(" #", 1)[0].rstrip()
        values[name] = value
    return values
