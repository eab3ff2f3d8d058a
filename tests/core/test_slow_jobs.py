"""Slow jobs leave half of a worker's threads to the clients, and none of them is passed over for good."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from celery import current_app

from aiadmin.core import slow_jobs, worker
from aiadmin.core.queue import Job
from aiadmin.core.slow_jobs import Line
from tests.waiting import PATIENCE


@contextmanager
def held(line: Line, number: int) -> Iterator[None]:
    """A thread with a slow job that lasts as long as the block."""
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        over.wait(PATIENCE)

    thread = threading.Thread(target=line.run, args=("HELD", number, work))
    thread.start()
    assert begun.wait(PATIENCE)
    yield
    over.set()
    thread.join()


def test_who_comes_when_half_is_held_is_worked_on_by_the_next_that_ends() -> None:
    line, done = Line(lambda: 4), []
    with held(line, 1):
        with held(line, 2):
            line.run("A", 7, lambda: done.append("first"))
            line.run("A", 7, lambda: done.append("the same again"))
            line.run("B", 7, lambda: done.append("second"))
            assert done == []
        assert done == ["first", "second"]
        # One has given its thread back: the next begins at once.
        line.run("A", 7, lambda: done.append("third"))
        assert done == ["first", "second", "third"]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_small_worker_has_one_thread_for_them(threads: int) -> None:
    line, done = Line(lambda: threads), []
    with held(line, 1):
        line.run("A", 1, lambda: done.append(1))
        assert done == []
    assert done == [1]


def test_a_failure_is_told_and_keeps_no_thread() -> None:
    line, done = Line(lambda: 2), []

    def fail() -> None:
        raise ValueError("broken")

    with held(line, 1):
        line.run("A", 1, fail)
        line.run("A", 2, lambda: done.append(2))
    assert done == [2]
    with pytest.raises(ValueError, match="broken"):
        line.run("A", 1, fail)
    line.run("A", 3, lambda: done.append(3))
    assert done == [2, 3]


def test_a_worker_that_stops_begins_nothing_more() -> None:
    line, done = Line(lambda: 2), []
    with held(line, 1):
        line.run("A", 1, lambda: done.append(1))
        line.forget()
    assert done == []


def test_every_slow_job_waits_in_the_line() -> None:
    current_app.loader.import_default_modules()
    line, asked = slow_jobs.line, []
    with ExitStack() as stack:
        for number in range(worker.threads() // 2):
            stack.enter_context(held(line, number))
        for job in Job:
            if job.queue == "sync":
                current_app.tasks[job.task](0)
                asked.append(job.name)
        assert line.waiting == [(name, 0) for name in asked]
        line.forget()
