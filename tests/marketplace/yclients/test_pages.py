"""Paged calls end where the list ends, whatever the server does with page sizes."""

from collections.abc import Callable

import pytest

from marketplace.yclients import errors, schemas
from marketplace.yclients.answers import Reply
from marketplace.yclients.calls import pages


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
