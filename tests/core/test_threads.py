"""A worker's threads: a lone job finds a thread that is still warm, many find all of them."""

import queue
import threading
from queue import SimpleQueue

import pytest
from celery import current_app
from celery.concurrency import get_implementation

from aiadmin.threads import LastIdleFirst, TaskPool
from tests.waiting import PATIENCE, wait_for


def reading(line: LastIdleFirst, got: SimpleQueue[tuple[str, object]], name: str) -> None:
    """A reader of one item, once it waits."""
    waiting = line.idle
    read = threading.Thread(target=lambda: got.put((name, line.get())), daemon=True)
    read.start()
    wait_for(name, lambda: line.idle == waiting + 1)


def test_the_reader_that_came_last_gets_the_next_item() -> None:
    line, got = LastIdleFirst(), SimpleQueue[tuple[str, object]]()
    for name in ("first", "second", "third"):
        reading(line, got, name)

    found = []
    for number in range(3):
        line.put(number)
        found.append(got.get(timeout=PATIENCE))

    assert found == [("third", 0), ("second", 1), ("first", 2)]


def test_items_that_nobody_waits_for_are_read_in_their_order() -> None:
    line = LastIdleFirst()
    for number in range(3):
        line.put(number)

    assert line.qsize() == 3
    assert [line.get() for _ in range(3)] == [0, 1, 2]
    with pytest.raises(queue.Empty):
        line.get_nowait()


def test_jobs_that_are_due_together_are_done_side_by_side() -> None:
    pool = TaskPool(3)
    together = threading.Barrier(4)

    for _ in range(3):
        pool.apply_async(lambda: together.wait(PATIENCE))

    together.wait(PATIENCE)
    pool.on_stop()


def test_the_worker_works_with_these_threads() -> None:
    assert get_implementation(current_app.conf.worker_pool) is TaskPool
