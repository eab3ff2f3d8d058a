"""`manage.py understand`: corpus rows in, predictions out (JSON lines); no database, no network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from whatsapp.assistant.decisions import FindSlots, OptOut, Purpose, Rated, VisitConfirmed, Write
from whatsapp.assistant.dialogue import remember
from whatsapp.assistant.frame import Frame
from whatsapp.assistant.policy import decide
from whatsapp.assistant.state import (
    DialogueState,
    PendingBook,
    PendingCancel,
    PendingMove,
    PendingMoves,
)
from whatsapp.assistant.types import (
    Context,
    LastVisit,
    OpenHours,
    SalonView,
    ServiceView,
    StaffOffer,
    StaffView,
    UpcomingBooking,
)
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.history import replay
from whatsapp.assistant.wishes import TimeWish

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def default_salon() -> str:
    """The corpus' salon, as JSON text."""
    return (files("whatsapp.assistant") / "data" / "salon.json").read_text(encoding="utf-8")


def understand_rows(lines: Iterable[str], salon_json: str | None = None) -> Iterator[str]:
    """One prediction line a row, keys as in `expect` (see dialogues/README.md); blank lines are skipped."""
    salon = salon_of(json.loads(salon_json or default_salon()))
    for line in lines:
        if line.strip():
            row = json.loads(line)
            yield json.dumps({"id": row["id"], "result": predict(row, salon)}, ensure_ascii=False)


def salon_of(data: Mapping[str, Any]) -> SalonView:
    """A SalonView of the corpus' salon format; masters are known by name."""
    about = data["salon"]
    hours = OpenHours(_clock(about.get("open", "10:00")), _clock(about.get("close", "21:00")))
    opened = _weekdays(about.get("days", "mon-sun"))
    return SalonView(
        title=about["title"],
        timezone=about["timezone"],
        address=about.get("address", ""),
        week=tuple(hours if i in opened else None for i in range(7)),
        slot_step_minutes=int(about.get("slot_step_min", 30)),
        staff=tuple(StaffView(item["name"], item["name"]) for item in data["staff"]),
        services=tuple(
            ServiceView(
                id=item["id"],
                title=item["title"],
                category=item.get("category", ""),
                price_min=item.get("price"),
                composite="composite_of" in item,
                composite_of=tuple(item.get("composite_of", ())),
                aliases=tuple(item.get("aliases", ())),
                audience=item.get("gender", ""),
                staff={
                    m["name"]: StaffOffer() for m in data["staff"] if item["id"] in m["services"]
                },
            )
            for item in data["services"]
        ),
    )


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour) % 24, int(minute))


def _weekdays(text: str) -> set[int]:
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found |= {(begin + i) % 7 for i in range((end - begin) % 7 + 1)}
    return found


def predict(row: Mapping[str, Any], salon: SalonView) -> dict[str, Any]:
    """The prediction of one row."""
    moment = time.fromisoformat(row.get("now", "12:00"))
    now = datetime.combine(date.fromisoformat(row["today"]), moment, ZoneInfo(salon.timezone))
    context = context_of(row.get("context") or {}, salon)
    history = [(item["role"], item["text"]) for item in row.get("history") or ()]
    state = replay(history, salon=salon, now=now, context=context)
    frame = understand(row["text"].split("\n"), salon=salon, now=now, state=state, context=context)
    return {**result(frame), "actions": actions(frame, state, salon, now, context)}


def actions(
    frame: Frame, state: DialogueState, salon: SalonView, now: datetime, context: Context
) -> list[str]:
    """Side effects the policy would let happen at once, supposing that every slot is free."""
    heard = remember(state, frame, now)
    decision = decide(
        frame, heard, salon, now, context=context, name=context.client_name or "Клиент"
    )
    match decision:
        case FindSlots(wish=wish, purpose=Purpose.BOOK) if wish.certain:
            return ["create_booking"]
        case FindSlots(wish=wish, purpose=Purpose.MOVE) if wish.certain:
            return ["move_booking", "reschedule_booking"]
        case Write(pending=PendingBook()):
            return ["create_booking"]
        case Write(pending=PendingMove() | PendingMoves()):
            return ["move_booking", "reschedule_booking"]
        case Write(pending=PendingCancel()):
            return ["cancel_booking"]
        case VisitConfirmed():
            return ["confirm_visit"]
        case Rated(rating=rating) if rating is not None:
            return ["save_rating"]
        case OptOut():
            return ["unsubscribe"]
    return []


