"""Clients on the salon's black list: only YCLIENTS knows them, and says so by refusing to book (434)."""

from datetime import timedelta

from marketplace.yclients.deadline import Deadline
from tests.marketplace.salons import SandboxSalon
from whatsapp.assistant.engine import run_turn
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Incoming
from whatsapp.services.salon_view import salon_view
from whatsapp.services.tools import JournalTools


def test_client_on_the_black_list_hears_no_promise_and_is_led_to_a_booking_once(
    salon: SandboxSalon,
) -> None:
    salon.sandbox.control.patch(
        f"/salons/{salon.company.salon_id}", json={"blacklist": ["79001234567"]}
    )
    view, state = salon_view(salon.company), DialogueState()
    now = salon.at(12, days=0)

    def say(text: str, turn: int, *, later: timedelta = timedelta()) -> str:
        nonlocal state
        result = run_turn(
            [Incoming(text, now + later)],
            salon=view,
            state=state,
            tools=JournalTools(salon.company, "+79001234567", f"1:{turn}", deadline=Deadline(60)),
            now=now + later,
            client_name="Ольга",
        )
        state = result.state
        assert result.actions == ()
        handed.append(result.handoff.topic if result.handoff else None)
        return result.replies[0].text

    handed: list[Topic | None] = []
    wish = "Запишите на мужскую стрижку завтра в 15:00 к Сергею"

    first = say(wish, 1)

    assert "Записать здесь не получится. Передала администратору" in first
    assert "аписала" not in first
    assert handed == [Topic.REFUSED]
    assert salon.records(phone="79001234567") == []

    again = say("а на завтра в 17 к Сергею?", 2)

    assert "Передала ваш вопрос администратору" in again
    assert handed[-1] is Topic.REFUSED
    assert "₽" in say("сколько стоит мужская стрижка?", 3), "what anybody may know is told"
    assert salon.records(phone="79001234567") == []
    # The salon may have thought better of it: a day later its journal is asked again.
    salon.sandbox.control.patch(f"/salons/{salon.company.salon_id}", json={"blacklist": []})
    assert state.turned_away(now)
    assert not state.turned_away(now + timedelta(days=1))
