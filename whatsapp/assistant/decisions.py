"""What the policy can decide: a closed sum. Replies render it, the engine carries it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal

from whatsapp.assistant.frame import Slot, Topic
from whatsapp.assistant.state import Asked, Pending, PendingBook, Visit, WaitWish
from whatsapp.assistant.told import Answers, Listed, Private, Told
from whatsapp.assistant.tools import Unavailable, WriteRequest, WriteResult
from whatsapp.assistant.types import OpenHours
from whatsapp.assistant.wishes import DayWish, TimeWish, Window


class Why(StrEnum):
    """What made us ask."""

    MISSING = "missing"
    FIRST_VISIT = "first_visit"  # «как обычно» of a client without visits
    AMBIGUOUS = "ambiguous"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_STAFF = "unknown_staff"
    MISMATCH = "mismatch"
    CONFLICT = "conflict"  # the weekday and the date disagree, or «завтра» after midnight
    INVALID = "invalid"
    PAST = "past"
    CLOSED = "closed"  # the salon is closed that day or at that time


class Purpose(StrEnum):
    """What free time is looked for."""

    BOOK = "book"
    SHOW = "show"  # the client asked what is free
    MOVE = "move"
    WORKS = "works"  # «Мария завтра работает?»


@dataclass(frozen=True, slots=True)
class VisitWish:
    """One visit to find time for. `staff` None = anyone of `among`, or anyone at all."""

    services: tuple[str, ...]
    staff: str | None = None
    among: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    guest: str | None = None
    at: time | None = None  # one of several people, at an hour of their own


@dataclass(frozen=True, slots=True)
class Wish:
    """Visits wanted together and when. `certain`: nothing in it was guessed."""

    visits: tuple[VisitWish, ...]
    day: DayWish = field(default_factory=DayWish)
    time: TimeWish = field(default_factory=TimeWish)
    windows: tuple[Window, ...] = ()  # any of them will do; `day` then spans them all
    asap: bool = False
    unnamed: bool = False  # no service was named: the master's first stands for all of them
    parallel: bool = False
    in_turn: bool = False
    certain: bool = False
    record_id: str | None = None
    old_start: datetime | None = None
    changed: bool = False  # other services than the record has
    again: bool = False  # a visit that was taken off
    one_master: bool = False  # the same for all of its visits
    beside: tuple[datetime, datetime] | None = None  # the client's visit it must not overlap


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `options` are ids (or ISO dates) in the order shown."""

    slot: Slot
    why: Why = Why.MISSING
    options: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()  # services of one kind under one name («стрижка»)
    word: str = ""  # the unknown thing, in the client's words
    day: DayWish = field(default_factory=DayWish)
    time: TimeWish = field(default_factory=TimeWish)
    services: tuple[str, ...] = ()
    staff: str | None = None
    moving: bool = False
    changing: bool = False  # the visit keeps its time
    whom: str | None = None  # of several people; "" = the client


@dataclass(frozen=True, slots=True)
class FindSlots:
    wish: Wish
    purpose: Purpose
    together: tuple[FindSlots, ...] = ()  # to be had as well, or none of it


@dataclass(frozen=True, slots=True)
class Propose:
    """A yes-or-no question; «да» executes `pending` once."""

    pending: Pending
    how: Literal["guess", "free", "nearest", "other", "again"] = "guess"
    word: str = ""  # "other": the client's own word for it
    services: tuple[str, ...] = ()  # "other": what was named and is not among the client's visits


@dataclass(frozen=True, slots=True)
class Offer:
    """Free starts to choose from. `missed`: the exact wish was not free."""

    wish: Wish
    purpose: Purpose
    combos: tuple[tuple[Visit, ...], ...]
    missed: bool = False
    other_days: bool = False
    total: int = 0
    lost: bool = False  # the slot was taken while we were booking it
    waits: WaitWish | None = None  # what was missed and may be waited for


@dataclass(frozen=True, slots=True)
class NothingFree:
    """The journal answered and has nothing near the wish."""

    wish: Wish
    purpose: Purpose
    searched_to: date
    waits: WaitWish | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Whether a master works on the days asked about, by the salon's schedule.

    `asked`: the one day of the question; `days`: working days with their hours, those asked about or the
    nearest after. `free`: free time of the first of them, when looked for; `full`: the journal has none.
    """

    staff: str
    days: tuple[tuple[date, tuple[OpenHours, ...]], ...]
    asked: date | None = None
    off: bool = False  # not working on any day asked about
    free: Offer | None = None
    full: bool = False
    closing: bool = True  # asks for the service or the time


@dataclass(frozen=True, slots=True)
class CannotCheck:
    """Free time could not be asked for; «занято» must not be said."""

    wish: Wish
    reason: Unavailable
    purpose: Purpose = Purpose.BOOK


@dataclass(frozen=True, slots=True)
class Write:
    """Do it now."""

    pending: Pending


@dataclass(frozen=True, slots=True)
class Written:
    """What was done, each with its outcome; `recovered` = begun before a crash.

    `undone`: what YCLIENTS did not take, in order, for a later try. `instead`: what is free for those of
    a party whose time was lost when others of it were booked.
    """

    results: tuple[tuple[WriteRequest, WriteResult], ...]
    recovered: bool = False
    undone: tuple[WriteRequest, ...] = ()
    instead: Offer | None = None


@dataclass(frozen=True, slots=True)
class AskName:
    """Everything is settled but the client's name; `again`: the first answer was not a name."""

    pending: PendingBook
    again: bool = False


@dataclass(frozen=True, slots=True)
class ShowBookings:
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlreadyBooked:
    """The time asked for is taken by this client's own visit."""

    record_id: str


@dataclass(frozen=True, slots=True)
class NoBookings:
    moving: bool = False


@dataclass(frozen=True, slots=True)
class AskCancelOrMove:
    """`may_cancel`, `may_move`: what the salon lets clients do; one of them at least."""

    record_id: str
    may_cancel: bool = True
    may_move: bool = True


@dataclass(frozen=True, slots=True)
class VisitConfirmed:
    record_id: str | None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunningLate:
    record_id: str | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Rated:
    rating: int | None
    negative: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    topic: Topic
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Greet:
    brief: bool = False  # what was asked before the greeting is asked again beside it


@dataclass(frozen=True, slots=True)
class React:
    """A reaction instead of words."""

    emoji: str = "❤️"


@dataclass(frozen=True, slots=True)
class OptOut:
    pass


@dataclass(frozen=True, slots=True)
class OptIn:
    pass


@dataclass(frozen=True, slots=True)
class Declined:
    """The client said no to what was proposed; `visit_stays`: it was about an existing visit;
    `idle`: nothing was being arranged; `undoing`: nothing is to be taken back."""

    visit_stays: bool = False
    idle: bool = False
    undoing: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """The client asked for a moment."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Not the salon's business: what we are for, in one line. `phrase`: a kind word before it."""

    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    foreign: bool = False
    asked: Asked = Asked.NOTHING  # what the client was to answer


# Closed sums: a decision without its words is an error of the types, not a wrong sentence.
Small = (
    FindSlots | Write
    | ShowBookings | AlreadyBooked | NoBookings | VisitConfirmed | RunningLate | Rated | HandOver
    | Greet | OptOut | OptIn | Declined | Wait | Redirect | Private | Unclear
    | Listed
)  # fmt: skip
Decision = (
    Ask | Propose | Offer | NothingFree | CannotCheck | Written | AskName | AskCancelOrMove
    | Schedule | Told | Answers
    | React | Small
)  # fmt: skip
