"""Whose turn comes first: salon by salon, so that a storm in one does not keep another's client waiting."""

from collections.abc import Collection
from datetime import UTC, datetime

from django.db import connection

# Turns under way stand first in their salon's line: whoever has many waits for those who have none.
_FIRST_IN_LINE = """
SELECT id FROM (
  SELECT id, turn_due_at, turn_owner = '' OR turn_until < %(now)s AS free,
         row_number() OVER (
           PARTITION BY company_id
           ORDER BY (turn_owner = '' OR turn_until < %(now)s), turn_due_at, id
         ) AS place
  FROM conversations WHERE turn_due_at <= %(now)s
) AS line
WHERE free AND NOT id = ANY(%(besides)s)
ORDER BY place, turn_due_at, id LIMIT 1
"""


def next_chat(*, besides: Collection[int] = ()) -> int | None:
    """The chat whose turn is due and fairest to take now; None when nothing is due.

    `besides`: chats that somebody else was quicker to claim.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_IN_LINE, {"now": datetime.now(UTC), "besides": list(besides)})
        row = cursor.fetchone()
    return int(row[0]) if row else None
