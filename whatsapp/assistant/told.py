"""Decisions that only tell: facts of the catalogue, and what the chat cannot do for this client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from whatsapp.assistant.place import Place
from whatsapp.assistant.state import Asked, WaitWish
from whatsapp.assistant.types import ChangeRule, Elsewhere, OpenHours


@dataclass(frozen=True, slots=True)
class AnswerPrice:
    services: tuple[str, ...]
    staff: str | None = None
    duration: bool = False
    discount: bool = False  # asked about one: a person answers that
    least: bool = False  # nothing of the kind costs less
    named: tuple[str, ...] = ()  # every master whose price is asked
    total: bool = False  # of all of them together
    closing: bool = True  # ends in «Записать вас?»


@dataclass(frozen=True, slots=True)
class AnswerServices:
    services: tuple[str, ...] = ()
    duration: bool = False
    unknown: str = ""
    whether: bool = False  # asked whether it is done: its name and price answer that
    closing: bool = True


@dataclass(frozen=True, slots=True)
class NotOffered:
    """What was asked for and is none of the salon's; the rest is arranged beside it."""

    words: tuple[str, ...]  # in the client's words, nominative


@dataclass(frozen=True, slots=True)
class AnswerStaff:
    services: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    compare: bool = False
    brief: bool = False  # beside the price of the same, which names it
    unknown: str = ""
    closing: bool = True


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who works on a day. The engine fills `masters`: everybody with their hours, or, where no schedule was
    ever read (`free`), those who have free time for the services."""

    day: date
    services: tuple[str, ...] = ()  # any of them; none = whatever is done here
    named: tuple[str, ...] = ()  # only these are asked about
    masters: tuple[tuple[str, tuple[OpenHours, ...]], ...] = ()
    free: bool = False
    closing: bool = True


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """Our question from before the client's, once more; `services` when another one was just spoken of."""

    asked: Asked
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerHours:
    day: date | None = None


@dataclass(frozen=True, slots=True)
class AnswerAddress:
    brief: bool = False  # one line beside another answer
    phone: bool = False  # asked for


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """What is asked of the place itself, by the salon's own words; a person answers what they leave out."""

    asked: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class AnswerVisit:
    """The price and the length of a visit the client has."""

    record_id: str


@dataclass(frozen=True, slots=True)
class AnswerReminders:
    """When we remind of visits; a person answers where the salon does not let us."""


@dataclass(frozen=True, slots=True)
class AnswerWho:
    """A machine answers here, and a person can be called."""


@dataclass(frozen=True, slots=True)
class BookElsewhere:
    """What the chat cannot book: the salon's own page can, or a person."""

    reason: Elsewhere
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Barred:
    """The salon does not let clients move, change or cancel this visit, or not any more."""

    action: Literal["move", "change", "cancel"]
    rule: ChangeRule


@dataclass(frozen=True, slots=True)
class MoveOrMore:
    """The client has such a visit a few days away: is it to be moved, or is this one more."""

    record_id: str


@dataclass(frozen=True, slots=True)
class NoTrade:
    """Two visits cannot change places: one of the times is not free for the other."""


@dataclass(frozen=True, slots=True)
class NoOneMaster:
    """«к одному мастеру»: nobody does all of it."""


@dataclass(frozen=True, slots=True)
class ForGuest:
    """Who comes to a visit that was booked: the salon's people read it on the record.

    `own`: it is the client, who has told their name.
    """

    record_id: str
    guest: str  # a name, or «мама»
    own: bool = False


@dataclass(frozen=True, slots=True)
class Private:
    """Other people's visits are not told."""


@dataclass(frozen=True, slots=True)
class AskWaiting:
    """What is free did not suit: whether to tell when the wish itself becomes free."""

    wish: WaitWish


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """The client is to be told when this becomes free."""

    wish: WaitWish


@dataclass(frozen=True, slots=True)
class WaitsNoMore:
    """The client is to be taken off the waiting list."""


Listed = AskWaiting | WaitsFor | WaitsNoMore
Told = (
    BookElsewhere
    | Barred
    | NotOffered
    | MoveOrMore
    | ForGuest
    | NoTrade
    | NoOneMaster
    | AskedBefore
)
Answers = (
    AnswerPrice
    | AnswerServices
    | AnswerStaff
    | OnDuty
    | AnswerHours
    | AnswerAddress
    | AnswerPlace
    | AnswerVisit
    | AnswerReminders
    | AnswerWho
)
