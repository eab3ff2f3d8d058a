"""Voice messages in words: fetched from the bridge, sent as they came, kept as the message's text.

Whatever fails, the message stays without text, and the client is asked to write.
"""

from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import httpx
import structlog
from django.conf import settings

from marketplace.models import Company
from marketplace.yclients.deadline import Deadline
from whatsapp import gateway_files
from whatsapp.models import Message
from whatsapp.services import llm_budget, media, model_api, ogg
from whatsapp.services.llm_budget import Usage

log = structlog.get_logger(__name__)

LONGEST_SECONDS = 120
MAX_BYTES = 2 * 1024 * 1024
MAX_CHARACTERS = 2000
# Of one turn: further ones stay without text.
MOST = 3
# The bridge fetches a file while the chat is quiet; the turn waits so much longer for all of its files.
PATIENCE_SECONDS = 8.0
LOOK_SECONDS = 0.25


def configured() -> bool:
    """Off unless both are set."""
    return bool(settings.LLM_BASE_URL and settings.TRANSCRIPTION_MODEL)


def listen(company: Company, batch: tuple[Message, ...], deadline: Deadline) -> dict[str, Any]:
    """Gives the batch's voice messages their words; returns what to tell staff: {"voice": […]} or {}.

    A message that has its words is not listened to again. What this takes is not taken from the time
    for YCLIENTS. No transaction may be open.
    """
    waiting = [row for row in batch if row.kind == "audio" and not row.text][:MOST]
    if not configured() or not waiting:
        return {}
    ends = monotonic() + PATIENCE_SECONDS
    with deadline.paused():
        calls = [_listen(company, row, ends) for row in waiting]
    for call in calls:
        log.info("model.listened", company_id=company.pk, outcome=call["outcome"])
    return {"voice": calls}


def _listen(company: Company, row: Message, ends: float) -> dict[str, Any]:
    sound = _sound(company, row, ends)
    if isinstance(sound, str):
        return {"outcome": sound}
    seconds = ogg.seconds_of(sound.body)
    if not 0 < seconds <= LONGEST_SECONDS:
        return {"outcome": "too_long", "seconds": round(seconds)}
    reservation = llm_budget.reserve(company, Usage(seconds=seconds))
    if reservation is None:
        return {"outcome": "budget"}
    began = monotonic()
    outcome, text, used = _ask(sound, seconds)
    took_ms = round((monotonic() - began) * 1000)
    llm_budget.settle(reservation, used, took_ms=took_ms, failed=outcome != "heard")
    if text:
        # Another worker that lost this turn may have been here: the first words stay.
        Message.objects.filter(pk=row.pk, text="").update(text=text, transcribed=True)
        row.refresh_from_db(fields=["text", "transcribed"])
    return {
        "model": settings.TRANSCRIPTION_MODEL,
        "outcome": outcome,
        "took_ms": took_ms,
        "seconds": round(seconds),
        "cost": used.cost / llm_budget.MICRO,
    }


def _ask(sound: "_Sound", seconds: float) -> tuple[str, str, Usage]:
    try:
        said = model_api.transcribe(sound.body, sound.mime)
    except model_api.ModelError as error:
        lost = Usage() if model_api.is_free(error.code) else Usage(seconds=seconds)
        return error.code, "", lost
    text = " ".join(said.text.split())[:MAX_CHARACTERS]
    used = Usage(said.tokens_in or 0, said.tokens_out or 0, seconds)
    return ("heard" if text else "silence"), text, used


@dataclass(frozen=True)
class _Sound:
    body: bytes
    mime: str


def _sound(company: Company, row: Message, ends: float) -> "_Sound | str":
    """The file, waited for while the bridge still owes it; or a stable word for why there is none."""
    while True:
        known = media.files_of(company, [row]).get(row.pk)
        if known is None or known.status not in ("owed", "fetched"):
            return "no_file"
        if known.status == "fetched":
            break
        if monotonic() >= ends:
            return "late_file"
        sleep(LOOK_SECONDS)
    if known.size > MAX_BYTES:
        return "too_long"
    found = media.open_file(row)
    if not isinstance(found, gateway_files.MediaFile):
        return "no_file"
    try:
        return _Sound(b"".join(found.chunks), found.mime or known.mime)
    except httpx.HTTPError:
        return "no_file"
