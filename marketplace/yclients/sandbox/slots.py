"""Slot arithmetic: pure, in seconds of a day, half-open intervals.

A visit may begin where the previous one ends; equal starts are a conflict; a master's break is
simply a gap between working intervals, and touching intervals are one.
"""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def overlap(first: Span, second: Span) -> bool:
    return first[0] < second[1] and second[0] < first[1]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Sorted, with overlapping and touching spans joined and empty ones dropped."""
    result: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def fits(visit: Span, open_spans: Iterable[Span], busy: Iterable[Span]) -> bool:
    """Whether the whole visit lies within one working span and touches nobody's time."""
    inside = any(start <= visit[0] and visit[1] <= end for start, end in merged(open_spans))
    return inside and not any(overlap(visit, other) for other in busy)


def free_starts(
    open_spans: Iterable[Span],
    busy: Sequence[Span],
    *,
    length: int,
    step: int,
    earliest: int = 0,
) -> list[int]:
    """Starts on the grid (multiples of `step` from midnight), not before `earliest`, in order."""
    starts: list[int] = []
    for begin, end in merged(open_spans):
        first = -(-max(begin, earliest) // step) * step
        starts += [
            start
            for start in range(first, end - length + 1, step)
            if not any(overlap((start, start + length), other) for other in busy)
        ]
    return starts
