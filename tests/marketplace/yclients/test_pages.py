"""Paged calls end where the list ends, whatever the server does with page sizes."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from marketplace.yclients import errors, schemas
from marketplace.yclients.answers import Reply
from marketplace.yclients.paging import pages
from tests.waiting import PATIENCE


def server(total: int, *, cap: int, tells: bool, asked: list[int]) -> Callable[[int], Reply]:
    """A list of `total` clients, at most `cap` a page."""

    def fetch(number: int) -> Reply:
        asked.append(number)
        rows = [{"id": one} for one in range(1, total + 1)][(number - 1) * cap : number * cap]
        return Reply(200, rows, {"total_count": total} if tells else {})

    return fetch


def ids(fetch: Callable[[int], Reply], *, size: int) -> list[int]:
    return [one.id for one in pages(fetch, size=size, key=lambda row: row.id, kind=schemas.Client)]


@pytest.mark.parametrize(
    ("total", "cap", "tells", "calls"),
    [
        (0, 3, True, 1),
        (3, 3, True, 1),
        (7, 3, True, 3),
        (7, 2, True, 4),  # the server gives less than asked: `total_count` keeps us going
        (7, 3, False, 3),
        (6, 3, False, 3),  # the last full page cannot be known as the last
        (0, 3, False, 1),
    ],
)
def test_every_row_once(total: int, cap: int, tells: bool, calls: int) -> None:
    asked: list[int] = []

    found = ids(server(total, cap=cap, tells=tells, asked=asked), size=3)

    assert found == list(range(1, total + 1))
    assert asked == list(range(1, calls + 1))


def test_a_server_that_ignores_the_page_is_not_asked_for_ever() -> None:
    def fetch(number: int) -> Reply:
        return Reply(200, [{"id": 1}, {"id": 2}], {"total_count": 1000})

    assert ids(fetch, size=2) == [1, 2]


def test_an_unreadable_row_is_a_named_error() -> None:
    with pytest.raises(errors.Permanent):
        ids(lambda number: Reply(200, ["?"]), size=2)


def test_unreadable_rows_are_handed_over_and_the_rest_is_read() -> None:
    rows = ["?", {"id": 1}, {"id": "x"}, {"id": 2}, "!", "?"]
    odd: list[Any] = []

    found = list(
        pages(
            lambda number: Reply(200, rows[(number - 1) * 2 : number * 2], {"total_count": 6}),
            size=2,
            key=lambda row: row.id,
            kind=schemas.Client,
            odd=odd.append,
        )
    )

    assert [row.id for row in found] == [1, 2]
    assert odd == ["?", {"id": "x"}, "!", "?"]


def test_a_server_that_repeats_an_unreadable_page_is_not_asked_for_ever() -> None:
    asked: list[int] = []

    def fetch(number: int) -> Reply:
        asked.append(number)
        return Reply(200, ["?", "!"], {"total_count": 1000})

    found = pages(fetch, size=2, key=lambda row: row.id, kind=schemas.Client, odd=lambda raw: None)

    assert list(found) == []
    assert max(asked) <= 4


def test_the_next_pages_come_while_this_one_is_worked_on() -> None:
    asked: list[int] = []
    third, fourth = threading.Event(), threading.Event()

    def fetch(number: int) -> Reply:
        asked.append(number)
        if number == 3:
            third.set()
        if number == 4:
            fourth.set()
        return Reply(200, [{"id": number}], {"total_count": 5})

    found = pages(fetch, size=1, key=lambda row: row.id, kind=schemas.Client)

    assert next(found).id == 1
    assert third.wait(PATIENCE), "nobody has asked for the third row yet"
    assert asked == [1, 2, 3], "two pages ahead, no more"
    assert next(found).id == 2
    assert fourth.wait(PATIENCE), "the page that was taken left no room for the next"
    assert asked == [1, 2, 3, 4]
    assert [row.id for row in found] == [3, 4, 5]


def test_calls_are_made_one_after_the_other() -> None:
    under_way = threading.Lock()

    def fetch(number: int) -> Reply:
        assert under_way.acquire(blocking=False), "two calls at a time"
        try:
            rows = [{"id": one} for one in range(number * 2, number * 2 + 2)]
        finally:
            under_way.release()
        return Reply(200, rows, {"total_count": 40})

    assert ids(fetch, size=2) == list(range(2, 42))


def test_rows_that_come_twice_do_not_end_the_list_early() -> None:
    """A row was put in before those read: the last row of a page comes again with the next."""
    answers = {1: [1, 2], 2: [2, 3], 3: [4]}
    asked: list[int] = []

    def fetch(number: int) -> Reply:
        asked.append(number)
        return Reply(200, [{"id": one} for one in answers[number]], {"total_count": 4})

    assert ids(fetch, size=2) == [1, 2, 3, 4]
    assert asked == [1, 2, 3]


def test_an_error_of_the_next_page_comes_after_the_rows_of_this_one() -> None:
    def fetch(number: int) -> Reply:
        if number == 2:
            raise errors.Retryable
        return Reply(200, [{"id": 1}, {"id": 2}], {"total_count": 4})

    found = pages(fetch, size=2, key=lambda row: row.id, kind=schemas.Client)

    assert [next(found).id, next(found).id] == [1, 2]
    with pytest.raises(errors.Retryable):
        next(found)


def test_the_thread_that_fetches_ahead_ends_with_its_reader() -> None:
    found = pages(
        server(100, cap=2, tells=True, asked=[]),
        size=2,
        key=lambda row: row.id,
        kind=schemas.Client,
    )
    next(found)
    assert any(thread.name.startswith("yclients-page") for thread in threading.enumerate())

    found.close()

    assert not any(thread.name.startswith("yclients-page") for thread in threading.enumerate())
