"""A database that answers and takes nothing: read-only, or its disk is full. Seen where it happens.

An alarm is a row, and this one could not be written: it is kept in Redis, shown by `/readyz`, `/metrics` and
`doctor`, and mailed and posted straight away, once an hour; so is that PostgreSQL does not answer at all.
"""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)
from django.db.backends.base.base import BaseDatabaseWrapper

from aiadmin.core import redis as store

log = structlog.get_logger(__name__)

READ_ONLY, FULL, AWAY = "read_only", "disk_full", "away"
_REASONS = {"25006": READ_ONLY, "53100": FULL}
# The sweep writes, or fails to, every few seconds: what is over is forgotten soon.
REMEMBERED = 30
TEXTS = {
    READ_ONLY: "PostgreSQL только читает: ничего нельзя сохранить, помощник молчит. "
    "Верните базе запись (default_transaction_read_only, резервный сервер).",
    FULL: "На диске PostgreSQL кончилось место: ничего нельзя сохранить, помощник молчит. "
    "Освободите место, дальше всё пойдёт само.",
    AWAY: "PostgreSQL не отвечает: помощник молчит. Проверьте, что сервер запущен и на его диске есть место.",
}
# PostgreSQL, or the pooler before it, ended the connection or took none: class 08, and these of class 57.
_ENDED = ("57P01", "57P02", "57P03")
# A restart takes seconds: it is away when two sweeps in a row, a minute apart, have not found it.
_TWO_SWEEPS = 150


def watch(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """For `connection_created`: every statement of this connection is listened to."""
    if _listen not in connection.execute_wrappers:
        connection.execute_wrappers.append(_listen)


def refusal() -> str:
    """READ_ONLY, FULL, or "" while PostgreSQL takes what it is given. Raises DatabaseError.

    That it is read-only is asked; of a full disk the last half minute's failures tell.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only')::bool")
        if cursor.fetchone()[0]:
            return READ_ONLY
    try:
        return str(store.client().get(store.REFUSED_KEY) or "")
    except store.ERRORS:
        return ""


def takes_writes() -> bool:
    """False also when PostgreSQL does not answer."""
    try:
        return not refusal()
    except DatabaseError:
        return False


def was_away(error: BaseException) -> bool:
    """The connection broke or was not to be had: no fault of what was asked."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = str(getattr(error.__cause__, "sqlstate", None) or "")
    return not state or state.startswith("08") or state in _ENDED


def wait_until_back(seconds: int) -> None:
    """Returns with a connection that works, or raises OperationalError after so many tries, one a second."""
    for left in reversed(range(seconds)):
        # Of a connection that broke, too.
        close_old_connections()
        try:
            connection.ensure_connection()
        except OperationalError:
            if not left:
                raise
            time.sleep(1)
        else:
            return


def trouble() -> str:
    """What the operator must know: a refusal, AWAY when nothing was heard for a minute, or "".

    Asked by the sweep alone. Raises redis' errors.
    """
    try:
        return refusal()
    except DatabaseError:
        first = store.client().set(store.AWAY_KEY, 1, nx=True, ex=_TWO_SWEEPS)
        return "" if first else AWAY


def _listen(
    execute: Callable[..., Any], sql: str, params: object, many: bool, context: dict[str, Any]
) -> Any:
    try:
        return execute(sql, params, many, context)
    except Exception as error:
        reason = _REASONS.get(str(getattr(error.__cause__, "sqlstate", "")))
        if reason:
            _remember(reason)
        raise


def _remember(reason: str) -> None:
    log.error("database.refuses", reason=reason)
    try:
        store.client().set(store.REFUSED_KEY, reason, ex=REMEMBERED)
    except store.ERRORS:
        return
