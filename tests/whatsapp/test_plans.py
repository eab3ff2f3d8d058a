"""No hot path reads a table that grows with the salons from end to end."""

import pytest
from django.db import connection

from tests.bench import paths, plans, rows

pytestmark = pytest.mark.django_db


def test_hot_paths_find_their_rows_by_an_index() -> None:
    company, key = rows.template()
    rows.grow(company, 30)
    hot = paths.of(company, key)
    for path in hot.values():
        path(1)
    watch = plans.Watch(rows.GROWING, forbid_scans=True)

    with connection.execute_wrapper(watch):
        for path in hot.values():
            path(2)

    assert watch.whole == []
    assert watch.count > 30
