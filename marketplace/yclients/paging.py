"""Paged calls: every row once, and the next pages come while one is worked on."""

import contextvars
import threading
from collections.abc import Callable, Generator, Hashable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

from marketplace.yclients.answers import Reply
from marketplace.yclients.calls import Odd, parse_row, rows

T = TypeVar("T")
Fetch = Callable[[int], Reply]

# Pages fetched and not yet asked for. With one the line would stand idle from the coming of a page until
# somebody takes it; more would only fill the memory.
_AHEAD = 2


def pages(
    fetch: Fetch,
    *,
    size: int,
    key: Callable[[T], int],
    kind: type[T],
    odd: Odd | None = None,
) -> Generator[T]:
    """All rows of a paged call, each id once. One call follows the other, never two at a time.

    Goes by `total_count` where the answer has it: a server that caps the page below what was asked
    would otherwise end the list early. A page without news ends it too. The thread that fetches ahead
    ends with the iterator; what it raises is raised here, when its page is due.
    """
    seen: set[Hashable] = set()
    number, reply = 1, fetch(1)
    with _Ahead(fetch, size, reply) as ahead:
        while True:
            batch = rows(reply.data)
            before = len(seen)
            for raw in batch:
                row = parse_row(kind, raw, odd)
                mark: Hashable = repr(raw) if row is None else key(row)
                if mark not in seen:
                    seen.add(mark)
                    if row is not None:
                        yield row
            if len(seen) == before or _is_last(reply, got=len(batch), seen=len(seen), size=size):
                return
            number += 1
            reply = ahead.page(number)


class _Ahead:
    """Fetches the pages after the first in a thread of its own, as far as their number can be known."""

    def __init__(self, fetch: Fetch, size: int, first: Reply) -> None:
        self._fetch, self._size = fetch, size
        self._got = 0
        self._more = self._goes_on(first)
        # A page or what was raised in its place, and whether the thread goes on after it.
        self._fetched: SimpleQueue[tuple[Reply | BaseException, bool]] = SimpleQueue()
        self._room = threading.Semaphore(_AHEAD)
        self._stopped = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="yclients-page")

    def __enter__(self) -> Self:
        if self._more:
            self._thread.submit(contextvars.copy_context().run, self._read)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped = True
        self._room.release()
        self._thread.shutdown()

    def page(self, number: int) -> Reply:
        """The next page; `number` counts on by one with every call."""
        if not self._more:
            # Rows came twice: the list is longer than the thread could tell.
            return self._fetch(number)
        found, self._more = self._fetched.get()
        self._room.release()
        if isinstance(found, BaseException):
            raise found
        return found

    def _read(self) -> None:
        number, more = 2, True
        while more:
            self._room.acquire()
            if self._stopped:
                return
            try:
                reply = self._fetch(number)
                more = self._goes_on(reply)
            except BaseException as error:  # raised by whoever waits for the page
                self._fetched.put((error, False))
                return
            self._fetched.put((reply, more))
            number += 1

    def _goes_on(self, reply: Reply) -> bool:
        batch = rows(reply.data)
        self._got += len(batch)
        return bool(batch) and not _is_last(reply, got=len(batch), seen=self._got, size=self._size)


def _is_last(reply: Reply, *, got: int, seen: int, size: int) -> bool:
    total = reply.meta.get("total_count")
    if str(total).isdigit():
        return seen >= int(str(total))
    return got < size
