"""The worker's threads: of those that are idle, the one that was busy last gets the next job.

By itself the pool takes the one that has been idle the longest. So a worker with little to do wakes all of
its threads in turn, each with a connection of its own to PostgreSQL, and finds nothing in the processor's
caches, there or here.
"""

import queue
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from celery.concurrency import thread


@dataclass
class _Idle:
    """A thread that waits for an item."""

    given: Any = None
    woken: threading.Event = field(default_factory=threading.Event)


class LastIdleFirst:
    """A queue, its items first in, first out; its waiting readers last in, first out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: deque[Any] = deque()
        self._idle: list[_Idle] = []

    @property
    def idle(self) -> int:
        """How many readers wait."""
        return len(self._idle)

    def put(self, item: Any) -> None:
        with self._lock:
            if not self._idle:
                self._items.append(item)
                return
            reader = self._idle.pop()
            reader.given = item
        reader.woken.set()

    def get(self, block: bool = True) -> Any:
        with self._lock:
            if self._items:
                return self._items.popleft()
            if not block:
                raise queue.Empty
            reader = _Idle()
            self._idle.append(reader)
        reader.woken.wait()
        return reader.given

    def get_nowait(self) -> Any:
        return self.get(block=False)

    def qsize(self) -> int:
        return len(self._items)


class _Executor(ThreadPoolExecutor):
    def __init__(self, max_workers: int) -> None:
        super().__init__(max_workers)
        # Before it has a thread: each is given this queue.
        self._work_queue: Any = LastIdleFirst()


class TaskPool(thread.TaskPool):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.executor = _Executor(self.limit)
