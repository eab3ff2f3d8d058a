"""No hot path reads a table that grows with the salons from end to end."""

import pytest
from django.db import connection

from tests.bench import paths, plans, rows
from whatsapp.services import outreach

pytestmark = pytest.mark.django_db


def test_hot_paths_find_their_rows_by_an_index() -> None:
    company, key = rows.template()
    rows.grow(company, 30)
    hot = paths.of(company, key)
    for path in hot.values():
        path(1)
    found: list[str] = []
    count = 0

    for path in hot.values():
        watch = plans.Watch(rows.GROWING, forbid_scans=True)
        with connection.execute_wrapper(watch):
            path(2)
        found += watch.whole
        count += watch.count

    assert found == []
    assert count > 30


def test_a_beat_asks_as_much_of_many_salons_as_of_one_and_little_when_idle() -> None:
    company, _ = rows.template()
    asked = [_asked_by_a_beat()]
    rows.grow(company, 30)
    asked += [_asked_by_a_beat() for _ in range(2)]

    first, many, idle = asked
    assert first == many
    assert idle == 8


def _asked_by_a_beat() -> int:
    count = plans.Count()
    with connection.execute_wrapper(count):
        outreach.beat()
    return count.count
