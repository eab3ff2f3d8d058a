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

    for name, path in hot.items():
        watch = plans.Watch(rows.growing(name), forbid_scans=True)
        with connection.execute_wrapper(watch):
            path(2)
        found += watch.whole
        count += watch.count

    assert found == []
    assert count > 30


def test_an_idle_beat_asks_as_much_of_many_salons_as_of_one() -> None:
    company, _ = rows.template()
    one, many = plans.Count(), plans.Count()
    with connection.execute_wrapper(one):
        outreach.beat()
    rows.grow(company, 30)

    with connection.execute_wrapper(many):
        outreach.beat()

    assert (one.count, many.count) == (10, 10)
