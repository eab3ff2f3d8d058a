"""What the runner shows: every program's lines with its name in front, and the same in a log file."""

import os
import sys
from pathlib import Path
from typing import IO

_COLOURS = (36, 33, 35, 32, 34, 96, 93, 95, 92, 94)
# A log file is put aside (NAME.log.1) when it passes this, at a start or while it is written.
_LOG_BYTES = 2_000_000
# A program that never ends its line is cut here.
_LINE_BYTES = 64_000


class Log:
    """One program's log file, with one older file beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def write(self, line: bytes) -> None:
        file = self._file or self.path.open("ab")
        file.write(line + b"\n")
        file.flush()
        self._file = file
        if file.tell() > _LOG_BYTES:
            self.close()
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


class Console:
    """Prefixed lines on stdout, coloured on a terminal; `quiet` shows only `say`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._width = 0
        self._seen: dict[str, int] = {}

    def expect(self, names: list[str]) -> None:
        """Fixes the prefix's width and the colours before the first line."""
        self._width = max(map(len, names), default=0)
        self._seen = {name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(names)}

    def show(self, name: str, line: str) -> None:
        prefix = f"{name:<{self._width}} |"
        if self._coloured:
            prefix = f"\x1b[{self._seen.get(name, 37)}m{prefix}\x1b[0m"
        self.tell(f"{prefix} {line}")

    def tell(self, line: str) -> None:
        """The runner's own words."""
        if not self._quiet:
            self.say(line)

    def say(self, line: str) -> None:
        try:
            print(line, flush=True)
        except (BrokenPipeError, ValueError):
            # Whoever read us is gone (`make demo | head`): the programs go on, the log files remain.
            self._quiet = True


class Lines:
    """Cuts a stream of bytes into lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > _LINE_BYTES:
            whole.append(self._rest)
            self._rest = b""
        return [line.rstrip(b"\r") for line in whole]

    def end(self) -> list[bytes]:
        rest, self._rest = self._rest, b""
        return [rest] if rest else []
