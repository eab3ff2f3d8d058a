"""What the groups of calls share: the transport, parsing at the edge, paging."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from marketplace.yclients import errors
from marketplace.yclients.answers import Reply
from marketplace.yclients.transport import Transport

T = TypeVar("T")

# YCLIENTS names no maximum for `records`; 200 is what everybody uses and `clients/search` allows.
PAGE_SIZE = 200


class Calls:
    """Base of the groups of calls; `YclientsClient` is all of them together."""

    _transport: Transport


# Building an adapter costs more than reading a page of records with it.
_adapters: dict[Any, TypeAdapter[Any]] = {}


def parse(kind: type[T], data: Any, *, written: bool = False) -> T:
    """Validates one answer. After a write an unreadable answer means that it probably happened."""
    adapter = _adapters.setdefault(kind, _adapters.get(kind) or TypeAdapter(kind))
    try:
        result: T = adapter.validate_python(data)
    except ValidationError as error:
        failure = errors.OutcomeUnknown if written else errors.Permanent
        raise failure("YCLIENTS ответил не так, как описано") from error
    return result


def rows(data: Any) -> list[Any]:
    """A list answer: null, `{}` and a single object are tolerated."""
    if data is None or data == {}:
        return []
    if isinstance(data, dict):
        return list(data.values()) if all(str(key).isdigit() for key in data) else [data]
    return data if isinstance(data, list) else [data]


def pages(
    fetch: Callable[[int], Reply], *, size: int, key: Callable[[T], int], kind: type[T]
) -> Iterator[T]:
    """All rows of a paged call, each id once.

    Goes by `total_count` where the answer has it: a server that caps the page below what was asked
    would otherwise end the list early. A page without news ends it too.
    """
    seen: set[int] = set()
    number = 1
    while True:
        reply = fetch(number)
        batch = [parse(kind, row) for row in rows(reply.data)]
        fresh = [row for row in batch if key(row) not in seen]
        seen.update(key(row) for row in fresh)
        yield from fresh
        if not fresh or _is_last(reply, got=len(batch), seen=len(seen), size=size):
            return
        number += 1


def _is_last(reply: Reply, *, got: int, seen: int, size: int) -> bool:
    total = reply.meta.get("total_count")
    if str(total).isdigit():
        return seen >= int(str(total))
    return got < size
