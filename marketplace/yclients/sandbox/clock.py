"""The business clock: real UTC plus the number of seconds in the shared clock file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """`path` may be absent or empty: then business time is real time. Read anew at every call."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def offset(self) -> float:
        if self._path is None:
            return 0.0
        try:
            return float(self._path.read_text(encoding="ascii").strip() or 0)
        except (OSError, ValueError):
            return 0.0

    def now(self) -> datetime:
        """Business now, aware, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset())
