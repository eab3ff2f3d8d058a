"""A dialogue for tests: says messages to the engine and keeps the state, as the turns of a chat do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.whatsapp.assistant.journal import Journal, Record
from whatsapp.assistant.engine import run_turn
from whatsapp.assistant.llm.adviser import Adviser
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Incoming, Kind, LastVisit, SalonView

DEFAULT = (2026, 3, 11, 12, 0)  # a Wednesday


@dataclass
class Chat:
    """One client's chat with one salon; `state` travels through its JSON between turns."""

    salon: SalonView
    now: datetime
    journal: Journal
    push_name: str | None = None
    last_visit: LastVisit | None = None
    state: str | None = None
    advise: Callable[[], Adviser] | None = None  # a model beside the rules
    turns: list[TurnResult] = field(default_factory=list)

    @classmethod
    def at(cls, salon: SalonView, *when: int, card: str | None = "Ирина") -> Chat:
        year, month, day, hour, minute = when or DEFAULT
        now = datetime(year, month, day, hour, minute, tzinfo=salon.zone)
        return cls(salon, now, Journal(salon, now, card=card))

    def moment(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment of this chat's month, salon zone."""
        return datetime(self.now.year, self.now.month, day, hour, minute, tzinfo=self.salon.zone)

    def booked(self, day: int, hour: int, staff: str, *services: str) -> str:
        """A visit this client already has; its id."""
        start = self.moment(day, hour)
        record = Record(f"m{len(self.journal.records) + 1}", start, start + timedelta(hours=1), staff,
                        services, "Ирина")  # fmt: skip
        self.journal.records.append(record)
        self.journal.mine.append(record.id)
        return record.id

    def say(self, *texts: str, kind: Kind = Kind.TEXT) -> str:
        """One turn of one or more messages; the reply's text, or its reaction."""
        result = self.turn([Incoming(text, self.now, kind) for text in texts])
        return "\n".join(item.text or item.reaction for item in result.replies)

    def turn(self, messages: list[Incoming]) -> TurnResult:
        if not self.journal.earlier:  # else the turn was begun before
            self.journal.steps.clear()
            self.journal.ledger.clear()
        self.journal.calls.clear()
        self.journal.now = self.now
        result = run_turn(
            messages,
            salon=self.salon,
            state=DialogueState.from_json(self.state),
            tools=self.journal,
            now=self.now,
            push_name=self.push_name,
            last_visit=self.last_visit,
            adviser=self.advise() if self.advise else None,
        )
        self.state = result.state.to_json()
        self.turns.append(result)
        return result

    @property
    def last(self) -> TurnResult:
        return self.turns[-1]

    @property
    def visits(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """This client's visits in the journal: («12.03 15:00», staff, services)."""
        mine = [r for r in self.journal.records if r.id in self.journal.mine]
        ordered = sorted(mine, key=lambda r: (r.start, r.staff))
        return [(f"{r.start:%d.%m %H:%M}", r.staff, r.services) for r in ordered]
