"""What the groups of calls share: the transport, parsing at the edge."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from marketplace.yclients import errors
from marketplace.yclients.transport import Transport

T = TypeVar("T")

# Told of a row that could not be read, which is then left out. Without one such a row is an error:
# whoever looks for one certain record must not take an unreadable one for absent.
Odd = Callable[[Any], None]

# YCLIENTS names no maximum for `records`; 200 is what everybody uses and `clients/search` allows.
PAGE_SIZE = 200


class Calls:
    """Base of the groups of calls; `YclientsClient` is all of them together."""

    _transport: Transport


# Building an adapter costs more than reading a page of records with it.
_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return _adapters.setdefault(kind, _adapters.get(kind) or TypeAdapter(kind))


def parse(kind: type[T], data: Any, *, written: bool = False) -> T:
    """Validates one answer. After a write an unreadable answer means that it probably happened."""
    try:
        return _adapter(kind).validate_python(data)
    except ValidationError as error:
        failure = errors.OutcomeUnknown if written else errors.Permanent
        raise failure("YCLIENTS ответил не так, как описано") from error


def parse_rows(kind: type[T], data: Any, odd: Odd | None = None) -> list[T]:
    """A list answer, row by row. Raises Permanent for an unreadable row unless `odd` takes it."""
    found = (parse_row(kind, raw, odd) for raw in rows(data))
    return [row for row in found if row is not None]


def rows(data: Any) -> list[Any]:
    """A list answer: null, `{}` and a single object are tolerated."""
    if data is None or data == {}:
        return []
    if isinstance(data, dict):
        return list(data.values()) if all(str(key).isdigit() for key in data) else [data]
    return data if isinstance(data, list) else [data]


def parse_row(kind: type[T], raw: Any, odd: Odd | None) -> T | None:
    """None: the row is unreadable, and `odd` has taken it."""
    try:
        return parse(kind, raw)
    except errors.Permanent:
        if odd is None:
            raise
        odd(raw)
        return None
