"""How late the client will be, in minutes."""

from __future__ import annotations

from datetime import datetime

from whatsapp.assistant.understand.patterns import Line, pat

# «смогу только к 18:15»: an hour later than that of the visit.
ONLY_THEN = (
    "смогу|сможем|успею|успеем ..1 только|лишь ..1 к|ко|в",
    "только|лишь к|ко|в ..3 успею|успеем|смогу|сможем",
)  # fmt: skip
_LATENESS = (
    "опозд~|опазд~|задерж~|позже|попозже|позднее",
)  # «буду около часа» is an hour of the day
_SPANS: tuple[tuple[str, int | None], ...] = (
    ("через N:n мин", None),
    ("на|минут|через|мин полчаса", 30),
    ("полчаса", 30),
    ("четверть час|часов", 15),
    ("на|через мин N:n", None),
    ("мин на|через N:n", None),
    ("N:n мин", None),
    ("мин N:n", None),
    ("полтора часов", 90),
    ("на|через целый|целых|около? час", 60),
    ("пара мин", 5),
    ("N:h часов", None),
)
_ABOUT: tuple[tuple[str, int | None], ...] = (
    ("около часов", 60),  # «около часа»
    ("часов на N:h", None),  # «часа на два»
)


def minutes(line: Line, now: datetime, start: datetime | None, at: int | None) -> int | None:
    """From «на 15 минут», «полчасика», «буду в 12:20» (`at`, minute of the day) or «буду через 10 минут»."""
    for text, fixed in (*(_ABOUT if line.has(*_LATENESS) else ()), *_SPANS):
        for hit in line.in_codes(pat(text)):
            value = fixed
            if value is None:
                value = hit.number("n")
                if value is None and (hours := hit.number("h")) is not None and hours <= 3:
                    value = hours * 60
            if value is None or not 0 < value <= 240:
                continue
            ahead = "через" in [t.word for t in line.tokens[hit.start : hit.end]]
            if ahead and start is not None:
                gone = int((now - start).total_seconds() // 60)
                return max(value + gone, 0) or None
            return value
    if at is not None and start is not None:
        late = at - (start.hour * 60 + start.minute)
        return late if 0 < late <= 180 else None
    return None
