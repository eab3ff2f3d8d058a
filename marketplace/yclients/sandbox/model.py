"""Rows of the sandbox. Frozen: a change is a new row, so what is stored is always whole.

Only JSON types inside, since rows are journalled as they are. Starts are the salon's wall clock
("YYYY-MM-DD HH:MM:SS"), lengths are seconds, phones are digits, moments are ISO with an offset.
"""

from dataclasses import dataclass, field
from typing import Any

HOOK_FLAGS = {
    "salon": 1,
    "service_category": 1,
    "service": 1,
    "master": 1,
    "client": 1,
    "record": 1,
    "good": 0,
    "goods_operations_sale": 0,
    "goods_operations_receipt": 0,
    "goods_operations_consumable": 0,
    "goods_operations_stolen": 0,
    "goods_operations_move": 0,
    "finances_operation": 0,
    "self_sending": 1,
}


@dataclass(frozen=True)
class Salon:
    id: int
    title: str
    timezone: str = "Europe/Moscow"
    city: str = "Москва"
    address: str = ""
    phone: str = ""
    description: str = ""
    hours_text: str = ""
    created_at: str = ""
    # What the salon's owner may set in YCLIENTS.
    step_minutes: int = 30
    delay_minutes: int = 0
    phone_confirmation: bool = False
    email_required: bool = False
    comment_required: bool = False
    allow_change: bool = True
    change_delay: int = 0
    allow_delete: bool = True
    delete_delay: int = 0
    blacklist: list[str] = field(default_factory=list)
    # Switches of the stand-in, where the real behaviour is unknown or varies.
    marketplace_access: bool = False
    licence_expired: bool = False
    booking_errors: str = "full"
    callback_registers_hooks: bool = True
    user_known: bool = True
    shapes: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    # Webhooks: YCLIENTS's own settings, and the listeners that only the control API knows.
    hook_urls: list[str] = field(default_factory=list)
    hook_active: int = 0
    hook_flags: dict[str, int] = field(default_factory=lambda: dict(HOOK_FLAGS))
    listeners: list[str] = field(default_factory=list)
    # The application in this salon.
    app_status: str = "uninstalled"
    app_created_at: str = ""
    app_logs: list[dict[str, Any]] = field(default_factory=list)
    app_urls: list[str] = field(default_factory=list)
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    payments: list[dict[str, Any]] = field(default_factory=list)
    discount: float = 0
    channels: dict[str, bool] = field(default_factory=dict)
    short_names: list[str] = field(default_factory=list)


# What `PATCH /control/salons/{id}` may change.
SETTABLE = frozenset(
    {
        "title",
        "timezone",
        "city",
        "address",
        "phone",
        "description",
        "hours_text",
        "step_minutes",
        "delay_minutes",
        "phone_confirmation",
        "email_required",
        "comment_required",
        "allow_change",
        "change_delay",
        "allow_delete",
        "delete_delay",
        "blacklist",
        "marketplace_access",
        "licence_expired",
        "booking_errors",
        "callback_registers_hooks",
        "user_known",
        "shapes",
        "denied",
    }
)


@dataclass(frozen=True)
class Category:
    id: int
    salon_id: int
    title: str
    weight: int = 0


@dataclass(frozen=True)
class Service:
    """`parts`: ids of the services a composite consists of, in order; [] for an ordinary one."""

    id: int
    salon_id: int
    category_id: int
    title: str
    price_min: int
    price_max: int
    duration: int
    active: bool = True
    is_online: bool = True
    prepaid: str = "forbidden"
    comment: str = ""
    weight: int = 0
    capacity: int = 0
    parts: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Staff:
    """`links`: service id → [length, own price or None]. `rule`: see `schedule.works`. `hours`:
    pairs of minutes of the day. `overrides`: "YYYY-MM-DD" → hours of that day ([]: off)."""

    id: int
    salon_id: int
    name: str
    specialization: str = ""
    hidden: bool = False
    fired: bool = False
    bookable: bool = True
    weight: int = 0
    rating: float = 5
    links: dict[str, list[int | None]] = field(default_factory=dict)
    rule: dict[str, Any] = field(default_factory=dict)
    hours: list[list[int]] = field(default_factory=list)
    overrides: dict[str, list[list[int]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Client:
    id: int
    salon_id: int
    name: str
    phone: str
    surname: str = ""
    patronymic: str = ""
    email: str = ""
    comment: str = ""
    created_at: str = ""
    changed_at: str = ""
    deleted: bool = False


@dataclass(frozen=True)
class Record:
    """`created_via`: online (book_record), api (POST records), salon (typed by the salon)."""

    id: int
    salon_id: int
    staff_id: int
    services: list[dict[str, Any]]
    client_id: int
    start: str
    length: int
    visit_id: int
    hash: str
    created_at: str
    changed_at: str
    created_via: str
    comment: str = ""
    api_id: str = ""
    attendance: int = 0
    deleted: bool = False
    activity_id: int = 0
    custom_color: str = ""
    record_labels: list[Any] = field(default_factory=list)
    custom_fields: dict[str, Any] = field(default_factory=dict)
    technical_break: int = 0
    sms_remain_hours: int = 0
    email_remain_hours: int = 0

    @property
    def day(self) -> str:
        return self.start[:10]


@dataclass(frozen=True)
class Application:
    """The application's card in the developer's cabinet: where lifecycle events are POSTed, and
    whether it is free (then it has no tariffs and no payment link)."""

    id: int
    lifecycle_url: str = ""
    free: bool = True


Row = Salon | Category | Service | Staff | Client | Record | Application
KINDS: dict[str, type[Row]] = {
    kind.__name__: kind for kind in (Salon, Category, Service, Staff, Client, Record, Application)
}
