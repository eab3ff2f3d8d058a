"""Invented salons as plain data: «Лилия» for the demo, a small one for tests.

Lengths are minutes, prices roubles. A master's `lengths` and `prices` are where theirs differ.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ServiceSeed:
    key: str
    title: str
    category: str
    price: int
    minutes: int
    price_max: int = 0
    parts: tuple[str, ...] = ()
    is_online: bool = True
    prepaid: str = "forbidden"
    comment: str = ""


@dataclass(frozen=True)
class StaffSeed:
    name: str
    specialization: str
    services: tuple[str, ...]
    hours: tuple[tuple[int, int], ...] = ((600, 1260),)
    rule: dict[str, Any] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    prices: dict[str, int] = field(default_factory=dict)
    hidden: bool = False
    fired: bool = False
    bookable: bool = True


@dataclass(frozen=True)
class SalonSeed:
    services: tuple[ServiceSeed, ...]
    staff: tuple[StaffSeed, ...]
    with_visits: bool


_HAIR, _MEN, _NAILS = "Женский зал", "Мужской зал", "Ногтевой сервис"
_FACE, _BODY = "Брови и ресницы", "Тело"
# 10:00–14:00 and 15:00–21:00.
_WITH_LUNCH = ((600, 840), (900, 1260))

_LILIA_SERVICES = (
    ServiceSeed("men", "Мужская стрижка", _MEN, 1500, 60),
    ServiceSeed("kids", "Детская стрижка", _MEN, 1200, 45, comment="До 10 лет"),
    ServiceSeed("beard", "Моделирование бороды", _MEN, 900, 30),
    ServiceSeed(
        "men_beard",
        "Мужская стрижка + борода (комплекс)",
        _MEN,
        2200,
        90,
        parts=("men", "beard"),
    ),
    ServiceSeed("women", "Женская стрижка", _HAIR, 2500, 60, price_max=3500),
    ServiceSeed("coloring", "Окрашивание", _HAIR, 5500, 150, price_max=9000),
    ServiceSeed("toning", "Тонирование", _HAIR, 3200, 90),
    ServiceSeed("styling", "Укладка", _HAIR, 1800, 45),
    ServiceSeed("manicure", "Маникюр без покрытия", _NAILS, 1300, 60),
    ServiceSeed("manicure_gel", "Маникюр с покрытием гель-лак", _NAILS, 2200, 120),
    ServiceSeed("pedicure", "Педикюр", _NAILS, 2600, 90),
    ServiceSeed("brows", "Оформление бровей", _FACE, 1400, 45),
    ServiceSeed("lashes", "Наращивание ресниц", _FACE, 3000, 120),
    ServiceSeed("massage", "Массаж спины", _BODY, 2000, 40),
    ServiceSeed("sugaring", "Шугаринг", _BODY, 1700, 60),
    ServiceSeed("wedding", "Свадебный образ", _HAIR, 12000, 180, prepaid="required"),
    ServiceSeed("model", "Стрижка для моделей", _HAIR, 500, 90, is_online=False),
)

_LILIA_STAFF = (
    # Сергей works every day without a break: the demo's sentence must always find its time.
    StaffSeed("Сергей", "Барбер", ("men", "kids", "beard"), lengths={"men": 45}),
    StaffSeed(
        "Тимур",
        "Барбер",
        ("men", "kids", "beard"),
        hours=_WITH_LUNCH,
        rule={"cycle": [2, 2], "phase": 0},
        prices={"men": 1700},
    ),
    StaffSeed(
        "Александр",
        "Старший барбер",
        ("men", "beard"),
        rule={"cycle": [2, 2], "phase": 2},
        prices={"men": 2000, "beard": 1100},
    ),
    StaffSeed(
        "Александра",
        "Стилист",
        ("women", "kids", "styling", "toning"),
        hours=_WITH_LUNCH,
        rule={"cycle": [5, 2], "phase": 3},
    ),
    StaffSeed(
        "Мария",
        "Стилист-колорист",
        ("women", "coloring", "toning", "styling", "wedding"),
        rule={"cycle": [5, 2], "phase": 0},
        prices={"women": 3500},
        lengths={"coloring": 180},
    ),
    StaffSeed(
        "Анна",
        "Мастер маникюра",
        ("manicure", "manicure_gel", "pedicure"),
        rule={"cycle": [2, 2], "phase": 0},
    ),
    StaffSeed(
        "Екатерина",
        "Мастер маникюра",
        ("manicure", "manicure_gel", "pedicure", "sugaring"),
        hours=_WITH_LUNCH,
        rule={"cycle": [2, 2], "phase": 2},
        lengths={"manicure_gel": 105},
    ),
    StaffSeed("Ольга", "Бровист", ("brows", "lashes"), rule={"cycle": [4, 2], "phase": 1}),
    StaffSeed("Наталья", "Массажист", ("massage",), hours=((660, 1200),), rule={"cycle": [3, 1]}),
    # Traps: neither may ever be offered.
    StaffSeed("Лист ожидания", "", ("men", "women"), hidden=True, bookable=False),
    StaffSeed("Ирина", "Стилист", ("women", "styling"), fired=True),
)

LILIA = SalonSeed(_LILIA_SERVICES, _LILIA_STAFF, with_visits=True)

SMALL = SalonSeed(
    services=(
        ServiceSeed("men", "Мужская стрижка", _MEN, 1500, 60),
        ServiceSeed("beard", "Моделирование бороды", _MEN, 900, 30),
        ServiceSeed(
            "men_beard",
            "Мужская стрижка + борода (комплекс)",
            _MEN,
            2200,
            90,
            parts=("men", "beard"),
        ),
        ServiceSeed("women", "Женская стрижка", _HAIR, 2500, 60),
        ServiceSeed("manicure_gel", "Маникюр с покрытием гель-лак", _NAILS, 2200, 120),
    ),
    staff=(
        StaffSeed("Сергей", "Барбер", ("men", "beard"), lengths={"men": 45}),
        StaffSeed("Мария", "Стилист", ("women", "men"), hours=_WITH_LUNCH),
        StaffSeed("Анна", "Мастер маникюра", ("manicure_gel",)),
    ),
    with_visits=False,
)

CLIENT_NAMES = (
    "Ирина",
    "Павел",
    "Светлана",
    "Дмитрий",
    "Елена",
    "Роман",
    "Виктория",
    "Артём",
    "Наталья",
    "Кирилл",
)
