"""Which salons a beat looks at: those that something changed in, or whose next moment has come.

All others cost it nothing. Whoever changes a visit, a wish, a salon's zone or its state leaves a row of news
in the same commit (triggers, migration 0031), so nothing that is committed is overlooked. A look says when
the next one is due; one that was overtaken by another, or that failed, settles nothing and is made again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from whatsapp.services import digest, outreach_due
from whatsapp.services.outreach_due import Alike

# A salon is looked at so often at least.
LONGEST = timedelta(days=1)
# News that one beat reads; the rest is the next one's.
_MOST = 10_000


@dataclass(frozen=True)
class Look:
    """`number`: of the look before; `news`: ids of what it answers."""

    company_id: int
    number: int
    news: Sequence[int]


# Letters that failed are due in real time. A clock that was put back, as in the demo, is seen.
_DUE = """
SELECT asked.company_id,
  coalesce((SELECT number FROM salon_looks AS look WHERE look.company_id = asked.company_id), 0),
  array_remove(array_agg(asked.news), NULL)
FROM (
  (SELECT company_id, id AS news FROM salon_news ORDER BY id LIMIT %(most)s)
  UNION ALL SELECT company_id, NULL FROM salon_looks WHERE due_at <= %(now)s
  UNION ALL SELECT company_id, NULL FROM salon_looks WHERE looked_at > %(now)s
  UNION ALL SELECT company_id, NULL FROM salon_digests
    WHERE due_at <= %(real)s AND attempts < %(attempts)s AND day >= %(day)s
) AS asked GROUP BY asked.company_id
"""


def due(now: datetime) -> list[Look]:
    """The salons to be looked at; `now` is business time."""
    told: dict[str, Any] = {
        "now": now,
        "real": datetime.now(UTC),
        "attempts": digest.MOST_ATTEMPTS,
        # The salon's own day, in any zone.
        "day": (now - 2 * LONGEST).date(),
        "most": _MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DUE, told)
        return [Look(*row) for row in cursor.fetchall()]


# Who has looked meanwhile has seen at least as much.
_NEXT = """
INSERT INTO salon_looks AS look (company_id, looked_at, due_at, number)
SELECT salon.id, %(now)s, told.due_at, told.number + 1
FROM jsonb_to_recordset(%(looks)s::jsonb) AS told (id int, number int, due_at timestamptz)
JOIN companies AS salon USING (id) ORDER BY salon.id
ON CONFLICT (company_id) DO UPDATE
SET looked_at = excluded.looked_at, due_at = excluded.due_at, number = excluded.number
WHERE look.number = excluded.number - 1
RETURNING company_id
"""
_HEARD = """
DELETE FROM salon_news WHERE id = ANY(%(ids)s) AND (
  company_id = ANY(%(salons)s) OR NOT EXISTS (SELECT FROM companies WHERE id = company_id)
)
"""


def settle(looks: Sequence[Look], salons: Sequence[Alike], now: datetime) -> None:
    """These were looked at, at `now`: says when the next look is due, and forgets what they answered."""
    if not looks:
        return
    moments = [
        question(salons, now)
        for question in (
            outreach_due.reminders_at,
            outreach_due.reviews_at,
            outreach_due.digests_at,
        )
    ]
    latest = now + LONGEST
    rows = [
        {
            "id": look.company_id,
            "number": look.number,
            "due_at": min(at.get(look.company_id, latest) for at in moments).isoformat(),
        }
        for look in looks
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NEXT, {"looks": json.dumps(rows), "now": now})
        settled = [pk for (pk,) in cursor.fetchall()]
        news = [pk for look in looks for pk in look.news]
        cursor.execute(_HEARD, {"ids": news, "salons": settled})
