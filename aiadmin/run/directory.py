"""The runner's directory (`.run` in the demo): its lock, its secrets and `state.json`.

`state.json` names every part's address, so that scripts find them; README and tests rely on it.
"""

import base64
import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import Any

from aiadmin.run.errors import RunError
from aiadmin.run.paths import Account, data_home, unprivileged, write_private
from aiadmin.run.postgres import Passwords

FORMAT = 1  # of the directory; another one is refused


class Directory:
    """An opened and locked directory; the lock is held until `close` or our end."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._lock = (self.home / "lock").open("a+")
        except PermissionError as error:
            raise RunError(
                f"{self.home} belongs to another user: run as that user, or remove it."
            ) from error
        locked = self._take_lock()
        self.state = self._read_state()
        if not locked:
            self._lock.seek(0)
            raise RunError(
                f"It already runs here (process {self._lock.read().strip() or 'unknown'}, "
                f"{self.state.get('web', 'still starting')}): stop it first with Ctrl-C or SIGTERM."
            )
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()
        self.account: Account | None = unprivileged()
        self.data = data_home(self.home, self.account)
        self.logs = self.folder("logs")

    def close(self) -> None:
        """Gives the lock back."""
        self._lock.close()

    def folder(self, name: str) -> Path:
        """A directory of ours inside `home`, made when missing."""
        path = self.home / name
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def save(self, changes: dict[str, Any]) -> None:
        """Merges `changes` into state.json."""
        self.state = self.state | changes | {"version": FORMAT, "data": str(self.data)}
        write_private(self.home / "state.json", json.dumps(self.state, indent=2) + "\n")

    def secrets(self) -> dict[str, str]:
        """Random secrets of this directory, made once; SECRET_KEY and the like by their names."""
        path = self.home / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        fresh = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "JWT_SECRET": secrets.token_urlsafe(48),
            "ADMIN_API_KEY": secrets.token_urlsafe(32),
            "BRIDGE_TOKEN": secrets.token_urlsafe(32),
            "AUTH_STATE_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "postgres": secrets.token_hex(16),
            "database_owner": secrets.token_hex(16),
            "database_bridge": secrets.token_hex(16),
            "redis": secrets.token_hex(16),
        }
        if fresh.keys() - known.keys():
            known = fresh | known
            write_private(path, json.dumps(known, indent=2) + "\n")
        return known

    def passwords(self) -> Passwords:
        known = self.secrets()
        return Passwords(known["postgres"], known["database_owner"], known["database_bridge"])

    def _take_lock(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _read_state(self) -> dict[str, Any]:
        path = self.home / "state.json"
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise RunError(f"{path} cannot be read: run `make clean` to start afresh.") from error
        if not isinstance(state, dict) or state.get("version") != FORMAT:
            raise RunError(
                f"{self.home} was made by another version of AI Admin: "
                "run `make clean` to start afresh."
            )
        return state
