"""Scripts of dialogues, from the tables beside this file: what is said, and what the journal must hold then.

A dialogue has days of its own, so that many go on in one salon at once: `{day}` reads «2 декабря», `{day2}`
the day after, `{date}` and `{date2}` are the same in ISO, `{past}` is a day three weeks ago, `{wrong}` a
weekday that `{day}` is not («в пятницу»).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
_MONTHS = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
)
_WEEKDAYS = "в понедельник|во вторник|в среду|в четверг|в пятницу|в субботу|в воскресенье".split(
    "|"
)


@dataclass(frozen=True)
class Step:
    """One thing that happens. `client`: messages of one breath; else what the handset writes.

    `has` and `lacks` are patterns of the answer, all of which must hold; `reaction` awaits an emoji;
    `silent` awaits that nobody answers.
    """

    client: tuple[str, ...] = ()
    person: str = ""
    extra: Mapping[str, Any] | None = None
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    reaction: bool = False
    silent: bool = False


@dataclass(frozen=True)
class Script:
    """`given` and `end` are visits, «2026-12-02 15:00 Сергей: Мужская стрижка»; `given` says whose first.

    `comment` is a pattern of the only visit's comment, `booked_as` the client's name there, `waits` that a
    person is called for.
    """

    id: str
    lesson: str
    steps: tuple[Step, ...]
    given: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    name: str = "Ольга"
    comment: str = ""
    booked_as: str = ""
    waits: bool = False
    address: str = "lid"


def load(table: str) -> list[dict[str, Any]]:
    """The raw scripts of one table."""
    rows: list[dict[str, Any]] = yaml.safe_load((HERE / f"{table}.yaml").read_text("utf-8"))
    return rows


def script(row: Mapping[str, Any], number: int, today: date) -> Script:
    """The script with its own days; `number` keeps it apart from the others of its salon."""
    day = today + timedelta(days=2 + 2 * number)
    after = day + timedelta(days=1)
    words = {
        "day": f"{day.day} {_MONTHS[day.month - 1]}",
        "day2": f"{after.day} {_MONTHS[after.month - 1]}",
        "date": day.isoformat(),
        "date2": after.isoformat(),
        "past": (today - timedelta(days=21)).isoformat(),
        "wrong": _WEEKDAYS[(day.weekday() + 3) % 7],
        "dd": f"{day:%d.%m}",
    }

    def fill(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda hit: words.get(hit[1], hit[0]), text)

    return Script(
        id=row["id"],
        lesson=str(row.get("lesson", "")),
        steps=tuple(_step(item, fill) for item in row["say"]),
        given=tuple(fill(item) for item in row.get("given", ())),
        end=tuple(sorted(fill(item) for item in row.get("end", ()))),
        **{
            key: row[key]
            for key in ("name", "comment", "booked_as", "waits", "address")
            if key in row
        },
    )


def _step(item: str | Mapping[str, Any], fill: Any) -> Step:
    if isinstance(item, str):
        return Step(client=(fill(item),))
    client = item.get("client", ())
    texts = (client,) if isinstance(client, str) else tuple(client)
    return Step(
        client=tuple(fill(text) for text in texts),
        person=fill(item.get("person", "")),
        extra=item.get("send"),
        has=tuple(fill(text) for text in _listed(item.get("has"))),
        lacks=tuple(fill(text) for text in _listed(item.get("lacks"))),
        reaction=bool(item.get("reaction")),
        silent=bool(item.get("silent")),
    )


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
