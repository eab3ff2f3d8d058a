"""What a dialogue remembers between turns: slots, the question asked, options, the action awaiting «да»."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from whatsapp.assistant.frame import Change, Intent
from whatsapp.assistant.types import UpcomingBooking
from whatsapp.assistant.wishes import DayWish, Person, TimeWish, Window

VERSION = 1
LIFETIME = timedelta(days=7)
AFTERTHOUGHT = timedelta(hours=3)  # so long «давайте лучше в 14» speaks of the visit just booked
TURNED_AWAY = timedelta(days=1)  # so long nobody is led to a booking that the journal will refuse
PENDING_LIFETIME = timedelta(hours=24)  # after this «да» no longer executes what was proposed


class Asked(StrEnum):
    """What our last message asked; how a short answer is to be read."""

    NOTHING = ""
    SERVICE = "service"
    DAY = "day"
    TIME = "time"
    STAFF = "staff"
    NAME = "name"
    SLOT = "option"  # one of the offered slots
    CONFIRM = "confirm"  # the pending action, yes or no
    OFFER = "offer"  # «Записать вас?» with no slot chosen yet
    BOOKING = "booking"
    ATTEND = "attend"  # reminder: will you come?
    CANCEL_OR_MOVE = "cancel_or_move"
    MOVE_OR_MORE = (
        "move_or_more"  # a visit of the kind exists: is it to be moved, or is this one more
    )
    RATING = "rating"


class Task(StrEnum):
    """What the dialogue is about."""

    NONE = ""
    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Slots:
    """What is known of the visit wanted. Ids of SalonView."""

    services: tuple[str, ...] = ()
    service_options: tuple[str, ...] = ()
    service_words: str = ""
    staff: str | None = None
    staff_said: bool = False  # named by the client rather than chosen by us
    staff_any: bool = False
    staff_unknown: str | None = None  # a master who does not work here, not yet told so
    staff_options: tuple[str, ...] = ()
    exclude_staff: tuple[str, ...] = ()
    day: DayWish = field(default_factory=DayWish)
    time: TimeWish = field(default_factory=TimeWish)
    windows: tuple[Window, ...] = ()
    asap: bool = False
    people: int | None = None
    parallel: bool = False
    party: tuple[Person, ...] = ()
    in_turn: bool = False
    one_master: bool = False
    guest_name: str | None = None
    guessed: frozenset[str] = frozenset()
    same_as_last: bool = False
    change: Change = Change.NONE  # of a visit that exists: what `services` are to it
    given_up: tuple[str, ...] = ()
    more: bool = False  # besides what the client has
    shown: bool = False  # the client has seen and answered a full proposal: no second confirmation

    @property
    def empty(self) -> bool:
        return self == Slots()


@dataclass(frozen=True, slots=True)
class Option:
    """One thing offered that may be answered by a number or a word."""

    kind: Literal["slot", "staff", "service", "day", "booking"]
    value: str  # id, ISO date, or ISO datetime of a slot
    staff: str | None = None
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to be written: who serves what, when. `start` is aware."""

    services: tuple[str, ...]
    staff: str
    start: datetime
    duration_seconds: int = 0
    guest: str | None = None


@dataclass(frozen=True, slots=True)
class PendingBook:
    visits: tuple[Visit, ...]
    kind: Literal["book"] = "book"


@dataclass(frozen=True, slots=True)
class PendingMove:
    record_id: str
    visit: Visit
    old_start: datetime
    changed: bool = False  # other services than the visit has
    kind: Literal["move"] = "move"


@dataclass(frozen=True, slots=True)
class PendingMoves:
    """Visits that change places: all or none."""

    moves: tuple[PendingMove, ...]
    kind: Literal["moves"] = "moves"


@dataclass(frozen=True, slots=True)
class PendingCancel:
    record_ids: tuple[str, ...]
    kind: Literal["cancel"] = "cancel"


Pending = PendingBook | PendingMove | PendingMoves | PendingCancel


@dataclass(frozen=True, slots=True)
class WaitPart:
    """A further visit of those wanted together: another person's, or another master's. Ids of SalonView.

    `staff`: masters who suit, none named = anyone who does it.
    """

    services: tuple[str, ...]
    staff: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    guest: str | None = None


