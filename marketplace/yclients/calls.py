"""What the groups of calls share: the transport, parsing at the edge, paging one page ahead."""

import contextvars
import time
from collections.abc import Callable, Generator, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from marketplace.yclients import errors
from marketplace.yclients.answers import Reply
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
    found = (_row(kind, raw, odd) for raw in rows(data))
    return [row for row in found if row is not None]


def rows(data: Any) -> list[Any]:
    """A list answer: null, `{}` and a single object are tolerated."""
    if data is None or data == {}:
        return []
    if isinstance(data, dict):
        return list(data.values()) if all(str(key).isdigit() for key in data) else [data]
    return data if isinstance(data, list) else [data]


# Seconds; without it the other thread waits for the interpreter's switch, several times a page.
_HANDOVER = 0.001


def pages(
    fetch: Callable[[int], Reply],
    *,
    size: int,
    key: Callable[[T], int],
    kind: type[T],
    odd: Odd | None = None,
) -> Generator[T]:
    """All rows of a paged call, each id once; the next page comes while this one is worked on.

    Goes by `total_count` where the answer has it: a server that caps the page below what was asked
    would otherwise end the list early. A page without news ends it too. The thread that fetches ahead
    ends with the iterator; what it raises is raised here, when its page is due.
    """
    seen: set[Hashable] = set()
    number, got = 1, 0
    reply = fetch(number)
    with ThreadPoolExecutor(1, thread_name_prefix="yclients-page") as ahead:
        while True:
            batch = rows(reply.data)
            got += len(batch)
            coming: Future[Reply] | None = None
            if batch and not _is_last(reply, got=len(batch), seen=got, size=size):
                coming = ahead.submit(contextvars.copy_context().run, fetch, number + 1)
                # Lets the request leave before this thread takes the interpreter for the whole page.
                time.sleep(_HANDOVER)
            before = len(seen)
            for raw in batch:
                row = _row(kind, raw, odd)
                mark: Hashable = repr(raw) if row is None else key(row)
                if mark not in seen:
                    seen.add(mark)
                    if row is not None:
                        yield row
            if len(seen) == before or _is_last(reply, got=len(batch), seen=len(seen), size=size):
                return
            number += 1
            reply = coming.result() if coming else fetch(number)


def _row(kind: type[T], raw: Any, odd: Odd | None) -> T | None:
    try:
        return parse(kind, raw)
    except errors.Permanent:
        if odd is None:
            raise
        odd(raw)
        return None


def _is_last(reply: Reply, *, got: int, seen: int, size: int) -> bool:
    total = reply.meta.get("total_count")
    if str(total).isdigit():
        return seen >= int(str(total))
    return got < size
