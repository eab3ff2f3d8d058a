"""Russian for numbers, days, hours and money; every date and time here can be read back by `understand`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

_ON = (
    "в понедельник",
    "во вторник",
    "в среду",
    "в четверг",
    "в пятницу",
    "в субботу",
    "в воскресенье",
)
_NOMINATIVE = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_ACCUSATIVE = ("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье")
_GENITIVE = ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья")
_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_RELATIVE = ("сегодня", "завтра", "послезавтра")


def plural(count: int, one: str, few: str, many: str) -> str:
    """«1 запись», «2 записи», «5 записей»: the word for `count`."""
    tail = abs(count) % 100
    if 11 <= tail <= 14:
        return many
    return {1: one, 2: few, 3: few, 4: few}.get(tail % 10, many)


def money(roubles: int) -> str:
    """`1 500 ₽` with non-breaking spaces: a phone breaks lines at plain ones."""
    return f"{roubles:,}".replace(",", "\u00a0") + "\u00a0₽"


def price(low: int | None, high: int | None) -> str:
    """`1 500 ₽`, `от 1 500 ₽` for a range, "" when unknown."""
    if low is None and high is None:
        return ""
    if low is None or (high is not None and high == low):
        return money(high if low is None and high is not None else low or 0)
    return money(low) if high is None else f"от {money(low)}"


def duration(seconds: int) -> str:
    """`45 минут`, `1 час`, `1 час 30 минут`."""
    hours, minutes = divmod(round(seconds / 60), 60)
    parts = []
    if hours:
        parts.append(f"{hours} {plural(hours, 'час', 'часа', 'часов')}")
    if minutes:
        parts.append(f"{minutes} {plural(minutes, 'минута', 'минуты', 'минут')}")
    return " ".join(parts) or "несколько минут"


def in_advance(seconds: int) -> str:
    """After «за»: `3 часа`, `1 час 1 минуту`, `2 дня` for whole days from two on."""
    days, rest = divmod(seconds, 86_400)
    if days > 1 and not rest:
        return f"{days} {plural(days, 'день', 'дня', 'дней')}"
    return duration(seconds).replace("минута", "минуту")


def clock(moment: datetime) -> str:
    """`15:00`; the moment is already in the salon's zone."""
    return moment.strftime("%H:%M")


def day_month(day: date, today: date) -> str:
    """`12 марта`; the year when it is another one."""
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year} года"


def relative(day: date, today: date) -> str:
    """«сегодня», «завтра», «послезавтра» or ""."""
    gap = (day - today).days
    return _RELATIVE[gap] if 0 <= gap < len(_RELATIVE) else ""


def day_full(day: date, today: date) -> str:
    """«завтра, в четверг 12 марта»; farther off «в четверг 19 марта»."""
    text = f"{_ON[day.weekday()]} {day_month(day, today)}"
    near = relative(day, today)
    return f"{near}, {text}" if near else text


def day_short(day: date, today: date) -> str:
    """«завтра»; farther off «в четверг 19 марта»."""
    return relative(day, today) or f"{_ON[day.weekday()]} {day_month(day, today)}"


def day_on(day: date, today: date) -> str:
    """Where the date was just named: «завтра», «в субботу»."""
    return relative(day, today) or _ON[day.weekday()]


def day_for(day: date, today: date) -> str:
    """After «запись на»: «завтра», «пятницу 13 марта»."""
    return relative(day, today) or f"{_ACCUSATIVE[day.weekday()]} {day_month(day, today)}"


def day_name(day: date, today: date) -> str:
    """Nominative: «пятница 13 марта»."""
    return f"{_NOMINATIVE[day.weekday()]} {day_month(day, today)}"


def day_of(day: date, today: date) -> str:
    """Genitive, after «вместо»: «пятницы 13 марта»."""
    return f"{_GENITIVE[day.weekday()]} {day_month(day, today)}"


def listed(items: Sequence[str], last: str = "и") -> str:
    """«14:00, 15:00 и 16:30»."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + f" {last} " + items[-1]


def numbered(items: Sequence[str]) -> str:
    """Up to three options one a line, more of them in a row: «1) … 2) …»."""
    marked = [f"{i}) {item}" for i, item in enumerate(items, start=1)]
    return "\n".join(marked) if len(marked) <= 3 else "  ".join(marked)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def tomorrow(today: date) -> date:
    return today + timedelta(days=1)
