"""The rows of schema `bridge` that Django reads: waiting events, and bridges that are alive."""

import json
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

# A bridge says that it lives every few seconds; older than this (seconds) it is not trusted.
NODE_FRESH = 60


@dataclass(frozen=True)
class EventRow:
    """One waiting event. `created_at` is real time, the database's clock."""

    id: int
    session_id: int
    kind: str
    payload: Any
    created_at: datetime


def waiting_sessions(kind: str, limit: int = 500) -> dict[int, bool]:
    """Sessions with events nobody has processed → whether all of these are of `kind`; such come last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_id, bool_and(kind = %s) AS alike FROM bridge.events"
            " WHERE processed_at IS NULL GROUP BY session_id ORDER BY alike LIMIT %s",
            [kind, limit],
        )
        return dict(cursor.fetchall())


def take_events(session_id: int, kind: str, limit: int) -> list[EventRow]:
    """Marks the oldest waiting events of the session as processed: those of `kind` up to the first of
    another, or that one alone. Returns them in order.

    The caller holds the session's row lock, and handles them in the same transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bridge.events SET processed_at = now() WHERE id = ANY(ARRAY("
            "SELECT id FROM (SELECT id, kind, row_number() OVER (ORDER BY id) AS place"
            " FROM bridge.events"
            " WHERE session_id = %(session)s AND processed_at IS NULL AND id <= coalesce("
            "(SELECT min(id) FROM bridge.events"
            " WHERE session_id = %(session)s AND processed_at IS NULL AND kind <> %(kind)s),"
            " 9223372036854775807) ORDER BY id LIMIT %(limit)s) AS line"
            " WHERE kind = %(kind)s OR place = 1))"
            " RETURNING id, session_id, kind, payload, created_at",
            {"session": session_id, "kind": kind, "limit": limit},
        )
        rows = sorted(cursor.fetchall(), key=itemgetter(0))
    return [
        EventRow(pk, session, kind, json.loads(told) if isinstance(told, str) else told, at)
        for pk, session, kind, told, at in rows
    ]


def count_failure(event_id: int) -> int:
    """One more try failed; returns how many did, whichever worker made them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bridge.events SET attempts = attempts + 1 WHERE id = %s RETURNING attempts",
            [event_id],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def put_aside(event_id: int, error: str) -> bool:
    """Marks a dead row: nobody tries it again, staff find it by `error`. False: somebody was faster."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bridge.events SET processed_at = now(), error = %s"
            " WHERE id = %s AND processed_at IS NULL",
            [error[:100], event_id],
        )
        return bool(cursor.rowcount)


def take_up(event_ids: list[int]) -> list[int]:
    """Events that were put aside wait again; returns the salons they belong to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bridge.events SET processed_at = NULL, error = NULL, attempts = 0"
            " WHERE id = ANY(%s) AND error IS NOT NULL RETURNING session_id",
            [event_ids],
        )
        return [row[0] for row in cursor.fetchall()]


def has_waiting(session_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM bridge.events"
            " WHERE session_id = %s AND processed_at IS NULL)",
            [session_id],
        )
        return bool(cursor.fetchone()[0])


def discard(session_id: int) -> int:
    """Marks all waiting events of the session as processed; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bridge.events SET processed_at = now()"
            " WHERE session_id = %s AND processed_at IS NULL",
            [session_id],
        )
        return int(cursor.rowcount)


def sessions_without_bridge(seconds: int) -> dict[int, datetime | None]:
    """Sessions that should run and that no bridge has driven for this long → since when (real time).

    None: given back by nobody knows when. A bridge that ends in order leaves the moment behind.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_id, expires_at FROM bridge.leases WHERE wanted"
            " AND coalesce(expires_at < now() - make_interval(secs => %s), owner IS NULL)",
            [seconds],
        )
        return dict(cursor.fetchall())


def has_credentials(session_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM bridge.auth WHERE session_id = %s)", [session_id]
        )
        return bool(cursor.fetchone()[0])


def erase_abandoned(session_id: int, seconds: int) -> bool:
    """Deletes the keys and credentials of a session that no bridge has driven for this long.

    The lease goes first, to nobody under a new epoch: a bridge that comes back late may neither write
    nor resume. False, and nothing is deleted, while a bridge holds it or has just let go.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM bridge.leases WHERE session_id = %s", [session_id])
        known = cursor.fetchone() is not None
        cursor.execute(
            "UPDATE bridge.leases SET wanted = false, owner = NULL, epoch = epoch + 1"
            " WHERE session_id = %s"
            " AND coalesce(expires_at < now() - make_interval(secs => %s), owner IS NULL)",
            [session_id, seconds],
        )
        if known and cursor.rowcount == 0:
            return False
        cursor.execute("DELETE FROM bridge.auth WHERE session_id = %s", [session_id])
    return True


