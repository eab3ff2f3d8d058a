"""A pytest plugin: leaves no rows behind after a test that committed, without Django's `flush`.

`flush` truncates every table and plays post_migrate again, for a test of milliseconds, hundreds of times.
Here the tables that have rows are emptied in one transaction, at whose end the foreign keys (all of them
deferred) are looked at. What post_migrate made stays.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql

# Made by migrate for all tests; a test that changes them puts them back.
_KEPT = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}


def pytest_configure() -> None:
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]  # not in the stubs


def _empty(_: TransactionTestCase) -> None:
    tables = sorted(set(connection.introspection.table_names()) - _KEPT)
    rows = sql.SQL("(SELECT {} FROM {} LIMIT 1)")
    with transaction.atomic(), connection.cursor() as cursor:
        looks = [rows.format(sql.Literal(table), sql.Identifier(table)) for table in tables]
        cursor.execute(sql.SQL(" UNION ALL ").join(looks))
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
