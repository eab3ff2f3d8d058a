"""A stranger's database role sees no row of ours, whatever somebody has granted it."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.whatsapp.hands import make_company

_COUNT = sql.SQL("SELECT count(*) FROM {}")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stranger() -> Iterator[psycopg.Connection]:
    """The bridge's role plays Supabase's `anon`: not the owner, and it was granted everything."""
    role = urlsplit(os.environ["BRIDGE_DATABASE_URL"])
    if role.username == connection.settings_dict["USER"]:
        pytest.skip("needs a second role: unset DATABASE_URL, or set BRIDGE_DATABASE_URL")
    address = role._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role.username}")
    with psycopg.connect(address, autocommit=True) as opened:
        yield opened
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role.username}")


def test_a_stranger_sees_and_changes_no_row_of_any_table(stranger: psycopg.Connection) -> None:
    make_company()
    filled = 0

    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(_COUNT.format(sql.Identifier(table)))
            filled += bool(cursor.fetchone()[0])
        found = stranger.execute(_COUNT.format(sql.Identifier(table))).fetchone()
        assert found == (0,), table

    assert filled > 5
    assert stranger.execute("DELETE FROM companies").rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        stranger.execute("INSERT INTO companies (company_id) VALUES (1)")
