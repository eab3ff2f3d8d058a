"""Copies of the whole database and the way back, over pg_dump and pg_restore.

A copy holds both schemas at one moment: chats and WhatsApp's keys belong together. It holds no key of ours:
without AUTH_STATE_KEY and SECRET_KEY, which are kept elsewhere, its sessions and tokens open to nobody.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.db import connection

from aiadmin import env
from aiadmin.core.errors import AppError
from aiadmin.run.binaries import postgres_bin
from aiadmin.run.errors import RunError

_NAME = "aiadmin-{:%Y%m%dT%H%M%SZ}.dump"
_PATTERN = "aiadmin-????????T??????Z.dump"
# A copy without these is none, whatever its size.
_MUST_HOLD = {"companies", "messages", "bookings", "whatsapp_sessions", "auth", "events", "leases"}


_SURROUNDINGS = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
# Tables begun, of how many, the name of this one.
Heard = Callable[[int, int, str], object]
_BEGUN = re.compile(r'(?:dumping contents of|processing data for) table "(?:\w+\.)?(\w+)"')


def _nobody(_begun: int, _total: int, _table: str) -> None:
    """Nobody watches."""


class BackupError(AppError):
    """`message` is English, for the operator."""


@dataclass(frozen=True)
class Copy:
    path: Path
    size: int
    tables: int


def address() -> str:
    """Where the database is reached without a pooler: BACKUP_DATABASE_URL, else DATABASE_URL."""
    return env.text("BACKUP_DATABASE_URL") or settings.DATABASE_URL


def make(folder: Path, *, keep: int | None = None, heard: Heard = _nobody) -> Copy:
    """Writes a copy, reads it back, and only then removes all but the newest `keep`. BackupError.

    `heard` is told of every table that is begun.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / _NAME.format(datetime.now(UTC))
    unfinished = path.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    try:
        command = ("pg_dump", "--verbose", "--format=custom", "--no-owner", f"--file={unfinished}")
        _follow(*command, total=_table_count(), heard=heard)
        tables = _tables(unfinished)
        missing = sorted(_MUST_HOLD - tables)
        if missing:
            raise BackupError(f"The copy lacks the tables {', '.join(missing)}: it is not kept.")
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    if keep is not None:
        for old in sorted(folder.glob(_PATTERN))[: -max(keep, 1)]:
            old.unlink()
    return Copy(path, path.stat().st_size, len(tables))


def restore(path: Path, *, replace: bool, heard: Heard = _nobody) -> None:
    """Puts a copy in the database's place, in one transaction. BackupError names what forbids it."""
    tables = _tables(path)
    if _MUST_HOLD - tables:
        raise BackupError(f"{path} is not a copy of AI Admin.")
    if _living_bridges():
        raise BackupError(
            "A bridge is running: stop web, worker, beat and all bridges first. Keys that go back under "
            "a running bridge are lost."
        )
    if not replace and _has_companies():
        raise BackupError("The database holds salons: --replace puts the copy in their place.")
    connection.close()
    _follow(
        *("pg_restore", "--verbose"),
        *("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"),
        f"--dbname={_name()}",
        str(path),
        total=len(tables),
        heard=heard,
    )


def _tables(path: Path) -> set[str]:
    """Tables whose rows the copy holds. BackupError when pg_restore cannot read it."""
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    listed = _run("pg_restore", "--list", str(path))
    return set(re.findall(r"TABLE DATA \S+ (\S+)", listed))


def _has_companies() -> bool:
    if "companies" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM companies)")
        return bool(cursor.fetchone()[0])


def _living_bridges() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bridge.nodes') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        # A bridge says that it lives every few seconds.
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM bridge.leases"
            " WHERE owner IS NOT NULL AND expires_at > now())"
        )
        return bool(cursor.fetchone()[0])


def _table_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'bridge')")
        return int(cursor.fetchone()[0])


def _run(program: str, *arguments: str) -> str:
    """Output of the program, which needs no database."""
    done = subprocess.run(
        [str(_program(program)), *arguments],
        env=_SURROUNDINGS,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(f"{program} failed: {_complaint(done.stderr.splitlines())}")
    return done.stdout


def _follow(program: str, *arguments: str, total: int, heard: Heard) -> None:
    """Runs it on the database. The password travels in the environment: arguments are seen by everybody."""
    command = [str(_program(program)), *arguments]
    surroundings = _SURROUNDINGS | _environment()
    said: list[str] = []
    begun = 0
    with subprocess.Popen(command, env=surroundings, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr or ():
            said.append(line)
            if table := _BEGUN.search(line):
                begun += 1
                heard(begun, max(begun, total), table[1])
    if process.returncode != 0:
        raise BackupError(f"{program} failed: {_complaint(said)}")


def _complaint(lines: Sequence[str]) -> str:
    """The first line that tells of an error; with --verbose others stand before it."""
    told = [line.strip() for line in lines if line.strip()]
    return next((line for line in told if "error:" in line), told[0] if told else "no message")


def _environment() -> dict[str, str]:
    parts = urlsplit(address())
    named = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": _name(),
    }
    options = dict(parse_qsl(parts.query))
    return named | ({"PGSSLMODE": options["sslmode"]} if "sslmode" in options else {})


def _name() -> str:
    return unquote(urlsplit(address()).path.lstrip("/"))


def _program(name: str) -> Path:
    """The oldest one that is not older than the server: an older one refuses, a newer one is understood."""
    connection.ensure_connection()
    wanted = int(connection.pg_version) // 10_000  # type: ignore[attr-defined]
    found = sorted(_versions(name), key=lambda each: each[0])
    for major, path in found:
        if major >= wanted:
            return path
    have = ", ".join(str(major) for major, _ in found) or "none"
    raise BackupError(
        f"{name} of PostgreSQL {wanted} or newer is needed (found: {have}): "
        f"apt install postgresql-client-{wanted}."
    )


def _versions(name: str) -> Iterator[tuple[int, Path]]:
    folders: list[Callable[[], list[Path]]] = [
        lambda: [Path(found).parent] if (found := shutil.which(name)) else [],
        lambda: list(Path("/usr/lib/postgresql").glob("*/bin")),
        lambda: [postgres_bin(None)],
    ]
    for list_of in folders:
        try:
            paths = [folder / name for folder in list_of()]
        except RunError:
            continue  # no servers of our own are installed: production
        for path in paths:
            if path.exists():
                told = subprocess.run(
                    [path, "--version"], capture_output=True, text=True, check=False
                )
                if version := re.search(r"(\d+)(?:\.\d+)?", told.stdout):
                    yield int(version[1]), path
