"""Row level security on every table of ours, so that Supabase's REST API shows strangers nothing.

After each `migrate`, for tables are added by many migrations and none may be forgotten. There are no
policies: the owner, which the application connects as, passes by them; every other role sees no row.
"""

from typing import Any

from django.db import connections

_BARE = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity
  AND pg_get_userbyid(relowner) = current_user
"""


def enable(using: str, **_: Any) -> None:
    """Receiver of post_migrate. Tables of other owners are left alone."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_BARE)
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"ALTER TABLE {connection.ops.quote_name(table)} ENABLE ROW LEVEL SECURITY"
            )
