"""One finding of `manage.py doctor`, and how several are told in one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_SHOWN = 5


class Mark(StrEnum):
    OK = "✅"
    NOTE = "⚠️"
    FAILED = "❌"


@dataclass(frozen=True)
class Line:
    """One finding, in Russian for the operator: what is so and, when it is not well, what to do.

    FAILED: the product does not work so.
    """

    mark: Mark
    name: str
    text: str


def ok(name: str, text: str) -> Line:
    return Line(Mark.OK, name, text)


def note(name: str, text: str) -> Line:
    return Line(Mark.NOTE, name, text)


def failed(name: str, text: str) -> Line:
    return Line(Mark.FAILED, name, text)


def some(names: Sequence[object]) -> str:
    """The first few by commas, and how many more there are."""
    shown = ", ".join(str(name) for name in names[:_SHOWN])
    rest = len(names) - _SHOWN
    return f"{shown} и ещё {rest}" if rest > 0 else shown


def lasting(seconds: float) -> str:
    """ "40 с", "12 мин", "3 ч", "2 дн."."""
    for size, unit in ((86400, "дн."), (3600, "ч"), (60, "мин")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} с"
