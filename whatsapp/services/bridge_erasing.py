"""Rows of schema `bridge` that go with a client or with a whole installation."""

from django.db import connection


def delete_messages(session_id: int, chats: list[str], message_ids: list[str]) -> int:
    """The bridge's copies of one client's messages: handled events, and what was sent. How many rows.

    An event nobody has handled stays: it becomes a message, which may be asked to be erased again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM bridge.events WHERE session_id = %s AND processed_at IS NOT NULL"
            " AND kind = 'message' AND chat = ANY(%s)",
            [session_id, chats],
        )
        gone = int(cursor.rowcount)
        cursor.execute(
            "DELETE FROM bridge.sent WHERE session_id = %s AND message_id = ANY(%s)",
            [session_id, message_ids],
        )
        return gone + int(cursor.rowcount)


def delete_events(session_ids: list[int], limit: int) -> int:
    """At most `limit` events of these sessions, handled or not; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM bridge.events WHERE id IN"
            " (SELECT id FROM bridge.events WHERE session_id = ANY(%s) LIMIT %s)",
            [session_ids, limit],
        )
        return int(cursor.rowcount)


def with_credentials(session_ids: list[int]) -> set[int]:
    """Those whose WhatsApp keys are still there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT session_id FROM bridge.auth WHERE session_id = ANY(%s)", [session_ids]
        )
        return {row[0] for row in cursor.fetchall()}
