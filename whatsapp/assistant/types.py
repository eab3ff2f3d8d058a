"""What the assistant is told: the salon's facts, the client's messages, what is known of the client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Tone(StrEnum):
    """How the salon addresses its clients."""

    FORMAL = "formal"  # «вы»
    FAMILIAR = "familiar"  # «ты»


class Elsewhere(StrEnum):
    """Why something cannot be booked in the chat, though the salon does it."""

    PREPAID = "prepaid"
    GROUP = "group"  # a class with places: its visits are no records of one client
    CONFIRMATION = "confirmation"  # the salon wants a code from SMS, or an e-mail address


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """What the salon lets clients change by themselves, and how long before the visit at the latest."""

    allowed: bool = True
    before: timedelta = timedelta()

    def admits(self, start: datetime, now: datetime) -> bool:
        """A visit at `start` may be changed at `now`; both aware."""
        return self.allowed and start - now >= self.before


@dataclass(frozen=True, slots=True)
class StaffOffer:
    """One master's own terms for one service; a missing value means the service's own."""

    price: int | None = None  # roubles
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service of the catalogue. `staff` maps staff id -> that master's terms; empty = nobody yet."""

    id: str
    title: str
    category: str = ""
    price_min: int | None = None  # roubles; None = the salon shows no price
    price_max: int | None = None
    duration_seconds: int | None = None
    staff: Mapping[str, StaffOffer] = field(default_factory=dict, hash=False)
    composite: bool = False
    composite_of: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    description: str = ""
    audience: str = ""  # "m", "f", "kids" when the catalogue says so; else read from the title
    elsewhere: Elsewhere | None = None


@dataclass(frozen=True, slots=True)
class StaffView:
    """A master as clients see them; `name` as in YCLIENTS («Анна», «Анна Петрова»)."""

    id: str
    name: str
    specialization: str = ""


@dataclass(frozen=True, slots=True)
class OpenHours:
    """One day's opening hours, salon zone. `closes` of 00:00 means midnight at the day's end."""

    opens: time
    closes: time

    @property
    def closes_minute(self) -> int:
        return (self.closes.hour * 60 + self.closes.minute) or 24 * 60

    @property
    def opens_minute(self) -> int:
        return self.opens.hour * 60 + self.opens.minute

    def admits(self, moment: time) -> bool:
        """True when a visit may begin at `moment`."""
        minute = moment.hour * 60 + moment.minute
        return self.opens_minute <= minute < self.closes_minute


@dataclass(frozen=True, slots=True)
class SalonView:
    """Everything the assistant may say about a salon. Hashable by identity of facts; build once a sync.

    `week` is Monday..Sunday, None in a place = closed that day; an empty tuple = hours unknown.
    `days` overrides single dates (holidays): a date mapped to None is closed.
    """

    title: str
    timezone: str
    address: str = ""
    phone: str = ""
    schedule_text: str = ""
    map_url: str = ""
    booking_url: str = ""
    about: tuple[
        str, ...
    ] = ()  # sentences of the salon's own on parking, paying, children and the like
    services: tuple[ServiceView, ...] = ()
    staff: tuple[StaffView, ...] = ()
    tone: Tone = Tone.FORMAL
    week: tuple[OpenHours | None, ...] = ()
    days: Mapping[date, OpenHours | None] = field(default_factory=dict, hash=False)
    slot_step_minutes: int = 30
    moving: ChangeRule = ChangeRule()
    cancelling: ChangeRule = ChangeRule()
    elsewhere: Elsewhere | None = None  # nothing at all can be booked in the chat
    evening_at: time | None = None  # visits are reminded of on the day before, at this hour
    near_minutes: int | None = None  # and so many minutes before they begin
    waiting_list: bool = False  # who finds nothing free may wait for it

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def service(self, service_id: str) -> ServiceView | None:
        return next((item for item in self.services if item.id == service_id), None)

    def master(self, staff_id: str | None) -> StaffView | None:
        return next((item for item in self.staff if item.id == staff_id), None)

    def knows_hours(self) -> bool:
        return bool(self.week) or bool(self.days)

    def hours_on(self, day: date) -> OpenHours | None:
        """The day's hours, None when closed; ask `knows_hours` first."""
        if day in self.days:
            return self.days[day]
        return self.week[day.weekday()] if len(self.week) == 7 else None


class Kind(StrEnum):
    """What an incoming WhatsApp message is made of."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    REACTION = "reaction"
    POLL = "poll"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of the client; `text` is the text, the caption, or a reaction's emoji; `at` is aware.

    `spoken`: the text was written down from a voice message, so its hours may be misheard.
    """

    text: str
    at: datetime
    kind: Kind = Kind.TEXT
    message_id: str = ""
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class UpcomingBooking:
    """A future visit of this client; `start` is aware, any zone."""

    id: str
    start: datetime
    services: tuple[str, ...]
    staff: str | None = None
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class LastVisit:
    """The client's latest attended visit."""

    day: date
    services: tuple[str, ...]
    staff: str | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """The client's usual master and services; nothing when no visits agree. What is said now beats them."""

    staff: str | None = None
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waits:
    """The client is on the waiting list; `offered`: the freed start they are asked about, if any."""

    offered: datetime | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about the client beside the dialogue. `upcoming` None = not looked up."""

    upcoming: tuple[UpcomingBooking, ...] | None = None
    last_visit: LastVisit | None = None
    habits: Habits = Habits()
    client_name: str | None = None
    media: Kind | None = None
    waits: Waits | None = None