def context_of(data: Mapping[str, Any], salon: SalonView) -> Context:
    upcoming = data.get("upcoming")
    visit = data.get("last_visit")
    return Context(
        upcoming=None
        if upcoming is None
        else tuple(
            UpcomingBooking(
                id=item["id"],
                start=datetime.combine(
                    date.fromisoformat(item["date"]), time.fromisoformat(item["time"]), salon.zone
                ),
                services=tuple(item["services"]),
                staff=item.get("staff"),
            )
            for item in upcoming
        ),
        last_visit=LastVisit(
            date.fromisoformat(visit["date"]), tuple(visit["services"]), visit.get("staff")
        )
        if visit
        else None,
        client_name=data.get("client_name"),
    )


def result(frame: Frame) -> dict[str, Any]:
    """A frame as the corpus writes it; empty values are left out."""
    day = frame.day
    span = day.start is not None or day.end is not None
    several = day.dates if day.dates else ()
    in_order = frame.staff_options if frame.staff_any and frame.staff_named else ()
    found: dict[str, Any] = {
        "intent": frame.intent.value,
        "also": [item.value for item in frame.also],
        "services": list(frame.services),
        # «к Диане, если занята — к Полине»: the one wanted most
        "staff": frame.staff or next(iter(in_order), None),
        "staff_any": frame.staff_any,
        "exclude_staff": list(frame.exclude_staff),
        "staff_unknown": frame.staff_unknown,
        "staff_mismatch": frame.staff_mismatch,
        "unknown_service": frame.unknown_service is not None,
        # of days any of which suits, the one that would be looked at first
        "date": _iso(day.on or (several[0] if several and not day.each else None)),
        "date_from": _iso(day.start)
        if span
        else _iso(several[0] if several and not day.each else None),
        "date_to": _iso(day.end)
        if span
        else _iso(several[-1] if several and not day.each else None),
        "dates": [_iso(item) for item in several],
        "all_dates": day.each,
        "asap": frame.asap,
        "same_as_last": frame.same_as_last,
        "same_staff": frame.same_staff,
        "people": frame.people,
        "parallel": frame.parallel,
        "client_name": frame.client_name,
        "guest_name": frame.guest_name,
        "booking": frame.booking,
        "bookings": list(frame.bookings),
        "no_booking": frame.no_booking,
        "add_to_booking": frame.add_to_booking,
        "confirmed": frame.confirmed,
        "declined": frame.declined,
        "attending": frame.attending,
        "late_min": frame.late_min,
        "rating": frame.rating,
        "sentiment": frame.sentiment,
        "needs_clarification": frame.needs_clarification,
        "clarify": [item.value for item in frame.clarify],
        "needs_confirm": frame.needs_confirm,
        "handoff": frame.handoff,
        "urgent": frame.urgent,
        "rude": frame.rude,
        "injection": frame.injection,
        "third_party": frame.third_party,
        "past": frame.past,
        "invalid_date": frame.invalid_date,
        "outside_hours": frame.outside_hours,
        **_time(frame.time),
    }
    kept = {key: value for key, value in found.items() if value not in (None, [], False, "")}
    if frame.attending is False:
        kept["attending"] = False
    return kept


def _time(wish: TimeWish) -> dict[str, Any]:
    at = wish.at or (wish.options[0] if wish.options else None)
    return {
        "time": at.strftime("%H:%M") if at else None,
        "time_from": wish.start.strftime("%H:%M") if wish.start else None,
        "time_to": wish.end.strftime("%H:%M") if wish.end else None,
        "approx": wish.approx,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
