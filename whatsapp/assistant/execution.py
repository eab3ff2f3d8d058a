"""Carrying decisions out through the tools: searches from near to far, writes one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant import schedules
from whatsapp.assistant.decisions import (
    AskName,
    CannotCheck,
    Decision,
    FindSlots,
    NothingFree,
    Offer,
    Propose,
    Purpose,
    VisitWish,
    Wish,
    Written,
)
from whatsapp.assistant.policy import Stage, choose, stages
from whatsapp.assistant.policy.lists import Combo
from whatsapp.assistant.policy.slots import combos
from whatsapp.assistant.state import (
    Pending,
    PendingBook,
    PendingCancel,
    PendingMove,
    Visit,
    times_of,
)
from whatsapp.assistant.tools import (
    Booked,
    BookingTools,
    BookRequest,
    CancelRequest,
    Held,
    MoveRequest,
    SlotOption,
    SlotsUnavailable,
    SlotTaken,
    WriteRequest,
    WriteResult,
)
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.wishes import DayWish, TimeWish

# After so many times that others are asked about just now, the journal alone decides.
HOLD_TRIES = 4


class Executor:
    """`now` is aware, salon zone; one instance a turn."""

    def __init__(self, salon: SalonView, tools: BookingTools, now: datetime) -> None:
        self.salon, self.tools, self.now = salon, tools, now

    def find(self, decision: Decision, *, avoid: Visit | None = None) -> Decision:
        """Replaces FindSlots by what the journal's answer makes of it; others pass through."""
        if not isinstance(decision, FindSlots):
            return decision
        if decision.purpose is Purpose.WORKS:
            return schedules.told(decision, self.tools, self.now.date(), self._find)
        return self._find(decision, avoid=avoid)

    def _find(self, decision: FindSlots, *, avoid: Visit | None = None) -> Decision:
        wish, purpose = decision.wish, decision.purpose
        last = self.now.date()
        for stage in stages(wish, self.now):
            found = self._search(wish, stage)
            if isinstance(found, SlotsUnavailable):
                return CannotCheck(wish, found.reason)
            seats = combos(wish, found, self.now, self.salon)
            if avoid is not None:
                seats = [c for c in seats if (c[0].start, c[0].staff) != (avoid.start, avoid.staff)]
            chosen = self._choose(wish, purpose, seats, stage)
            if chosen is not None:
                return chosen
            last = max(last, stage.last)
        return NothingFree(wish, purpose, last)

    def _choose(
        self, wish: Wish, purpose: Purpose, seats: list[Combo], stage: Stage
    ) -> Decision | None:
        """A time the client is asked about is held; one that another client is asked about is none."""
        for _ in range(HOLD_TRIES):
            chosen = choose(wish, purpose, seats, stage, self.salon, self.now)
            if not isinstance(chosen, Propose) or self.hold(chosen.pending):
                return chosen
            held = {(v.start, v.staff) for v in times_of(chosen.pending)}
            seats = [c for c in seats if not held & {(v.start, v.staff) for v in c}]
        return choose(wish, purpose, seats, stage, self.salon, self.now)

    def hold(self, pending: Pending) -> bool:
        """False when another client is being asked about one of its times."""
        visits = tuple(
            SlotOption(v.start, v.staff, v.services, v.duration_seconds) for v in times_of(pending)
        )
        return isinstance(self.tools.hold(visits), Held)

    def ask_name(self, pending: PendingBook) -> Decision:
        """The name is all that is missing, and the time waits for it."""
        if self.hold(pending):
            return AskName(pending)
        return self._instead(pending.visits[0], Purpose.BOOK, None, ())

    def _search(self, wish: Wish, stage: Stage) -> list[tuple[SlotOption, ...]] | SlotsUnavailable:
        out: list[tuple[SlotOption, ...]] = []
        known: dict[tuple[tuple[str, ...], str | None], tuple[SlotOption, ...]] = {}
        for visit in wish.visits:
            staff = None if stage.anyone else visit.staff
            key = (visit.services, staff)
            if key not in known:
                result = self.tools.free_slots(
                    visit.services, staff, stage.first, stage.last, instead_of=wish.record_id
                )
                if isinstance(result, SlotsUnavailable):
                    return result
                known[key] = result.slots
            out.append(known[key])
        return out

    def write(self, pending: Pending, name: str, note: str) -> Decision:
        """Does it; a slot lost on the way becomes an offer of what is left."""
        match pending:
            case PendingBook(visits=visits):
                return self._book(visits, name, note)
            case PendingMove():
                return self._move(pending)
            case PendingCancel(record_ids=ids):
                return Written(
                    tuple(
                        (CancelRequest(item), self.tools.cancel(item, step=f"cancel:{i}"))
                        for i, item in enumerate(ids, start=1)
                    )
                )

    def _book(self, visits: tuple[Visit, ...], name: str, note: str) -> Decision:
        results: list[tuple[WriteRequest, WriteResult]] = []
        for number, visit in enumerate(visits, start=1):
            comment = "; ".join(
                part for part in (visit.guest and f"для: {visit.guest}", note) if part
            )
            request = BookRequest(
                visit.services, visit.staff, visit.start, name, comment, len(visits)
            )
            result = self.tools.book(request, step=f"book:{number}")
            results.append((request, result))
            if not isinstance(result, Booked):
                break  # what follows depends on it; the client decides anew
        if len(results) == 1 and isinstance(results[0][1], SlotTaken):
            return self._instead(visits[0], Purpose.BOOK, None, tuple(results))
        return Written(tuple(results))

    def _move(self, pending: PendingMove) -> Decision:
        visit = pending.visit
        request = MoveRequest(pending.record_id, visit.start, visit.staff)
        result = self.tools.move(pending.record_id, visit.start, visit.staff, step="move:1")
        results: tuple[tuple[WriteRequest, WriteResult], ...] = ((request, result),)
        if isinstance(result, SlotTaken):
            return self._instead(visit, Purpose.MOVE, pending, results)
        return Written(results)

    def _instead(
        self,
        visit: Visit,
        purpose: Purpose,
        move: PendingMove | None,
        results: tuple[tuple[WriteRequest, WriteResult], ...],
    ) -> Decision:
        """What is free near a slot that was taken under our hands."""
        start = visit.start.astimezone(self.salon.zone)
        wish = Wish(
            visits=(VisitWish(visit.services, visit.staff, guest=visit.guest),),
            day=DayWish(on=start.date()),
            time=TimeWish(at=start.time().replace(tzinfo=None)),
            record_id=move.record_id if move else None,
            old_start=move.old_start if move else None,
        )
        found = self.find(FindSlots(wish, purpose), avoid=visit)
        if isinstance(found, Offer):
            return replace(found, lost=True)
        return found if isinstance(found, NothingFree) or not results else Written(results)
