"""Rows by the page in one cheap statement each way: Django's own cost more than all the rest of a sync."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models


def upsert(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    unique: Sequence[str],
    update: Sequence[str],
) -> None:
    """Inserts `rows` (column → value, the same columns in each), or updates those that are there;
    without `update` those stay as they are.

    The page travels as one JSON parameter; PostgreSQL takes it apart by the columns' own types. No two
    rows may have the same `unique` columns. In a transaction, rows in the order of the locks.
    """
    if not rows:
        return
    fields = {field.column: field for field in model._meta.concrete_fields}
    quoted = {name: connection.ops.quote_name(name) for name in rows[0]}
    columns = ", ".join(quoted.values())
    # rel_db_type: the plain type, without "unsigned" checks or identity.
    types = ", ".join(f"{quoted[name]} {fields[name].rel_db_type(connection)}" for name in quoted)
    changes = ", ".join(f"{quoted[name]} = EXCLUDED.{quoted[name]}" for name in update)
    action = f"UPDATE SET {changes}" if update else "NOTHING"
    table = connection.ops.quote_name(model._meta.db_table)
    # Names come from our models, values travel as the parameter.
    statement = (
        f"INSERT INTO {table} ({columns}) "  # noqa: S608
        f"SELECT {columns} FROM jsonb_to_recordset(%s::jsonb) AS page({types}) "
        f"ON CONFLICT ({', '.join(quoted[name] for name in unique)}) DO {action}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows, default=_text)])


def locked(
    model: type[models.Model],
    numbers: Sequence[int],
    *,
    company_id: int,
    key: str,
    columns: Sequence[str],
) -> list[dict[str, Any]]:
    """The company's rows whose `key` is among `numbers`, locked in that order. In a transaction.

    Each is looked up by its own: of a list PostgreSQL reads all rows of the company, page by page anew,
    until it has statistics of a table that the first sync is just filling.
    """
    fields = {field.column: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    # Names come from our models, values travel as parameters.
    statement = (
        f"SELECT known.* FROM unnest(%s::{fields[key].rel_db_type(connection)}[]) AS page(number) "  # noqa: S608
        f"CROSS JOIN LATERAL (SELECT {names} FROM {quote(model._meta.db_table)} "
        f"WHERE {quote('company_id')} = %s AND {quote(key)} = page.number FOR UPDATE) AS known"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(numbers), company_id])
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for name in columns:
        field = fields[name]
        if isinstance(field, models.JSONField):
            for row in found:
                if row[name] is not None:
                    row[name] = field.from_db_value(row[name], field.cached_col, connection)
    return found


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
