"""How a write to the journal can end: a closed sum, stored as JSON in the ledger."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, assert_never


@dataclass(frozen=True)
class Done:
    """YCLIENTS said yes (or the journal shows it). `start` is aware, in the salon's zone."""

    record_id: int
    start: datetime
    staff_id: int
    service_ids: tuple[int, ...]
    titles: tuple[str, ...]
    cost: Decimal | None


@dataclass(frozen=True)
class SlotTaken:
    """Somebody else has that time."""


@dataclass(frozen=True)
class Refused:
    """YCLIENTS said no for good; `code` is stable, `message` is YCLIENTS's own Russian text."""

    code: str
    message: str


@dataclass(frozen=True)
class Unknown:
    """The call may have worked and the journal could not be read: a person must look."""


@dataclass(frozen=True)
class Down:
    """YCLIENTS did not take the call; nothing was written."""


Outcome = Done | SlotTaken | Refused | Unknown | Down


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    body: dict[str, Any] = {"type": type(outcome).__name__}
    match outcome:
        case Done():
            body |= asdict(outcome)
            body["start"] = outcome.start.isoformat()
            body["cost"] = None if outcome.cost is None else str(outcome.cost)
        case Refused():
            body |= asdict(outcome)
        case SlotTaken() | Unknown() | Down():
            pass
        case _:
            assert_never(outcome)
    return body


def outcome_from_json(body: dict[str, Any]) -> Outcome:
    """Raises ValueError for a type it does not know."""
    match body["type"]:
        case "Done":
            return Done(
                record_id=body["record_id"],
                start=datetime.fromisoformat(body["start"]),
                staff_id=body["staff_id"],
                service_ids=tuple(body["service_ids"]),
                titles=tuple(body["titles"]),
                cost=None if body["cost"] is None else Decimal(body["cost"]),
            )
        case "SlotTaken":
            return SlotTaken()
        case "Refused":
            return Refused(body["code"], body["message"])
        case "Unknown":
            return Unknown()
        case "Down":
            return Down()
        case other:
            raise ValueError(f"unknown outcome {other!r}")
