"""Names of columns for people, in migrations: the schema does not change, so neither does the database."""

from collections.abc import Mapping
from typing import Any

from django.db.migrations.operations.base import Operation


class NameFields(Operation):
    """Sets verbose names, {model: {field: name}}.

    `AlterField` would do the same, in seconds for every new database: it reads all related models anew.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, names: Mapping[str, Mapping[str, str]]) -> None:
        self.names = names

    def state_forwards(self, app_label: str, state: Any) -> None:
        for model, names in self.names.items():
            fields = state.models[app_label, model].fields
            for field, name in names.items():
                _, _, args, options = fields[field].deconstruct()
                fields[field] = type(fields[field])(*args, **{**options, "verbose_name": name})

    def database_forwards(self, *_: Any) -> None:
        """Nothing to do there."""

    def database_backwards(self, *_: Any) -> None:
        """Nothing to do there."""

    def describe(self) -> str:
        return "Name fields for people"
