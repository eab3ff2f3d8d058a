"""The self-test's sample dialogue: the real assistant, the salon's own service, a real free time, run dry."""

from dataclasses import dataclass

from django.utils.translation import gettext

from aiadmin.core import clock
from marketplace.models import Company
from whatsapp.assistant.decisions import AskName, Written
from whatsapp.assistant.engine import run_turn
from whatsapp.assistant.replies import words
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.types import Incoming
from whatsapp.services.dry_run import DryRunTools
from whatsapp.services.salon_view import salon_view
from whatsapp.services.self_test_checks import Check, Slot, State

# Nobody's: Russia gives out no numbers of this range.
NOBODY = "+70000000000"
CLIENT = "Анна"
# The wish, and answers to what may be asked about it.
MOST_TURNS = 4


@dataclass(frozen=True)
class Sample:
    """`lines`: {"from": "client" | "bot", "text"}."""

    check: Check
    lines: tuple[dict[str, str], ...]


def sample(company: Company, slot: Slot) -> Sample:
    """A client asks for that service at that time and says yes to whatever is asked back."""
    view, state = salon_view(company), DialogueState()
    text = _wish(company, slot)
    lines: list[dict[str, str]] = []
    booked = False
    for turn in range(MOST_TURNS):
        now = clock.now()
        tools = DryRunTools(company, NOBODY, f"self-test:{turn}")
        result = run_turn(
            [Incoming(text=text, at=now)], salon=view, state=state, tools=tools, now=now
        )
        state = result.state
        lines.append({"from": "client", "text": text})
        lines += [{"from": "bot", "text": reply.text} for reply in result.replies if reply.text]
        booked = any(isinstance(item, Written) for item in result.decisions)
        if booked or state.asked is Asked.NOTHING:
            break
        text = CLIENT if any(isinstance(item, AskName) for item in result.decisions) else "да"
    return Sample(_judged(slot, booked=booked), tuple(lines))


def _wish(company: Company, slot: Slot) -> str:
    today = clock.now().astimezone(company.zone).date()
    day = words.day_short(slot.free.start.date(), today)
    # The title as it is: no case of it is known for sure.
    what = slot.service.title.lower()
    return f"Здравствуйте! Хочу записаться: {what}, {day} в {slot.free.start:%H:%M}"


def _judged(slot: Slot, *, booked: bool) -> Check:
    if booked:
        return Check(State.OK, gettext("The trial talk ended with a booking"))
    return Check(
        State.BAD,
        gettext("In the trial talk the assistant did not get to book “%s”") % slot.service.title,
        gettext(
            "Read the conversation below. If the service's name is strange to clients, make it "
            "simpler: YCLIENTS → Settings → Services."
        ),
    )
