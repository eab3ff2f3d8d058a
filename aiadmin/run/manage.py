"""Which environment `manage.py` works with when nobody has set one: `.env`, else this clone's demo."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from aiadmin.run import envfile
from aiadmin.run.paths import ROOT
from aiadmin.run.settings import OFFLINE

# Commands that connect to nothing: they run anywhere.
_OFFLINE_COMMANDS = {"understand"}


def environment(
    command: Sequence[str], given: Mapping[str, str], root: Path = ROOT
) -> dict[str, str]:
    """What to add to the environment `given`; `command` is manage.py's first argument, if any.

    Nothing is added where SECRET_KEY is set: whoever set that has set the rest. Raises RunError for a
    `.env` that cannot be read.
    """
    if "SECRET_KEY" in given or "SECRET_KEY_FILE" in given:
        return {}
    if command and command[0] in _OFFLINE_COMMANDS:
        return dict(OFFLINE)
    if (root / ".env").is_file():
        # `make run` may have started servers of its own: their addresses are not in the file.
        return _written(root / ".run" / "up") | envfile.read(root / ".env")
    return _written(root / ".run")


def _written(directory: Path) -> dict[str, str]:
    """What the runner handed to the application's programs; nothing when it never ran there."""
    path = directory / "env.json"
    if not path.is_file():
        return {}
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found
