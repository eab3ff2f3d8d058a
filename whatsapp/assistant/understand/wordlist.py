"""Word lists written as text: easier to read, to sort and to grow than a column of quotes."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text, without repetition."""
    return frozenset(text.split())


def ordered(text: str) -> tuple[str, ...]:
    """The words of a text in their order."""
    return tuple(text.split())
