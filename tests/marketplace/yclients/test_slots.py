"""Slot arithmetic against brute force, and the borders that hurt others."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.yclients.sandbox import schedule, slots

_spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda pair: (pair[0], sum(pair))),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(_spans, _spans, st.integers(1, 8), st.sampled_from([1, 2, 3, 5]), st.integers(0, 30))
def test_free_starts_are_those_brute_force_finds(
    open_spans: list[slots.Span], busy: list[slots.Span], length: int, step: int, earliest: int
) -> None:
    working = {unit for start, end in open_spans for unit in range(start, end)}
    taken = {unit for start, end in busy for unit in range(start, end)}
    expected = [
        start
        for start in range(0, 60, step)
        if start >= earliest
        and all(unit in working - taken for unit in range(start, start + length))
    ]

    found = slots.free_starts(open_spans, busy, length=length, step=step, earliest=earliest)

    assert found == expected


@settings(max_examples=100, deadline=None)
@given(_spans, _spans, st.integers(0, 40), st.integers(1, 8))
def test_a_visit_fits_where_every_unit_of_it_is_free(
    open_spans: list[slots.Span], busy: list[slots.Span], start: int, length: int
) -> None:
    working = {unit for begin, end in open_spans for unit in range(begin, end)}
    taken = {unit for begin, end in busy for unit in range(begin, end)}
    expected = all(unit in working - taken for unit in range(start, start + length))

    assert slots.fits((start, start + length), open_spans, busy) is expected


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ((10, 20), (20, 30), False),
        ((10, 20), (10, 20), True),
        ((10, 20), (10, 11), True),
        ((10, 20), (19, 20), True),
        ((10, 20), (0, 10), False),
        ((10, 20), (12, 14), True),
    ],
)
def test_touching_visits_do_not_clash_and_equal_starts_do(
    first: slots.Span, second: slots.Span, clash: bool
) -> None:
    assert slots.overlap(first, second) is clash
    assert slots.overlap(second, first) is clash


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [True] * 7),
        ({"weekdays": [0, 4]}, [True, False, False, False, True, False, False]),
        ({"cycle": [2, 2], "phase": 0}, None),
    ],
)
def test_rules_know_every_date(rule: dict[str, object], expected: list[bool] | None) -> None:
    # A Monday, a century ahead: rules have no last day.
    week = [date.fromordinal(date(2126, 11, 25).toordinal() + shift) for shift in range(7)]

    found = [schedule.works(rule, day) for day in week]

    if expected is None:
        assert found.count(True) in (3, 4)
        opposite = [schedule.works({**rule, "phase": 2}, day) for day in week]
        assert [one != other for one, other in zip(found, opposite, strict=True)] == [True] * 7
    else:
        assert found == expected
