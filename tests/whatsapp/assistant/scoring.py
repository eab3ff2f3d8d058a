"""The corpus' scoring rules (dialogues/README.md), for the tests: which fields of a row are wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from whatsapp.assistant.rows import understand_rows

CORPUS = Path(__file__).parent / "corpus"
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


def predictions(name: str, salon: str | None) -> dict[str, dict[str, Any]]:
    lines = (CORPUS / name).read_text(encoding="utf-8").splitlines()
    about = (CORPUS / salon).read_text(encoding="utf-8") if salon else None
    found = (json.loads(line) for line in understand_rows(lines, about))
    return {item["id"]: item["result"] for item in found}


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
