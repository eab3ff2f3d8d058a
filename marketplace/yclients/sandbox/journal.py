"""Persistence: a snapshot and an append-only log of batches. Survives kill -9 at any moment.

A batch (a booking with its new client card) is one line, so it is there whole or not at all. What
was written with `write(2)` outlives the process; a torn last line is a batch never answered.
"""

import fcntl
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from marketplace.yclients.sandbox.model import KINDS, Row

_COMPACT_ABOVE = 32 * 1024 * 1024


class StateInUse(Exception):
    """Another sandbox already works in this directory."""


class Journal:
    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._snapshot = directory / "snapshot.json"
        self._log_path = directory / "log.jsonl"
        self._lock_file = (directory / "lock").open("w")
        try:
            # Released by the kernel when the process ends, however it ends.
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StateInUse(str(directory)) from error
        self._number = 0
        self._log = self._log_path.open("ab", buffering=0)

    def load(self) -> Iterator[Row]:
        """All stored rows, older versions first."""
        if self._snapshot.exists():
            stored = json.loads(self._snapshot.read_bytes())
            self._number = stored["number"]
            yield from map(_decode, stored["rows"])
        for line in self._log_path.read_bytes().splitlines():
            try:
                batch = json.loads(line)
            except ValueError:
                continue
            # Lines up to the snapshot's number are left over from a compaction that was killed.
            if batch["n"] > self._number:
                self._number = batch["n"]
                yield from map(_decode, batch["rows"])

    def append(self, rows: Sequence[Row]) -> None:
        self._number += 1
        batch = {"n": self._number, "rows": [_encode(row) for row in rows]}
        line = json.dumps(batch, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._log.write(line)

    def is_long(self) -> bool:
        return self._log.tell() > _COMPACT_ABOVE

    def compact(self, rows: Iterable[Row]) -> None:
        """Writes a new snapshot and empties the log."""
        stored = {"number": self._number, "rows": [_encode(row) for row in rows]}
        temporary = self._snapshot.with_suffix(".tmp")
        temporary.write_bytes(json.dumps(stored, ensure_ascii=False).encode())
        temporary.replace(self._snapshot)
        self._log.truncate(0)
        self._log.seek(0)


def _encode(row: Row) -> list[Any]:
    return [type(row).__name__, asdict(row)]


def _decode(stored: list[Any]) -> Row:
    kind = KINDS[stored[0]]
    known = {one.name for one in fields(kind)}
    # A state kept by an older version may hold a switch that is no more.
    return kind(**{name: value for name, value in stored[1].items() if name in known})
