"""Whether a transaction pooler stands before PostgreSQL, and what a connection may keep when none does."""

from django.db.backends.base.base import BaseDatabaseWrapper

# A statement that comes back so often is parsed and planned once a connection: half of PostgreSQL's work on
# an answered message. A connection keeps a hundred of them at most (psycopg's `prepared_max`).
PREPARED_AFTER = 5


def prepare(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """For `connection_created`: lets statements be prepared on a connection that has a server of its own."""
    raw = connection.connection
    raw.prepare_threshold = None if stands_before(connection) else PREPARED_AFTER


def stands_before(connection: BaseDatabaseWrapper) -> bool:
    """A pooler has to make up the process number it greets with, for each transaction may be another's;
    PostgreSQL itself greets with the true one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid: int = cursor.fetchone()[0]
    return bool(pid != connection.connection.info.backend_pid)
