"""The policy as a pure function: frame + state + facts -> decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from tests.whatsapp.assistant import salons
from whatsapp.assistant import decisions as d
from whatsapp.assistant import told
from whatsapp.assistant.frame import Frame, Intent, Slot, Topic
from whatsapp.assistant.policy import Stage, choose, decide, settle, stages
from whatsapp.assistant.policy.slots import combos
from whatsapp.assistant.state import (
    Asked,
    DialogueState,
    PendingBook,
    PendingCancel,
    Slots,
    Task,
    Visit,
)
from whatsapp.assistant.tools import SlotOption
from whatsapp.assistant.types import Context, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish

SALON = salons.lily()
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=SALON.zone)
TOMORROW = date(2026, 3, 12)
START = datetime(2026, 3, 12, 15, 0, tzinfo=SALON.zone)
WHOLE = Frame(
    intent=Intent.BOOK,
    services=("10",),
    staff="1",
    day=DayWish(on=TOMORROW),
    time=TimeWish(at=time(15)),
    said=frozenset({"services", "staff", "day", "time"}),
)
HEARD = DialogueState(task=Task.BOOK, slots=Slots(services=("10",), staff="1", staff_said=True))
PENDING = PendingBook((Visit(("10",), "1", START),))


def decided(frame: Frame, state: DialogueState = HEARD, **kwargs: object) -> d.Decision:
    return decide(frame, state, SALON, NOW, **{"name": "Ирина", **kwargs})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("frame", "slot", "why"),
    [
        (replace(WHOLE, services=()), Slot.SERVICE, d.Why.MISSING),
        (replace(WHOLE, services=(), service_options=("10", "13")), Slot.SERVICE, d.Why.AMBIGUOUS),
        (
            replace(WHOLE, services=(), unknown_service="татуаж"),
            Slot.SERVICE,
            d.Why.UNKNOWN_SERVICE,
        ),
        (replace(WHOLE, staff=None, staff_unknown="Жанна"), Slot.STAFF, d.Why.UNKNOWN_STAFF),
        (replace(WHOLE, staff_mismatch=True), Slot.STAFF, d.Why.MISMATCH),
        (replace(WHOLE, staff=None, staff_options=("5", "6")), Slot.STAFF, d.Why.AMBIGUOUS),
        (
            replace(WHOLE, day=DayWish(any_of=(TOMORROW, date(2026, 3, 13)))),
            Slot.DATE,
            d.Why.CONFLICT,
        ),
        (replace(WHOLE, day=DayWish(invalid=True)), Slot.DATE, d.Why.INVALID),
        (
            replace(WHOLE, day=DayWish(on=date(2026, 3, 5), past=True), past=True),
            Slot.DATE,
            d.Why.PAST,
        ),
        (replace(WHOLE, day=DayWish(on=NOW.date()), past=True), Slot.TIME, d.Why.PAST),
        (replace(WHOLE, outside_hours=True), Slot.TIME, d.Why.CLOSED),
        (replace(WHOLE, day=DayWish()), Slot.DATE, d.Why.MISSING),
    ],
)
def test_what_stands_in_the_way_is_asked(frame: Frame, slot: Slot, why: d.Why) -> None:
    decision = decided(frame)

    assert isinstance(decision, d.Ask)
    assert (decision.slot, decision.why) == (slot, why)


@pytest.mark.parametrize(
    ("frame", "certain"),
    [
        (WHOLE, True),
        (replace(WHOLE, guessed=frozenset({"services"})), False),
        (replace(WHOLE, time=TimeWish(at=time(15), approx=True)), False),
        (replace(WHOLE, time=TimeWish(at=time(15), guessed=True)), False),
        (replace(WHOLE, time=TimeWish(start=time(15))), False),
        (replace(WHOLE, staff=None), False),
        (replace(WHOLE, staff=None, staff_any=True), True),
        (replace(WHOLE, services=("17",), staff=None), True),
        (replace(WHOLE, intent=Intent.AVAILABILITY), False),
        (replace(WHOLE, people=2), False),
    ],
)
def test_only_what_was_said_exactly_is_certain(frame: Frame, certain: bool) -> None:
    decision = decided(frame)

    assert isinstance(decision, d.FindSlots)
    assert decision.wish.certain is certain


def test_yes_executes_what_was_proposed() -> None:
    state = replace(HEARD, asked=Asked.CONFIRM, pending=PENDING, pending_at=NOW)

    assert decided(replace(WHOLE, confirmed=True), state) == d.Write(PENDING)


def test_a_name_nobody_knows_is_asked_before_writing() -> None:
    state = replace(HEARD, asked=Asked.CONFIRM, pending=PENDING, pending_at=NOW)

    assert decided(replace(WHOLE, confirmed=True), state, name=None) == d.AskName(PENDING)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (Frame(intent=Intent.GREETING), d.Greet()),
        (Frame(intent=Intent.THANKS), d.React("❤️")),
        (Frame(intent=Intent.STOP), d.OptOut()),
        (Frame(intent=Intent.START), d.OptIn()),
        (Frame(intent=Intent.HUMAN, topic=Topic.CALL), d.HandOver(Topic.CALL)),
        (
            Frame(intent=Intent.HUMAN, topic=Topic.COMPLAINT),
            d.HandOver(Topic.COMPLAINT, urgent=True),
        ),
        (Frame(intent=Intent.OTHER, topic=Topic.PAUSE), d.Wait()),
        (Frame(intent=Intent.OTHER, injection=True), d.Redirect()),
        (Frame(intent=Intent.OTHER, third_party=True), told.Private()),
        (Frame(intent=Intent.OTHER, declined=True), d.Declined(idle=True)),
        (Frame(intent=Intent.OTHER), d.Unclear()),
        (Frame(intent=Intent.ADDRESS), told.AnswerAddress()),
        (Frame(intent=Intent.HOURS, day=DayWish(on=TOMORROW)), told.AnswerHours(TOMORROW)),
        (Frame(intent=Intent.PRICE, services=("17",)), told.AnswerPrice(("17",))),
        (Frame(intent=Intent.REVIEW, rating=5), d.Rated(5)),
        (Frame(intent=Intent.CANCEL, no_booking=True), d.NoBookings()),
        (Frame(intent=Intent.LIST), d.NoBookings()),
    ],
)
def test_small_decisions(frame: Frame, expected: d.Decision) -> None:
    assert decided(frame, DialogueState()) == expected


def test_cancelling_needs_an_order_or_a_yes() -> None:
    visit = UpcomingBooking("b1", START, ("15",), "4")
    context = Context(upcoming=(visit,))
    implied = Frame(intent=Intent.CANCEL, booking="b1")
    ordered = replace(implied, said=frozenset({"cancel"}))

    assert decided(implied, DialogueState(), context=context) == d.AskCancelOrMove("b1")
    assert decided(ordered, DialogueState(), context=context) == d.Write(PendingCancel(("b1",)))


def slot(hour: int, staff: str = "1", day: int = 12, minutes: int = 60) -> SlotOption:
    start = datetime(2026, 3, day, hour, 0, tzinfo=SALON.zone)
    return SlotOption(start, staff, ("10",), minutes * 60)


WISH = d.Wish(
    visits=(d.VisitWish(("10",), "1"),),
    day=DayWish(on=TOMORROW),
    time=TimeWish(at=time(15)),
    certain=True,
)
NEAR = Stage(TOMORROW, TOMORROW, anyone=False, other_days=False)
ANYONE = Stage(TOMORROW, TOMORROW, anyone=True, other_days=False)


def chosen(wish: d.Wish, stage: Stage, *slots: SlotOption) -> d.Decision | None:
    seats = combos(wish, [slots], NOW, SALON)
    return choose(wish, d.Purpose.BOOK, seats, stage, SALON, NOW)


def test_a_certain_free_slot_is_written_and_an_uncertain_one_proposed() -> None:
    certain = chosen(WISH, NEAR, slot(15))
    guessed = chosen(replace(WISH, certain=False), NEAR, slot(15))

    assert isinstance(certain, d.Write)
    assert isinstance(guessed, d.Propose)


def test_a_busy_slot_looks_further_before_offering() -> None:
    assert chosen(WISH, NEAR, slot(12), slot(18)) is None
    offer = chosen(WISH, ANYONE, slot(12), slot(14), slot(17), slot(15, "2"), slot(16, "2"))

    assert isinstance(offer, d.Offer)
    assert offer.missed
    assert [(v.start.hour, v.staff) for (v,) in offer.combos] == [(14, "1"), (17, "1"), (15, "2")]


def test_past_starts_and_excluded_masters_are_never_offered() -> None:
    wish = replace(WISH, visits=(d.VisitWish(("10",), exclude=("2",)),), time=TimeWish())
    gone = SlotOption(NOW - timedelta(hours=1), "1", ("10",), 3600)

    found = combos(wish, [(gone, slot(12, "2"), slot(13))], NOW, SALON)

    assert [(v.start.hour, v.staff) for (v,) in found] == [(13, "1")]


def test_a_party_sits_side_by_side_or_in_a_row() -> None:
    pair = replace(WISH, visits=(d.VisitWish(("10",)), d.VisitWish(("10",), guest="гость")))
    one = replace(WISH, visits=(d.VisitWish(("10",)), d.VisitWish(("10",))))
    free = (slot(15), slot(16), slot(15, "2"))

    together = combos(pair, [free, free], NOW, SALON)
    in_row = combos(one, [free, free], NOW, SALON)

    assert any({v.start.hour for v in c} == {15} for c in together)
    assert all(left.start < right.start for left, right in in_row)


def test_searches_widen_step_by_step() -> None:
    found = stages(WISH, NOW)

    assert [(s.anyone, s.other_days) for s in found] == [
        (False, False), (True, False), (False, True), (True, True),
    ]  # fmt: skip
    assert found[0].first == found[0].last == TOMORROW
    assert found[2].first == date(2026, 3, 13)


def test_a_proposal_waits_for_yes_for_a_day() -> None:
    state = settle(HEARD, d.Propose(PENDING), NOW)

    assert (state.asked, state.pending) == (Asked.CONFIRM, PENDING)
    assert state.aged(NOW + timedelta(hours=23)).pending == PENDING
    assert state.aged(NOW + timedelta(hours=25)).pending is None


def test_a_dialogue_is_forgotten_after_a_week_but_the_name_is_not() -> None:
    state = replace(HEARD, client_name="Ирина", introduced=True, last_activity=NOW)

    kept = state.aged(NOW + timedelta(days=6))
    gone = state.aged(NOW + timedelta(days=8))

    assert kept.slots == HEARD.slots
    assert gone == DialogueState(client_name="Ирина", introduced=True)


def test_a_day_gone_by_leaves_the_slots() -> None:
    state = replace(HEARD, slots=replace(HEARD.slots, day=DayWish(on=NOW.date())))

    assert not state.aged(NOW + timedelta(days=1)).slots.day.given


def test_state_survives_json() -> None:
    state = settle(HEARD, d.Propose(PENDING), NOW)

    assert DialogueState.from_json(state.to_json()) == state
