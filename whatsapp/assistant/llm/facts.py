"""The question to a model: public facts of the salon, this client's dialogue, and the masked words.

No phone, no name of any client, no text of another chat goes in; a client's visits go in without ids.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from whatsapp.assistant.llm.masking import masked
from whatsapp.assistant.llm.port import Question
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.types import Context, OpenHours, SalonView, ServiceView
from whatsapp.assistant.wishes import DayWish, TimeWish

LONGEST = 1200  # characters of the client's words in one question
_WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


@cache
def system_prompt() -> str:
    prompt = files("whatsapp.assistant") / "prompts" / "understand.md"
    return prompt.read_text(encoding="utf-8")


def question(
    texts: Sequence[str],
    *,
    salon: SalonView,
    state: DialogueState,
    context: Context,
    now: datetime,
) -> Question:
    """`now` is aware, salon zone."""
    return Question(
        system_prompt(), _json(about(salon)), _json(_talk(texts, salon, state, context, now))
    )


def about(salon: SalonView) -> dict[str, Any]:
    """What the salon shows to everybody. The whole catalogue: from a part of one, models invent the rest."""
    return {
        "salon": salon.title,
        "address": salon.address,
        "hours": _week(salon),
        "services": [_service(item) for item in salon.services],
        "masters": [
            {"id": item.id, "name": item.name, "does": item.specialization} for item in salon.staff
        ],
    }


def _service(item: ServiceView) -> dict[str, Any]:
    shown = {
        "id": item.id,
        "title": item.title,
        "price": item.price_min,
        "minutes": item.duration_seconds // 60 if item.duration_seconds else None,
    }
    return {key: value for key, value in shown.items() if value is not None}


def _week(salon: SalonView) -> dict[str, str]:
    return {name: _hours(hours) for name, hours in zip(_WEEKDAYS, salon.week, strict=False)} or {
        "": salon.schedule_text
    }


def _hours(hours: OpenHours | None) -> str:
    return f"{hours.opens:%H:%M}–{hours.closes:%H:%M}" if hours is not None else "выходной"


def _talk(
    texts: Sequence[str],
    salon: SalonView,
    state: DialogueState,
    context: Context,
    now: datetime,
) -> dict[str, Any]:
    slots = state.slots
    said = "\n".join(texts)[:LONGEST]
    return {
        "now": f"{now:%Y-%m-%d %H:%M}, {_WEEKDAYS[now.weekday()]}",
        "question_open": state.asked.value or None,
        # What was proposed holds masters, services and hours; a client's name may stand there too.
        "our_last_words": masked(state.last_reply, salon)
        if state.asked is not Asked.NOTHING
        else "",
        "known": {
            "services": list(slots.services),
            "staff": slots.staff,
            "date": _day(slots.day),
            "time": _time(slots.time),
        },
        "visits": [
            {
                "number": number,
                "when": f"{visit.start.astimezone(salon.zone):%Y-%m-%d %H:%M}",
                "services": list(visit.services),
            }
            for number, visit in enumerate(context.upcoming or (), start=1)
        ],
        "client_says": masked(said, salon),
    }


def _day(wish: DayWish) -> str | None:
    return wish.on.isoformat() if wish.on is not None else None


def _time(wish: TimeWish) -> str | None:
    return f"{wish.at:%H:%M}" if wish.at is not None else None


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
