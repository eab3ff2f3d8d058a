"""The corpus' scoring rules (dialogues/README.md), for the tests: which fields of a row are wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from whatsapp.assistant.rows import default_salon, understand_rows

CORPUS = Path(__file__).parent / "corpus"
TABLE = Path(__file__).parents[3] / "docs" / "understanding.md"
# The owner's sample and more of its salon; then salons of ours, in the order in which they were written.
NAMES = (
    *"dev lily borodach garmonia pilka fade estet kudri color".split(),
    *"thai lash sharm usy lily2 epil nail2 lily3 zhem chop".split(),
    *"oazis wow lily4 mand derma blesk klin olivia tonus".split(),
    *"lily5 verbena topor gracia pudra lily6 barkhat myata lily7 gvardia".split(),
    *"point atlant vishnya glad shag sahar lily8 iskra lily9 buket lily10 rosa lily11 lily12 klen".split(),
    *"epiona azovo bar lily13 veresk lily14 myata2 lily15 lavanda".split(),
    *"lokon shelk energia vera lily16 mira lily17 sirin".split(),
)
# Sets of plain orders, none of which leaves anything out: they are about the titles.
ORDERS = frozenset("lokon shelk energia vera".split())
_EXACT = (
    "staff date date_from date_to booking people client_name guest_name late_min attending rating "
    "confirmed declined asap staff_any same_as_last same_staff no_booking add_to_booking "
    "outside_hours past invalid_date staff_unknown staff_mismatch needs_clarification handoff "
    "parallel all_dates unknown_service needs_confirm third_party rude injection sentiment"
)
EXACT = frozenset(_EXACT.split())
SETS = ("services", "dates", "bookings", "exclude_staff")


def load(name: str) -> list[dict[str, Any]]:
    lines = (CORPUS / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def salon_json(name: str) -> str | None:
    """The salon of a set; None for those of the salon we ship."""
    path = CORPUS / f"{name}_salon.json"
    return path.read_text(encoding="utf-8") if path.exists() else None


@cache
def predictions(name: str) -> dict[str, dict[str, Any]]:
    lines = (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found = (json.loads(line) for line in understand_rows(lines, salon_json(name)))
    return {item["id"]: item["result"] for item in found}


@dataclass(frozen=True)
class Score:
    """Shares from 0 to 1, and what missed: row id -> (text, fields)."""

    rows: int
    intents: float
    whole: float
    misses: dict[str, tuple[str, list[str]]]


def score(name: str) -> Score:
    rows, found = load(f"{name}.jsonl"), predictions(name)
    bad = {row["id"]: list(wrong(row["expect"], found[row["id"]])) for row in rows}
    misses = {row["id"]: (row["text"], bad[row["id"]]) for row in rows if bad[row["id"]]}
    intents = 1 - sum("intent" in fields for fields in bad.values()) / len(rows)
    return Score(len(rows), intents, 1 - len(misses) / len(rows), misses)


def table() -> str:
    """The scores as a Markdown table."""
    lines = ["| set | salon | rows | intents | rows fully right |", "|---|---|---|---|---|"]
    for name in NAMES:
        about = json.loads(salon_json(name) or default_salon())["salon"]["title"].replace("|", "·")
        one = score(name)
        lines.append(f"| {name} | {about} | {one.rows} | {one.intents:.1%} | {one.whole:.1%} |")
    return "\n".join(lines)


def wrong(expect: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Names of the fields that miss."""
    if found.get("intent") not in [expect["intent"], *expect.get("alt", [])]:
        yield "intent"
    also = {expect["intent"], *expect.get("also", [])}
    if "also" in expect and not also <= {found.get("intent"), *found.get("also", [])}:
        yield "also"
    yield from (k for k in EXACT & set(expect) if (found.get(k) or None) != (expect[k] or None))
    for key in SETS:
        if key in expect:
            right = [sorted(expect[key] or [])]
            right += (
                [sorted(item) for item in expect.get("services_alt", [])]
                if key == "services"
                else []
            )
            if sorted(found.get(key) or []) not in right:
                yield key
    for key in ("date_any_of", "staff_any_of"):
        asked = found.get("needs_clarification") or found.get(key[:-7]) in expect.get(key, [])
        if key in expect and not asked:
            yield key
    yield from _times(expect, found)
    if not set(expect.get("clarify", [])) <= set(found.get("clarify", [])):
        yield "clarify"
    if set(expect.get("must_not", [])) & set(found.get("actions", [])):
        yield "must_not"


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _times(expect: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    said = found.get("time")
    if "time" in expect:
        slack = 30 if expect.get("approx") else 0
        if expect["time"] is None or said is None:
            if said != expect["time"]:
                yield "time"
        elif abs(_minutes(said) - _minutes(expect["time"])) > slack:
            yield "time"
    slack = expect.get("tol_min", 0)
    for key in ("time_from", "time_to"):
        if key not in expect:
            continue
        near = found.get(key) and abs(_minutes(found[key]) - _minutes(expect[key])) <= slack
        open_end = slack and key == "time_to" and "time_from" in expect and not found.get(key)
        if not near and not open_end:
            yield key


def write() -> None:
    """Puts the measured table into the document, in the place of the one before."""
    text = TABLE.read_text(encoding="utf-8")
    fresh = re.sub(r"(?m)^\| set \|.*(?:\n\|.*)*", lambda _: table(), text)
    TABLE.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    write()
