"""Statements that Django builds once, for what every message or request asks.

To build a statement takes Django several times longer than to run it. Here it is built at its first use,
with a placeholder for each parameter of `build`, and every call binds its values:

    _WAITING = Select(lambda chat: Message.objects.filter(conversation_id=chat, status="received"))
    rows = _WAITING(chat=5)

A parameter stands for a plain value of the column's own type: a number, a text, a moment; what an update
stores may be None or JSON too. What changes the statement itself (a list, None in a filter, a condition
that may be missing) is no parameter, and what else `build` reads is read once. Values come by name, or
TypeError is raised. Anywhere else a plain queryset is as good, and easier to read.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.expressions import DatabaseDefault
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.subqueries import InsertQuery, UpdateQuery
from django.db.transaction import TransactionManagementError
from django.db.utils import DEFAULT_DB_ALIAS

Row = TypeVar("Row")


class Parameter(Expression):
    """Stands for a value that is known when the statement runs; `column`: where an update stores it."""

    def __init__(self, name: str, column: "Field[Any, Any] | None" = None) -> None:
        super().__init__()
        self.name = name
        self.column = column

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def value(self, values: Mapping[str, Any], connection: BaseDatabaseWrapper) -> Any:
        value = values[self.name]
        if self.column is not None:
            return self.column.get_db_prep_save(value, connection)
        if value is None:
            raise TypeError(f"{self.name} is compared with, and nothing equals None")
        return value


class _Statement:
    def __init__(self, *builds: Callable[..., Any]) -> None:
        self._builds = builds
        names = [name for build in builds for name in inspect.signature(build).parameters]
        self._parameters = {name: Parameter(name) for name in names}

    def _bound(
        self, params: Iterable[Any], values: dict[str, Any], connection: BaseDatabaseWrapper
    ) -> list[Any]:
        return [
            item.value(values, connection) if isinstance(item, Parameter) else item
            for item in params
        ]

    def _check(self, values: dict[str, Any]) -> None:
        if values.keys() != self._parameters.keys():
            raise TypeError(f"the statement takes {', '.join(self._parameters)}")


@dataclass(frozen=True)
class _Reading:
    """A built SELECT. Belongs to no connection: every thread uses the same."""

    sql: str
    params: tuple[Any, ...]
    locks: bool
    # Position → what Django makes of the column's value, and the column.
    converters: tuple[tuple[int, tuple[list[Callable[..., Any]], Any]], ...]
    made: Callable[[Any], Any]

    def converted(self, row: tuple[Any, ...], connection: BaseDatabaseWrapper) -> tuple[Any, ...]:
        values = list(row)
        for position, (steps, column) in self.converters:
            for step in steps:
                values[position] = step(values[position], column, connection)
        return tuple(values)


class _Read(_Statement):
    def _read(self, values: dict[str, Any]) -> list[Any]:
        self._check(values)
        reading = self._reading
        connection = connections[DEFAULT_DB_ALIAS]
        if reading.locks and connection.get_autocommit():
            raise TransactionManagementError("rows are locked in a transaction only")
        with connection.cursor() as cursor:
            cursor.execute(reading.sql, self._bound(reading.params, values, connection))
            rows = cursor.fetchall()
        if reading.converters:
            rows = [reading.converted(row, connection) for row in rows]
        return [reading.made(row) for row in rows]

    def _rows(self) -> "QuerySet[Any, Any]":
        rows: QuerySet[Any, Any] = self._builds[0](**self._parameters)
        return rows

    @cached_property
    def _reading(self) -> _Reading:
        rows = self._rows()
        compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        columns = compiler.select[: compiler.col_count]
        converters = compiler.get_converters([column for column, *_ in columns])
        locks = rows.query.select_for_update
        made = _maker(rows, compiler)
        return _Reading(sql, tuple(params), locks, tuple(converters.items()), made)


class Select(_Read, Generic[Row]):
    """`build(…)` returns a queryset of models or a `values_list`; a call returns its rows, read anew."""

    def __init__(self, build: Callable[..., "QuerySet[Any, Row]"]) -> None:
        super().__init__(build)

    def __call__(self, **values: Any) -> list[Row]:
        return self._read(values)

    def first(self, **values: Any) -> Row | None:
        """None when there is no row. `build` says which comes first, and limits itself to it."""
        rows = self(**values)
        return rows[0] if rows else None


class HasRows(_Statement):
    """Each of `builds` returns a queryset; a call says which of them have a row, in one statement."""

    def __call__(self, **values: Any) -> tuple[bool, ...]:
        self._check(values)
        sql, params = self._built
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            cursor.execute(sql, self._bound(params, values, connection))
            return tuple(cursor.fetchone())

    @cached_property
    def _built(self) -> tuple[str, list[Any]]:
        looks, params = [], []
        for build in self._builds:
            told = {name: self._parameters[name] for name in inspect.signature(build).parameters}
            rows = build(**told).values_list("pk", flat=True)
            sql, given = rows.query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
            looks.append(f"EXISTS ({sql})")
            params += given
        return f"SELECT {', '.join(looks)}", params


class HasRow:
    """`build(…)` returns a queryset; a call says whether it has a row."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self._rows = HasRows(build)

    def __call__(self, **values: Any) -> bool:
        return self._rows(**values)[0]


