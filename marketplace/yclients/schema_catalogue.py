"""What YCLIENTS answers about a salon: company, services, masters, schedules, free slots.

Durations are seconds, money is roubles as Decimal, phones are E.164 ("" when hidden or unreadable).
Source: reference "yclients-api", sections 2.3 to 2.7, read 2026-11-23.
"""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AliasChoices, Field, PrivateAttr

from marketplace.yclients.phoneless import without_phones
from marketplace.yclients.wire import (
    ZERO,
    Flag,
    Int,
    Moment,
    Money,
    OptionalInt,
    OptionalMoney,
    Phone,
    Text,
    TimeOfDay,
    Wire,
    many,
    one,
)


class Bookform(Wire):
    """One of the salon's own online booking pages."""

    url: Text = ""
    is_default: Flag = False


class Company(Wire):
    id: Int
    title: Text = ""
    public_title: Text = ""
    short_descr: Text = ""
    description: Text = ""
    country: Text = ""
    city: Text = ""
    address: Text = ""
    timezone_name: Text = ""
    phone: Phone = ""
    phones: Annotated[list[Phone], many] = []
    site: Text = ""
    schedule: Text = ""  # free text, for people
    active: Flag = True
    currency_short_title: Text = "₽"
    phone_confirmation: Flag = False  # an SMS code is demanded by `book_record`
    booking_email_required: Flag = False
    booking_comment_required: Flag = False
    allow_change_record: Flag = True
    allow_change_record_delay_step: Int = 0  # seconds before the visit
    allow_delete_record: Flag = True
    allow_delete_record_delay_step: Int = 0
    main_group_id: Int = 0
    bookforms: Annotated[list[Bookform], many] = []
    coordinate_lat: OptionalMoney = None
    coordinate_lon: OptionalMoney = None
    _raw: dict[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def booking_link(self) -> str:
        """The salon's own booking page, the default one first; "" when YCLIENTS names none."""
        pages = [page for page in self.bookforms if page.url.startswith("https://")]
        return next((page.url for page in pages if page.is_default), pages[0].url if pages else "")

    @property
    def raw(self) -> dict[str, Any]:
        """YCLIENTS's own answer without phones at any depth, for the `raw_data` column."""
        return self._raw

    @classmethod
    def parse(cls, data: Any) -> Self:
        company = cls.model_validate(data)
        source = data[0] if isinstance(data, list) else data
        company._raw = without_phones(source)
        return company


class ServiceCategory(Wire):
    id: Int
    title: Text = ""
    weight: Int = 0
    staff: Annotated[list[Int], many] = []


class ServiceStaff(Wire):
    """A master who does the service: own length, own price (None: the service's)."""

    id: Int
    name: Text = ""
    seance_length: Int = 0
    price: OptionalMoney = None


class Service(Wire):
    """A row of `company/{c}/services`. A composite looks like any other here: see `BookService`."""

    id: Int
    title: Text = ""
    booking_title: Text = ""
    category_id: Int = 0
    price_min: Money = ZERO
    price_max: Money = ZERO
    comment: Text = ""
    weight: Int = 0
    active: Flag = True
    is_online: Flag = True
    service_type: Int = 1  # 0: not for online booking
    duration: Int = 0
    prepaid: Text = "forbidden"
    capacity: Int = 0
    staff: Annotated[list[ServiceStaff], many] = []

    @property
    def bookable(self) -> bool:
        return self.active and self.is_online and self.service_type != 0

    @property
    def group(self) -> bool:
        """Several clients at one time, by places: booked as an event, never by `book_record`."""
        return self.capacity > 0

    @property
    def needs_prepayment(self) -> bool:
        return self.prepaid == "required"


class CompositeLink(Wire):
    service_id: Int
    position: Int = 0
    title: Text = ""


class _CompositeDetails(Wire):
    links: Annotated[list[CompositeLink], many] = []


class BookService(Wire):
    """A row of `book_services`. `parts` is empty for an ordinary service.

    Slots are offered for a composite's own id, but it is booked by its parts, in this order.
    """

    id: Int
    title: Text = ""
    category_id: Int = 0
    price_min: Money = ZERO
    price_max: Money = ZERO
    comment: Text = ""
    prepaid: Text = "forbidden"
    seance_length: OptionalInt = None
    is_composite: Flag = False
    composite_details: Annotated[_CompositeDetails | None, one] = None

    @property
    def parts(self) -> tuple[int, ...]:
        if not self.is_composite or self.composite_details is None:
            return ()
        links = sorted(self.composite_details.links, key=lambda link: link.position)
        return tuple(link.service_id for link in links)


class Position(Wire):
    id: Int = 0
    title: Text = ""


class StaffService(Wire):
    service_id: Int
    length: Int = 0
    price: OptionalMoney = None


class Staff(Wire):
    id: Int
    name: Text = ""
    specialization: Text = ""
    position: Annotated[Position | None, one] = None
    information: Text = ""
    avatar: Text = ""
    rating: Money = ZERO
    weight: Int = 0
    fired: Flag = Field(default=False, validation_alias=AliasChoices("is_fired", "fired"))
    hidden: Flag = False
    deleted: Flag = Field(default=False, validation_alias=AliasChoices("is_deleted", "status"))
    bookable: Flag = Field(default=True, validation_alias=AliasChoices("is_bookable", "bookable"))
    is_online: Flag = True
    services_links: Annotated[list[StaffService], many] = []

    @property
    def offered(self) -> bool:
        """May be offered to clients: not fired, deleted, hidden ("waiting list") or offline."""
        gone = self.fired or self.deleted or self.hidden
        return self.bookable and self.is_online and not gone


class Interval(Wire):
    """Half-open, "HH:MM" of the salon's day; `end` may be "24:00"."""

    start: TimeOfDay = Field(validation_alias=AliasChoices("from", "start"))
    end: TimeOfDay = Field(validation_alias=AliasChoices("to", "end"))


class BusyInterval(Interval):
    entity_type: Text = ""
    entity_id: Int = 0


class ScheduleDay(Wire):
    """One working day of one master. A day that is absent from an answer is a day off."""

    staff_id: Int
    day: date = Field(validation_alias=AliasChoices("date", "day"))
    slots: Annotated[list[Interval], many] = []
    busy_intervals: Annotated[list[BusyInterval], many] = []


class Slot(Wire):
    """A free start. `start` is aware, in the salon's offset; pass it back unchanged to book."""

    start: Moment = Field(validation_alias=AliasChoices("datetime", "start"))
    time: TimeOfDay = "00:00"
    seance_length: Int = 0
    sum_length: Int = 0

    @property
    def length_seconds(self) -> int:
        return self.sum_length or self.seance_length