def reconnects(*, at_least: int) -> dict[int, int]:
    """Sessions that came back (not paired anew) at least so often within the last hour → how often."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_id, count(*) FROM bridge.events"
            " WHERE kind = 'connected' AND created_at > now() - interval '1 hour'"
            " AND NOT coalesce((payload->>'fresh')::boolean, false)"
            " GROUP BY session_id HAVING count(*) >= %s",
            [at_least],
        )
        return dict(cursor.fetchall())


def has_own_proxy(session_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM bridge.leases WHERE session_id = %s AND proxy IS NOT NULL", [session_id]
        )
        return cursor.fetchone() is not None


def oldest_waiting() -> datetime | None:
    """When the bridge wrote the oldest event that nobody has processed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(created_at) FROM bridge.events WHERE processed_at IS NULL")
        found: datetime | None = cursor.fetchone()[0]
    return found


def count_events(session_ids: list[int], kind: str, *, since: datetime) -> dict[int, int]:
    """How many events of this kind each session has had since then (real time)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_id, count(*) FROM bridge.events"
            " WHERE session_id = ANY(%s) AND kind = %s AND created_at >= %s"
            # The words of the partial index, so that the planner finds it.
            " AND kind IN ('connected', 'disconnected', 'undecryptable') GROUP BY session_id",
            [session_ids, kind, since],
        )
        return dict(cursor.fetchall())


def frequent_events(kind: str, *, since: datetime, at_least: int) -> dict[int, datetime]:
    """Sessions with so many events of this kind since then (real time) → when the first of them came."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_id, min(created_at) FROM bridge.events"
            " WHERE kind = %s AND created_at >= %s"
            # The words of the partial index, as above.
            " AND kind IN ('connected', 'disconnected', 'undecryptable')"
            " GROUP BY session_id HAVING count(*) >= %s",
            [kind, since, at_least],
        )
        return dict(cursor.fetchall())


def is_live_node(node_id: str, url: str) -> bool:
    """True when this bridge is listed under this very address and was seen a moment ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM bridge.nodes WHERE id = %s AND url = %s"
            " AND seen_at > now() - make_interval(secs => %s)",
            [node_id, url, NODE_FRESH],
        )
        return cursor.fetchone() is not None


def other_node(session_id: int, asked: str) -> str | None:
    """Address of another live bridge than `asked`: the session's owner, else the freshest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.url FROM bridge.nodes n"
            " LEFT JOIN bridge.leases l ON l.session_id = %s AND l.owner = n.id"
            " WHERE n.url <> %s AND n.seen_at > now() - make_interval(secs => %s)"
            " ORDER BY (l.owner IS NULL), n.seen_at DESC LIMIT 1",
            [session_id, asked, NODE_FRESH],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else None


@dataclass(frozen=True)
class MediaRow:
    """What became of a message's file. `status`: owed, fetched, refused, expired, failed."""

    chat: str
    message_id: str
    kind: str
    status: str
    reason: str
    mime: str
    filename: str
    size: int


def media_of(session_id: int, message_ids: list[str]) -> list[MediaRow]:
    """The files of these messages; the content stays where it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chat, message_id, kind, status, reason, mime, filename, size FROM bridge.media"
            " WHERE session_id = %s AND message_id = ANY(%s)",
            [session_id, message_ids],
        )
        return [MediaRow(*row) for row in cursor.fetchall()]


def delete_content(session_id: int) -> None:
    """Removes what the session's bridge keeps of conversations: copies of what was sent, files."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bridge.sent WHERE session_id = %s", [session_id])
        cursor.execute("DELETE FROM bridge.media WHERE session_id = %s", [session_id])


def delete_media(session_id: int, chats: list[str]) -> int:
    """Removes all files of these chats, fetched or not; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM bridge.media WHERE session_id = %s AND chat = ANY(%s)", [session_id, chats]
        )
        return int(cursor.rowcount)


def delete_media_before(moment: datetime, limit: int) -> int:
    """Removes at most `limit` files stored before `moment` (real time); returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM bridge.media WHERE id IN"
            " (SELECT id FROM bridge.media WHERE created_at < %s ORDER BY created_at LIMIT %s)",
            [moment, limit],
        )
        return int(cursor.rowcount)