def _maker(rows: "QuerySet[Any, Any]", compiler: SQLCompiler) -> Callable[[Any], Any]:
    """What makes of a row of the answer what the queryset would. Raises TypeError for what is not known."""
    kind = rows._iterable_class
    if kind is FlatValuesListIterable:
        return itemgetter(0)
    if kind is ValuesListIterable:
        # What only sorts the rows stands behind what is asked for.
        count = compiler.col_count
        return lambda row: tuple(row[:count])
    plain = kind is ModelIterable and not compiler.annotation_col_map
    if not plain or rows._prefetch_related_lookups:  # type: ignore[attr-defined]
        raise TypeError("models or a values_list, with nothing annotated or fetched after them")
    info: dict[str, Any] = compiler.klass_info or {}
    model: type[Model] = info["model"]
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    # Model columns, all of them: nothing is annotated.
    chosen: list[Any] = compiler.select[start:end]
    names = [column.target.attname for column, *_ in chosen]
    # The types are those of a later Django, which asks for more.
    populators = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def made(row: tuple[Any, ...]) -> Model:
        item = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for populator in populators:
            populator.populate(row, item)
        return item

    return made


class Update(_Statement):
    """`build(…)` returns a queryset and the columns it is given; a call returns how many rows it changed.

    `also` names columns that a call may give besides, each by its own name.
    """

    def __init__(self, build: Callable[..., Any], *, also: Collection[str] = ()) -> None:
        super().__init__(build)
        self._also = frozenset(also)
        # Which of them are given → the statement.
        self._built: dict[frozenset[str], tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, **values: Any) -> int:
        also = self._also.intersection(values)
        self._check({name: value for name, value in values.items() if name not in also})
        sql, params = self._built.get(also) or self._with(also)
        connection = connections[DEFAULT_DB_ALIAS]
        bound = self._bound(params, values, connection)
        with (
            transaction.mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, bound)
            return int(cursor.rowcount)

    def _with(self, also: frozenset[str]) -> tuple[str, tuple[Any, ...]]:
        rows, columns = self._builds[0](**self._parameters)
        columns |= {name: Parameter(name) for name in also}
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(
            {name: _stored(rows.model, name, value) for name, value in columns.items()}
        )
        sql, params = query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
        self._built[also] = sql, tuple(params)
        return self._built[also]


def _stored(model: type[Model], name: str, value: Any) -> Any:
    if not isinstance(value, Parameter):
        return value
    field: Any = model._meta.get_field(name)
    return Parameter(value.name, field)


class Insert:
    """Stores a new row of `model` as `save` would; `once`: unless one of the same unique key is there.

    What the database fills in, its number and its defaults, is set on the row that was given.
    """

    def __init__(self, model: type[Model], *, once: bool = False) -> None:
        self._model = model
        self._on_conflict = OnConflict.IGNORE if once else None

    def __call__(self, row: Model) -> bool:
        """False: there is such a row already."""
        sql, given, returned = self._built
        connection = connections[DEFAULT_DB_ALIAS]
        values = [
            field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in given
        ]
        with (
            transaction.mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, values)
            told = cursor.fetchone()
        if told is None:
            return False
        for field, value in zip(returned, told, strict=True):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        return True

    @cached_property
    def _built(self) -> tuple[str, list[Any], list[Any]]:
        meta, blank = self._model._meta, self._model()
        returned = [
            field
            for field in meta.local_concrete_fields
            if field is meta.auto_field
            or isinstance(getattr(blank, field.attname), DatabaseDefault)
        ]
        given = [field for field in meta.local_concrete_fields if field not in returned]
        query = InsertQuery(self._model, on_conflict=self._on_conflict)
        query.insert_values(given, [blank])
        compiler: Any = query.get_compiler(using=DEFAULT_DB_ALIAS)
        compiler.returning_fields = returned
        ((sql, _),) = compiler.as_sql()
        return sql, given, returned
