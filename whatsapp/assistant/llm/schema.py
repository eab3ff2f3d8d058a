"""The only shape in which a model may answer. Anything else is no answer."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

Wanted = Literal[
    "book",
    "availability",
    "price",
    "services",
    "staff_info",
    "hours",
    "address",
    "list_bookings",
    "reschedule",
    "cancel",
    "human",
    "small_talk",
    "other",
]
LONGEST = 4000  # characters of an answer worth parsing


class Proposal(BaseModel):
    """What the model believes the client means. Nothing in it is trusted: `frames.py` judges it.

    All fields must be there (`null` where nothing was said): strict modes of model servers want it so.
    `services`, `staff` are ids of the facts; `visit` is the number of a visit in the facts; `date` is
    YYYY-MM-DD, `time` HH:MM; `answer` is to the question that was open; `phrase` is small talk only.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    intent: Wanted
    services: list[str]
    staff: str | None
    date: str | None
    time: str | None
    people: int | None
    visit: int | None
    answer: Literal["yes", "no"] | None
    topic: Literal["complaint", "medical", "money", "call"] | None
    phrase: str | None


_FENCE = re.compile(r"\A\s*```(?:json)?\s*(.*?)\s*```\s*\Z", re.DOTALL)


def parse(text: str) -> Proposal | None:
    """The proposal in a model's answer; None unless it is exactly one object of the schema.

    A code fence around it is taken off: some servers know no answer without one.
    """
    if len(text) > LONGEST:
        return None
    fenced = _FENCE.match(text)
    try:
        return Proposal.model_validate_json(fenced[1] if fenced else text)
    except ValidationError:
        return None


def json_schema() -> dict[str, Any]:
    """For `response_format` of an OpenAI-compatible server."""
    return Proposal.model_json_schema()
