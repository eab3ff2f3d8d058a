"""Clock times as said («полтретьего», «без четверти пять»), and which half of the day they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from whatsapp.assistant.types import OpenHours
from whatsapp.assistant.understand.patterns import pat

MORNING, DAY, EVENING, NIGHT = "утра", "дня", "вечера", "ночи"
_PARTS = {
    "утра": MORNING, "утром": MORNING, "дня": DAY, "днем": DAY, "обед": DAY,
    "вечера": EVENING, "вечером": EVENING, "ночи": NIGHT, "ночью": NIGHT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour and a minute as said; `part` when a part of the day was said with it."""

    hour: int
    minute: int = 0
    part: str = ""
    typed: bool = False  # «9:30»: hours and minutes as a clock shows them

    def candidates(self, part: str = "") -> tuple[int, ...]:
        """Possible minutes of the day, the conventional one first."""
        hour, part = self.hour, self.part or part
        if hour >= 13:
            return (min(hour, 24) * 60 + self.minute,)
        if part == MORNING:
            hours: tuple[int, ...] = (hour % 12 if hour == 12 else hour,)
        elif part == DAY:
            hours = (hour + 12,) if hour <= 6 else (hour,)
        elif part == EVENING:
            hours = (hour + 12,) if hour < 12 else (12, 24)
        elif part == NIGHT:
            hours = (hour % 12,)
        elif 1 <= hour <= 8:
            hours = (hour + 12, hour)
        elif 9 <= hour <= 11:
            hours = (hour,) if self.typed else (hour, hour + 12)
        else:
            hours = (12,) if hour == 12 else (hour,)
        return tuple(item * 60 + self.minute for item in hours)


def _clock_pattern(name: str) -> str:
    """A regex over codes for any way to say a clock time; groups are prefixed with `name`_."""

    def part(number: int) -> str:
        return f"(?:(?P<{name}_p{number}>утра|утром|дня|днем|вечера|вечером|ночи) )?"

    hour = "(?:часов |час )"
    return (
        "(?:"
        rf"без (?:#n(?P<{name}_less>\d+)|(?P<{name}_lq>четверть)) (?:мин )?"
        rf"(?:#n(?P<{name}_lh>\d+)|час) {hour}?{part(1)}"
        rf"|(?:(?P<{name}_q>четверть)|#n(?P<{name}_min>\d+) мин) #o(?P<{name}_qo>\d+) {hour}?{part(2)}"
        rf"|мин #n(?P<{name}_min2>\d+) #o(?P<{name}_qo2>\d+) {hour}?"
        rf"|#h(?P<{name}_half>\d+) {part(3)}"
        rf"|(?:пол|половина) #[no](?P<{name}_half2>\d+) {part(4)}"
        rf"|#t(?P<{name}_t>\d{{4}}) {hour}?{part(5)}"
        rf"|#n(?P<{name}_h>\d{{1,2}}) (?:(?P<{name}_hm>с половина )(?!часов |год|лет |мес |мин )"
        rf"|{hour}?#n(?P<{name}_m>\d\d?) мин "
        rf"|{hour}#n(?P<{name}_m2>\d\d) |{hour})?{part(6)}"
        rf"|(?P<{name}_one>час|часу|часом) (?:#n(?P<{name}_om>[1-5]\d) (?:мин )?)?{part(7)}"
        rf"|(?P<{name}_hour>часов) (?P<{name}_p8>дня) "  # «не позже часа дня»
        rf"|(?P<{name}_noon>полдень) "
        rf"|(?P<{name}_midnight>полночь) "
        ")"
    )


@lru_cache(maxsize=512)
def rule_pattern(text: str) -> re.Pattern[str]:
    """Like `tokens.pat`, with `C:a` for a clock expression."""
    out = []
    for piece in re.split(r"(C:\w+)", text):
        if piece.startswith("C:"):
            out.append(_clock_pattern(piece[2:]))
        elif piece.strip():
            out.append(pat(piece.strip()).pattern.removeprefix("(?<= )"))
    return re.compile("(?<= )" + "".join(out))


def read_clock(groups: dict[str, str], name: str) -> Clock | None:
    """The clock of a match, None when the numbers make no time."""

    def value(key: str) -> int | None:
        text = groups.get(f"{name}_{key}")
        return int(text) if text is not None and text.isdigit() else None

    said = next((groups[f"{name}_p{n}"] for n in range(1, 8) if f"{name}_p{n}" in groups), "")
    part = _PARTS.get(said, "")
    hour, minute = value("h"), value("m") or value("m2") or 0
    if hour is None and (text := groups.get(f"{name}_t")) is not None:
        hour, minute = int(text[:2]), int(text[2:])
    if groups.get(f"{name}_hm"):
        minute = 30
    half = value("half") or value("half2")
    if half is not None:
        hour, minute = (half - 1) or 12, 30
    less = value("less") if groups.get(f"{name}_less") else 15 if groups.get(f"{name}_lq") else None
    if less is not None:
        named = value("lh") or 1
        hour, minute = (named - 1) or 12, 60 - less
    if (quarter := value("qo") or value("qo2")) is not None:
        minute = 15 if groups.get(f"{name}_q") else value("min") or value("min2") or 0
        hour = (quarter - 1) or 12
    if groups.get(f"{name}_one") or groups.get(f"{name}_hour"):
        hour, minute = 1, value("om") or 0
    if groups.get(f"{name}_noon"):
        hour, minute, part = 12, 0, DAY
    if groups.get(f"{name}_midnight"):
        hour, minute, part = 0, 0, NIGHT
    if hour is None or not 0 <= hour <= 24 or not 0 <= minute <= 59:
        return None
    return Clock(hour, minute, part, typed=f"{name}_t" in groups)


def resolve(
    clock: Clock, *, part: str = "", hours: OpenHours | None = None, after: int | None = None
) -> tuple[int, bool]:
    """(minute of the day, guessed). Prefers the reading within `hours` and later than `after`."""
    found = clock.candidates(part)
    inside = [m for m in found if hours is None or hours.opens_minute <= m < hours.closes_minute]
    later = [m for m in inside if after is None or m > after]
    if not later:
        return (inside or list(found))[0], False
    return later[0], hours is not None and len(later) > 1
