"""A client's chat as the desk shows it: messages in order, each with its reactions. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiadmin.demo.schemas import Message

_TICKS = {1: "queued", 2: "sent", 3: "delivered", 4: "read"}


@dataclass
class Bubble:
    """`mine`: the client wrote it. `at`: "HH:MM" and `day`: ISO date on the salon's wall clock.

    `tick` of the client's own messages: queued, sent, delivered or read; "" for the salon's.
    """

    id: str
    mine: bool
    kind: str
    text: str
    at: str
    day: str
    tick: str
    reactions: list[str] = field(default_factory=list)


def bubbles(messages: Iterable[Message], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Reactions join the message they answer; a withdrawn one (empty emoji) leaves it again."""
    shown: dict[str, Bubble] = {}
    given: dict[tuple[str, str], str] = {}
    for message in messages:
        if message.kind == "reaction":
            given[message.reaction_to or "", message.direction] = message.text or ""
        else:
            shown[message.id] = _bubble(message, zone)
    for (target, _), emoji in given.items():
        if emoji and target in shown:
            shown[target].reactions.append(emoji)
    return [asdict(bubble) for bubble in shown.values()]


def _bubble(message: Message, zone: ZoneInfo) -> Bubble:
    moment = datetime.fromtimestamp(message.t, UTC).astimezone(zone)
    mine = message.direction == "out"
    return Bubble(
        id=message.id,
        mine=mine,
        kind=message.kind,
        text=message.text or "",
        at=f"{moment:%H:%M}",
        day=f"{moment:%Y-%m-%d}",
        tick=_TICKS.get(message.status, "queued") if mine else "",
    )
