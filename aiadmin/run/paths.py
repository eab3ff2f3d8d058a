"""Where things live on disk, and as whom the servers run.

PostgreSQL refuses to run as root, so under root both servers run as `nobody`. That user must be able
to walk to the data and to the binaries; where a parent is closed to others (a private home), both go
to /var/tmp instead: parents are never opened with chmod.
"""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from aiadmin.run.errors import RunError

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = Path("/var/tmp")


@dataclass(frozen=True)
class Account:
    """An operating system user that a server is started as."""

    uid: int
    gid: int


def unprivileged() -> Account | None:
    """`nobody` when we are root; None when we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise RunError("Run as an ordinary user: this system has no user `nobody`.") from error
    return Account(entry.pw_uid, entry.pw_gid)


def reachable(path: Path, account: Account | None) -> bool:
    """Can the account walk to `path`? Nearest existing parents count; a None account is ourselves."""
    if account is None:
        return True
    return all(
        _may_enter(parent.stat(), account) for parent in (path, *path.parents) if parent.is_dir()
    )


def _may_enter(entry: os.stat_result, account: Account) -> bool:
    if entry.st_uid == account.uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    if entry.st_gid == account.gid:
        return bool(entry.st_mode & stat.S_IXGRP)
    return bool(entry.st_mode & stat.S_IXOTH)


def outside_of(home: Path) -> Path:
    """The directory in /var/tmp that belongs to `home`: the same one at every start."""
    digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    return OUTSIDE / f"aiadmin-{digest}"


def open_outside(home: Path) -> Path:
    """Makes `outside_of(home)`. Raises RunError when somebody else made it first."""
    path = outside_of(home)
    path.mkdir(mode=0o755, exist_ok=True)
    entry = path.lstat()
    if not stat.S_ISDIR(entry.st_mode) or entry.st_uid != os.geteuid() or entry.st_mode & 0o022:
        raise RunError(f"{path} was made by somebody else: look at it and remove it.")
    path.chmod(0o755)  # the umask may have closed it
    return path


def data_home(home: Path, account: Account | None) -> Path:
    """Where the servers of `home` keep their data: `home` itself where they can walk to it."""
    return home if reachable(home, account) else open_outside(home)


def server_directory(path: Path, account: Account | None) -> Path:
    """Makes a private directory owned by the account (0700)."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    return path


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Writes a file that only its owner reads, replacing it in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        if account is not None:
            os.fchown(file.fileno(), account.uid, account.gid)
        file.write(text)
    temporary.replace(path)
