"""What one turn of the client means: a typed frame. Proposes, never decides; policy judges it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from whatsapp.assistant.place import Place
from whatsapp.assistant.wishes import DayWish, Either, Person, TimeWish, Window


class Intent(StrEnum):
    """The corpus' intents."""

    BOOK = "book"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    LIST = "list_bookings"
    PRICE = "price"
    SERVICES = "services"
    STAFF_INFO = "staff_info"
    AVAILABILITY = "availability"
    HOURS = "hours"
    ADDRESS = "address"
    CONFIRM_VISIT = "confirm_visit"
    LATE = "running_late"
    HUMAN = "human"
    STOP = "stop"
    START = "start"
    GREETING = "greeting"
    THANKS = "thanks"
    REVIEW = "review"
    OTHER = "other"


class Slot(StrEnum):
    """What may have to be asked; values as in the corpus' `clarify`."""

    DATE = "date"
    TIME = "time"
    SERVICE = "service"
    STAFF = "staff"
    BOOKING = "booking"
    NAME = "name"
    PEOPLE = "people"


class Change(StrEnum):
    """What the services of an existing visit become."""

    NONE = ""
    SWAP = "swap"  # others instead of those given up; of all when none are named
    ADD = "add"
    DROP = "drop"


class Topic(StrEnum):
    """Why a person of the salon is wanted, or what an `other` message is about."""

    ASKED = "asked_for_person"
    CALL = "call_me"
    COMPLAINT = "complaint"
    MEDICAL = "medical"
    JOB = "job"
    RUDE = "rude"
    LOST = "lost_item"
    MONEY = "money"
    LATE = "late"
    PAYMENT = "payment"
    SPAM = "spam"
    SMALL_TALK = "small_talk"
    PAUSE = "pause"
    THIRD_PARTY = "third_party"
    DURATION = "duration"
    COMPARE = "compare"
    PARKING = "parking"
    CERTIFICATE = "certificate"
    REMINDER = "reminder"
    DISCOUNT = "discount"
    CHEAPER = "cheaper"  # and nothing of the kind is
    WHO = "who_answers"
    FOREIGN = "foreign_language"
    WAITING = "waiting"
    GROUP = "group"
    MEDIA = "media"
    QUESTION = "question"
    NO_PRICE = "no_price"
    REFUSED = "refused"
    UNKNOWN_OUTCOME = "unknown_outcome"
    SYSTEM_DOWN = "system_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One turn understood. Ids are of SalonView and Context; times are of the salon's zone.

    `said` names the slots this very message spoke of (services, staff, day, time, people, name);
    the others were kept from the dialogue. `guessed` names the slots that rest on a guess.
    """

    intent: Intent = Intent.OTHER
    also: tuple[Intent, ...] = ()
    topic: Topic | None = None
    said: frozenset[str] = frozenset()
    guessed: frozenset[str] = frozenset()

    services: tuple[str, ...] = ()
    service_options: tuple[str, ...] = ()  # several services of one kind, none chosen
    service_family: tuple[str, ...] = ()  # all of the kind, for questions
    service_words: str = ""
    unlisted: str = ""  # a kind of a service that is no service here: «японский маникюр»
    unknown_service: str | None = None
    unknown_more: tuple[str, ...] = ()  # further ones of the same message
    staff: str | None = None
    staff_any: bool = False
    staff_options: tuple[str, ...] = ()
    exclude_staff: tuple[str, ...] = ()
    staff_unknown: str | None = None
    staff_mismatch: bool = False
    staff_named: tuple[str, ...] = ()  # every master named, for questions
    asks_who: bool = False  # «кто …?»: which of the masters

    day: DayWish = field(default_factory=DayWish)
    time: TimeWish = field(default_factory=TimeWish)
    either: Either | None = None  # «на 18»: that day, or that hour
    windows: tuple[Window, ...] = ()  # «завтра после 6 или в субботу с утра», in the order said
    start: datetime | None = None  # an offered slot that was chosen
    asap: bool = False
    same_as_last: bool = False
    same_staff: bool = False
    people: int | None = None
    parallel: bool = False
    party: tuple[Person, ...] = ()  # when it was told who of them has what done
    in_turn: bool = False  # one behind the other
    one_master: bool = False  # «к одному мастеру»
    client_name: str | None = None
    guest_name: str | None = None

    booking: str | None = None
    bookings: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()  # visits that are to change places
    no_booking: bool = False
    of_visit: bool = False  # the price and the length of the client's own visit are asked
    reminds: bool = False  # and whether we remind of it
    add_to_booking: bool = False
    change_service: bool = False  # another service for a visit that exists
    change: Change = Change.NONE
    given_up: tuple[str, ...] = ()  # services refused by name: «вместо стрижки»
    doubles: str | None = None  # a visit of the kind that the client has, a few days away
    to_be_told: bool = False  # if it is not free now
    noted: bool = False  # whose the visit is, said after it was booked
    more: bool = False  # wanted besides what the client has
    dropped: tuple[str, ...] = ()  # of a visit of several services, those to be taken off
    undoes: bool = False  # what was done last is taken back or corrected
    then: tuple[str, ...] = ()  # orders to go on with once this one is done
    booking_options: tuple[str, ...] = ()
    booking_mismatch: bool = False  # what was said of the visit fits none of those that exist

    confirmed: bool = False
    declined: bool = False
    agreed: bool = False  # a yes that answers nothing we asked
    attending: bool | None = None
    late_min: int | None = None
    rating: int | None = None
    sentiment: str | None = None
    repeated: bool = False  # «???»: the client waits for the answer to the last question

    clarify: tuple[Slot, ...] = ()
    needs_confirm: bool = False
    handoff: bool = False
    urgent: bool = False
    rude: bool = False
    injection: bool = False
    third_party: bool = False
    past: bool = False
    invalid_date: bool = False
    outside_hours: bool = False
    concerns_visit: bool = False  # may be about an existing visit: worth looking them up
    greeted: bool = False
    thanked: bool = False
    place: tuple[Place, ...] = ()  # what is asked of the place itself
    beside: bool = False  # a question that came with an order
    of_skill: bool = False  # what a master has learned, how long they work
    asks_phone: bool = False
    total: bool = False  # what several cost together
    wears: bool = False  # how long the result lasts: no title tells that
    refuses: bool = False  # «нет, а …?»: a no before a question
    whether: bool = False  # whether it is done here at all
    phrase: str = ""  # small talk that a model proposed and the checks let pass
    words: int = 0
    unread: int = 0  # words of weight that nothing has explained

    @property
    def needs_clarification(self) -> bool:
        return bool(self.clarify)

    def has(self, intent: Intent) -> bool:
        return self.intent is intent or intent in self.also
