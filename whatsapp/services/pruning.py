"""Old rows of schema `bridge`, taken away in small bites. Real time: WhatsApp's and PostgreSQL's days.

How long each is kept: the plaintext of a message answers a ciphertext that WhatsApp brings again, which it
does within minutes; the row itself keeps the same message from being stored twice; what was sent answers a
phone that could not read it, which may have been switched off for a holiday.
"""

from dataclasses import dataclass

import structlog
from django.db import connection

from aiadmin.core import redis as store

log = structlog.get_logger(__name__)

PLAINTEXT_DAYS = 3
EVENT_DAYS = 30
SENT_DAYS = 14

# Rows in one statement, and statements of a kind in one run: an hour's growth many times over, and short.
BATCH = 1000
BATCHES = 20

EVERY = 3600
KEY = store.throttle_key("whatsapp", "prune", EVERY)


@dataclass(frozen=True)
class Pruned:
    """Rows emptied or deleted by one run."""

    plaintexts: int
    events: int
    sent: int


# An event nobody has handled keeps everything. The oldest ids are the oldest rows: no index by age.
_PLAINTEXTS = """
UPDATE bridge.events SET plaintext = NULL, sha256 = NULL WHERE id IN (
    SELECT id FROM bridge.events
    WHERE plaintext IS NOT NULL AND created_at < now() - make_interval(days => %s)
      AND processed_at IS NOT NULL
    ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""
_EVENTS = """
DELETE FROM bridge.events WHERE id IN (
    SELECT id FROM (SELECT id, created_at, processed_at FROM bridge.events ORDER BY id LIMIT %s) oldest
    WHERE created_at < now() - make_interval(days => %s) AND processed_at IS NOT NULL)
"""
_SENT = """
DELETE FROM bridge.sent WHERE (session_id, message_id) IN (
    SELECT session_id, message_id FROM bridge.sent
    WHERE created_at < now() - make_interval(days => %s) ORDER BY created_at LIMIT %s)
"""


def is_time() -> bool:
    """True once an hour for all processes together; not while Redis is away, it can wait."""
    try:
        return bool(store.client().set(KEY, 1, nx=True, ex=EVERY))
    except store.ERRORS:
        return False


def run() -> Pruned:
    """One bounded run; every statement commits by itself, so it may be killed anywhere."""
    pruned = Pruned(
        plaintexts=_bites(_PLAINTEXTS, [PLAINTEXT_DAYS, BATCH]),
        events=_bites(_EVENTS, [BATCH, EVENT_DAYS]),
        sent=_bites(_SENT, [SENT_DAYS, BATCH]),
    )
    log.info(
        "whatsapp.pruned", plaintexts=pruned.plaintexts, events=pruned.events, sent=pruned.sent
    )
    return pruned


def _bites(statement: str, parameters: list[int]) -> int:
    done = 0
    for _ in range(BATCHES):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            done += cursor.rowcount
            if cursor.rowcount < BATCH:
                break
    return done