@dataclass(frozen=True, slots=True)
class WaitWish:
    """A visit that was not free and may be waited for. Ids of SalonView; the salon's own days and hours.

    `staff` as in WaitPart; `days` in order: any of them, with `each` a visit on every one; a visit may
    begin from `earliest` to `latest`, None = at any hour. `others`: what is wanted together with it.
    `record_id`: the visit that is to be moved there from `old_start` (aware); `changed`: to something
    else than is to be done in it now.
    """

    services: tuple[str, ...]
    days: tuple[date, ...]
    staff: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    earliest: time | None = None
    latest: time | None = None
    guest: str | None = None
    others: tuple[WaitPart, ...] = ()
    parallel: bool = False
    record_id: str | None = None
    old_start: datetime | None = None
    changed: bool = False
    each: bool = False

    @property
    def everything(self) -> tuple[str, ...]:
        """Services of all its visits, each once."""
        of_others = (item for part in self.others for item in part.services)
        return tuple(dict.fromkeys((*self.services, *of_others)))

    @property
    def people(self) -> int:
        """How many come."""
        guests = {part.guest for part in self.others} - {self.guest}
        return len(self.others) + 1 if guests else 1


def times_of(pending: Pending | None) -> tuple[Visit, ...]:
    """The visits whose time an open question is about."""
    match pending:
        case PendingBook(visits=visits):
            return visits
        case PendingMove(visit=visit):
            return (visit,)
        case PendingMoves(moves=moves):
            return tuple(move.visit for move in moves)
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class DialogueState:
    """JSON-serialisable; one per chat. `focus` holds what was last talked about, also after a booking."""

    version: int = VERSION
    task: Task = Task.NONE
    slots: Slots = field(default_factory=Slots)
    focus: Slots = field(default_factory=Slots)
    asked: Asked = Asked.NOTHING
    options: tuple[Option, ...] = ()
    pending: Pending | None = None
    pending_at: datetime | None = None
    booking: str | None = None  # the existing visit being moved, cancelled or reminded of
    last_intent: Intent | None = None
    last_record: str | None = None  # the visit booked last in this dialogue
    guests: tuple[tuple[str, str], ...] = ()  # visits booked here for others, and who they are
    client_name: str | None = None
    introduced: bool = False
    name_used: bool = False
    note: str = ""  # for the record's comment: what the client sent besides words
    waiting: WaitWish | None = None  # what was last not free
    waiting_asked: bool = False  # our last message asked whether to wait for it
    later: tuple[Slots, ...] = ()  # further visits of one message, taken one after the other
    rest: tuple[str, ...] = ()  # further orders of one message, in its words
    before: tuple[UpcomingBooking, ...] = ()  # visits as they stood before what was done last
    listed: tuple[str, ...] = ()  # the client's visits in the order last told, ids
    last_reply: str = ""  # not to be said again word for word
    misses: int = 0  # turns in a row that led nowhere
    last_activity: datetime | None = None
    turned_away_at: datetime | None = None  # the salon's journal does not take this client
    undoing: bool = False  # what is proposed takes back what was done last
    handed: bool = False  # a person was called since our question: its answer is asked about again

    def to_json(self) -> str:
        return _adapter.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes | None) -> DialogueState:
        """The stored state; a fresh one when there is none, or it is of another version or broken."""
        if not text:
            return cls()
        try:
            found = _adapter.validate_json(text)
        except ValidationError:
            return cls()
        return found if found.version == VERSION else cls()

    @property
    def idle(self) -> bool:
        """Nothing is asked and nothing arranged: what is said is about what was done, or something new."""
        return (self.task, self.asked, self.pending) == (Task.NONE, Asked.NOTHING, None)

    @property
    def at_rest(self) -> bool:
        """Idle, or we only invited to book and nothing is chosen: what was done may be taken back."""
        return self.idle or (
            self.asked is Asked.OFFER and self.slots.empty and self.pending is None
        )

    def turned_away(self, now: datetime) -> bool:
        """Whether the client was told a short while ago that a person will answer about bookings."""
        return self.turned_away_at is not None and now - self.turned_away_at < TURNED_AWAY

    def aged(self, now: datetime) -> DialogueState:
        """The state as of `now` (aware, salon zone): nothing of last week, no day gone by, no stale «да»."""
        if self.last_activity is not None and now - self.last_activity > LIFETIME:
            return DialogueState(
                client_name=self.client_name, introduced=self.introduced, name_used=self.name_used
            )
        state = self
        if self.last_activity is not None and now - self.last_activity > AFTERTHOUGHT:
            state = replace(state, last_record=None, before=(), rest=(), listed=())
        if state.pending is not None and (
            state.pending_at is None or now - state.pending_at > PENDING_LIFETIME
        ):
            state = replace(state, pending=None, asked=Asked.NOTHING, options=())
        gone = _gone(state.slots.day, now.date())
        if gone:
            state = replace(
                state,
                slots=replace(state.slots, day=DayWish()),
                asked=Asked.NOTHING if state.asked in (Asked.SLOT, Asked.CONFIRM) else state.asked,
                options=(),
                pending=None,
            )
        return state


def _gone(day: DayWish, today: date) -> bool:
    known = [d for d in (day.on, day.end, *day.dates) if d is not None]
    return bool(known) and max(known) < today and not day.past


_adapter: TypeAdapter[DialogueState] = TypeAdapter(DialogueState)
