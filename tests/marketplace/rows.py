"""All rows of our tables, to see that a request changed none."""

from typing import Any

from django.apps import apps

Rows = dict[str, dict[Any, dict[str, Any]]]

OURS = ("marketplace", "whatsapp")


def all_rows() -> Rows:
    """Table → primary key → the row."""
    return {
        model._meta.db_table: {
            row[model._meta.pk.attname]: row for row in model._default_manager.values()
        }
        for name in OURS
        for model in apps.get_app_config(name).get_models()
        if model._meta.managed
    }


def touched(before: Rows, after: Rows) -> dict[str, list[Any]]:
    """Table → keys of the rows that were added, changed or removed."""
    found = {
        table: [
            key
            for key in before[table].keys() | after[table].keys()
            if before[table].get(key) != after[table].get(key)
        ]
        for table in before
    }
    return {table: keys for table, keys in found.items() if keys}
