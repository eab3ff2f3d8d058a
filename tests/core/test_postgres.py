"""A kept connection to PostgreSQL: not asked while it stands, replaced when it has gone."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(transactional_db: None) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Another connection to the same database, which sees and ends ours."""
    found = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(
        **{name: found[name] for name in names if name in found}, autocommit=True
    ) as other:
        yield other


def _query(text: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchone()[0]


def _pid() -> object:
    return _query("SELECT pg_backend_pid()")


def test_connection_that_stands_is_not_asked(
    server: psycopg.Connection[tuple[object, ...]],
) -> None:
    pid = _pid()

    connection.close_if_unusable_or_obsolete()
    connection.close_if_health_check_failed()

    last = server.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()
    assert last == ("SELECT pg_backend_pid()",)
    assert _pid() == pid


def test_connection_that_the_server_ended_is_replaced(
    server: psycopg.Connection[tuple[object, ...]],
) -> None:
    pid = _pid()
    server.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])

    connection.close_if_unusable_or_obsolete()

    assert _pid() != pid
