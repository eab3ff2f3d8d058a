"""Lenient scalar types for YCLIENTS's JSON: strings for numbers, `[]` for nothing, any offset.

Every type accepts what the fact sheet says was seen and gives one Python type. Source: reference
"yclients-api", sections 1.3, 1.8, 1.9.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from aiadmin.core import phones


class Wire(BaseModel):
    """Base of all that is read from YCLIENTS: unknown keys ignored, a list of one is its object."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        return cls._tidy(value) if isinstance(value, dict) else value

    @classmethod
    def _tidy(cls, value: dict[str, Any]) -> dict[str, Any]:
        """For subclasses: one key out of several, before the fields are read. A second "before"
        validator would run too early, on the list."""
        return value


ZERO = Decimal(0)


class _Usually:
    """A value of the type itself is taken as it is, without a step into Python; any other form is first
    given to `read`. Nearly all values are usual, and records come by the ten thousand."""

    def __init__(self, usual: CoreSchema, read: Callable[[Any], Any]) -> None:
        self._usual, self._read = usual, read

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        other = core_schema.no_info_before_validator_function(self._read, handler(source))
        return core_schema.union_schema([self._usual, other], mode="left_to_right")


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _number(value: Any) -> Any:
    if _is_nothing(value):
        return 0
    if isinstance(value, str):
        text = value.strip().replace(",", ".").replace(" ", "").replace("\xa0", "")
        try:
            return Decimal(text or "0")
        except InvalidOperation as error:
            raise ValueError("not a number") from error
    return value


def _integer(value: Any) -> Any:
    number = _number(value)
    return int(number) if isinstance(number, Decimal | float | bool) else number


def _optional_integer(value: Any) -> Any:
    return None if _is_nothing(value) else _integer(value)


def _money(value: Any) -> Any:
    if type(value) is int:
        return _roubles(value)
    number = _number(value)
    # str() keeps 1500.1 from becoming 1500.0999…
    return Decimal(str(number)) if isinstance(number, float) else number


@lru_cache(maxsize=4096)
def _roubles(value: int) -> Decimal:
    # Prices are few and round, and stand in every visit.
    return Decimal(value)


def _optional_money(value: Any) -> Any:
    return None if _is_nothing(value) else _money(value)


def _flag(value: Any) -> Any:
    if _is_nothing(value):
        return False
    if isinstance(value, str):
        return value.strip().lower() not in {"0", "false", "no", "off", "null"}
    return bool(value)


def _text(value: Any) -> Any:
    return "" if _is_nothing(value) or isinstance(value, bool) else str(value)


def _phone(value: Any) -> Any:
    """E.164, or "" when hidden, empty or unreadable: a bad phone must not lose a whole record."""
    if _is_nothing(value) or not isinstance(value, str | int):
        return ""
    text = str(value)
    # Written as nearly all are: the library would answer the same, a hundred times slower.
    found = _MOBILE.fullmatch(text)
    return f"+7{found[1]}" if found else _normalized(text)


_MOBILE = re.compile(r"\+?7(9\d{9})", re.ASCII)


@lru_cache(maxsize=4096)
def _normalized(raw: str) -> str:
    # A regular's phone comes with each of their visits; parsing it costs more than all the rest.
    try:
        return phones.normalize(raw)
    except ValueError:
        return ""


def _many(value: Any) -> Any:
    if type(value) is list:
        return value
    if _is_nothing(value):
        return []
    if isinstance(value, dict):
        # PHP turns a list with gaps into {"0": …, "2": …}; any other dict is the one object itself.
        if all(str(key).isdigit() for key in value):
            return list(value.values())
        return [value]
    return value if isinstance(value, list) else [value]


def _one(value: Any) -> Any:
    return None if _is_nothing(value) else value


def _mapping(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


def _moment(value: Any) -> Any:
    """Aware datetime; accepts `+03:00`, `+0300`, `Z`, milliseconds and epoch seconds."""
    if isinstance(value, bool) or _is_nothing(value):
        raise ValueError("no moment given")
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    parsed = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    if parsed.tzinfo is None:
        raise ValueError("a moment without an offset")
    return parsed


def _optional_moment(value: Any) -> Any:
    try:
        return _moment(value)
    except ValueError:
        return None


def _wall(value: Any) -> Any:
    """Naive wall-clock datetime of the salon: an offset, if any, is dropped, not applied.

    Staff type wall-clock times even where the account's zone is wrong (sheet, 1.8).
    """
    if isinstance(value, bool) or not isinstance(value, str | datetime) or not value:
        raise ValueError("no wall-clock time given")
    parsed = value if isinstance(value, datetime) else datetime.fromisoformat(value.strip())
    return parsed.replace(tzinfo=None, microsecond=0)


def _optional_day(value: Any) -> Any:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _clock(value: Any) -> Any:
    """ "9:00", "09:00:00" → "09:00"; the end of a day may be "24:00"."""
    found = re.fullmatch(r"\s*(\d{1,2}):(\d{2})(?::\d{2})?\s*", str(value))
    if not found or int(found[1]) > 24 or int(found[2]) > 59:
        raise ValueError("not a time of day")
    return f"{int(found[1]):02d}:{found[2]}"


_AN_INT = core_schema.int_schema(strict=True)

Int = Annotated[int, _Usually(_AN_INT, _integer)]
OptionalInt = Annotated[int | None, _Usually(_AN_INT, _optional_integer)]
Money = Annotated[Decimal, BeforeValidator(_money)]
OptionalMoney = Annotated[Decimal | None, BeforeValidator(_optional_money)]
Flag = Annotated[bool, _Usually(core_schema.bool_schema(strict=True), _flag)]
Text = Annotated[str, _Usually(core_schema.str_schema(strict=True), _text)]
Phone = Annotated[str, BeforeValidator(_phone)]
Obj = Annotated[dict[str, Any], BeforeValidator(_mapping)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
OptionalMoment = Annotated[datetime | None, BeforeValidator(_optional_moment)]
Wall = Annotated[datetime, BeforeValidator(_wall)]
OptionalDay = Annotated[date | None, BeforeValidator(_optional_day)]
TimeOfDay = Annotated[str, BeforeValidator(_clock)]
# For fields: a list is `Annotated[list[X], many]`, an optional object `Annotated[X | None, one]`.
many = BeforeValidator(_many)
one = BeforeValidator(_one)
