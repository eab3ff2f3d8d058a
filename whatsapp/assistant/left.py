"""What a turn has still to do after a write: kept with that write, for whoever finishes the turn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from whatsapp.assistant.frame import Frame
from whatsapp.assistant.state import Slots
from whatsapp.assistant.tools import EarlierWrite, WriteRequest


@dataclass(frozen=True, slots=True)
class Left:
    """`writes`: of the same order; `rest` and `later`: the dialogue's, for when the order is done.

    `asides`: what was asked beside the order, to be answered with it. `over`: orders that will not be done,
    to be named.
    """

    writes: tuple[WriteRequest, ...] = ()
    asides: tuple[Frame, ...] = ()
    over: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    later: tuple[Slots, ...] = ()

    def to_json(self) -> str:
        """Empty when nothing is left."""
        return _adapter.dump_json(self, exclude_defaults=True).decode() if self != Left() else ""

    @classmethod
    def from_json(cls, text: str) -> Left:
        """Nothing when it is empty or of a shape that is no longer known."""
        if not text:
            return cls()
        try:
            return _adapter.validate_json(text)
        except ValidationError:
            return cls()


def by_order(earlier: Sequence[EarlierWrite]) -> list[list[EarlierWrite]]:
    """The turn's writes, those of one order together: an order ends with the write that leaves none."""
    orders: list[list[EarlierWrite]] = [[]]
    for write in earlier:
        orders[-1].append(write)
        if not Left.from_json(write.left).writes:
            orders.append([])
    return [order for order in orders if order]


def answered(write: EarlierWrite) -> EarlierWrite:
    """A write whose order was told of already, and so what was asked beside it."""
    then = Left.from_json(write.left)
    return replace(write, left=replace(then, asides=()).to_json())


_adapter: TypeAdapter[Left] = TypeAdapter(Left)
