"""Carrying decisions out through the tools: searches from near to far, writes one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from whatsapp.assistant import requests, schedules, trading, waiting
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
from whatsapp.assistant.left import Left
from whatsapp.assistant.policy import Stage, changes, choose, stages
from whatsapp.assistant.policy.lists import Combo
from whatsapp.assistant.policy.slots import combos
from whatsapp.assistant.state import (
    Pending,
    PendingBook,
    Visit,
    times_of,
)
from whatsapp.assistant.told import OnDuty
from whatsapp.assistant.tools import (
    Booked,
    BookingTools,
    BookRequest,
    CancelRequest,
    EarlierWrite,
    Held,
    Moved,
    MoveRequest,
    SlotOption,
    SlotsUnavailable,
    SlotTaken,
    SystemDown,
    WriteRequest,
    WriteResult,
)
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.wishes import DayWish, TimeWish

# After so many times that others are asked about just now, the journal alone decides.
HOLD_TRIES = 4


class Executor:
    """`now` is aware, salon zone; `usual` the client's own master. One instance a turn."""

    def __init__(
        self, salon: SalonView, tools: BookingTools, now: datetime, usual: str | None = None
    ) -> None:
        self.salon, self.tools, self.now, self.usual = salon, tools, now, usual
        self.begun = 0  # writes of this turn so far: no two share a step
        self.after = Left()  # what comes after the order that is being carried out

    def find(self, decision: Decision) -> Decision:
        """Replaces FindSlots by what the journal's answer makes of it; others pass through."""
        if isinstance(decision, OnDuty):
            return schedules.on_duty(decision, self.tools, self.salon, self.now)
        if not isinstance(decision, FindSlots):
            return decision
        if decision.together:
            return self._both(decision)
        if decision.purpose is Purpose.WORKS:
            return schedules.told(decision, self.tools, self.now.date(), self._find)
        return self._find(decision)

    def _both(self, decision: FindSlots) -> Decision:
        """A proposal of all, each looked for by itself; what is near the first that is taken."""

        def search(wish: Wish, stage: Stage) -> list[Combo] | SlotsUnavailable:
            found = self._search(wish, stage)
            if isinstance(found, SlotsUnavailable):
                return found
            return combos(wish, found, self.now, self.salon, self.usual)

        found = trading.found(decision, self.salon, self.now, search)
        if isinstance(found, Propose) and not self.hold(found.pending):
            found = FindSlots(decision.wish, decision.purpose)
        return self._find(found) if isinstance(found, FindSlots) else found

    def _find(self, decision: FindSlots, *, avoid: Visit | None = None) -> Decision:
        """What was missed may be waited for, where the salon keeps a list."""
        found = self._searched(decision, avoid)
        return waiting.offered(found, self.now) if self.salon.waiting_list else found

    def _searched(self, decision: FindSlots, avoid: Visit | None) -> Decision:
        wish, purpose = decision.wish, decision.purpose
        last = self.now.date()
        for stage in stages(wish, self.now):
            found = self._search(wish, stage)
            if isinstance(found, SlotsUnavailable):
                return CannotCheck(wish, found.reason, purpose)
            seats = combos(wish, found, self.now, self.salon, self.usual)
            if wish.beside is not None:
                seats = [c for c in seats if _apart(c, wish.beside)]
            if avoid is not None:
                lost = (avoid.start, avoid.staff)
                seats = [c for c in seats if lost not in {(v.start, v.staff) for v in c}]
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
        found = self._instead(tuple(requests.booking(v, "", "", 1) for v in pending.visits), ())
        return replace(found, lost=True) if isinstance(found, Offer) else found

    def _search(self, wish: Wish, stage: Stage) -> list[tuple[SlotOption, ...]] | SlotsUnavailable:
        out: list[tuple[SlotOption, ...]] = []
        known: dict[tuple[tuple[str, ...], str | None], tuple[SlotOption, ...]] = {}
        for visit in wish.visits:
            staff = None if stage.anyone else visit.staff
            key = (visit.services, staff)
            if key not in known:
                slots: tuple[SlotOption, ...] = ()
                for first, last in stage.spans:
                    result = self.tools.free_slots(
                        visit.services, staff, first, last, instead_of=wish.record_id
                    )
                    if isinstance(result, SlotsUnavailable):
                        return result
                    slots += result.slots
                known[key] = slots
            out.append(known[key])
        return out

    def write(self, pending: Pending, name: str, note: str) -> Decision:
        """Does it; a slot lost on the way becomes an offer of what is left."""
        return self.carry_out(requests.of(pending, name, note))

    def carry_out(
        self,
        requests: tuple[WriteRequest, ...],
        done: Sequence[tuple[WriteRequest, WriteResult]] = (),
    ) -> Decision:
        """Every write with its outcome; of bookings the first that fails ends the row. `done`: the first
        of `requests`, which a run that was cut off began."""
        results = list(done)
        if not results and self._gone_by(requests[0]):
            return self._instead(requests, ())
        for place in range(len(results), len(requests)):
            if results and _fails(results[-1]):
                break  # what follows depends on it; the client decides anew
            request = requests[place]
            results.append((request, self._one(request, requests[place + 1 :])))
        if len(results) == 1 and isinstance(results[0][1], SlotTaken):
            return self._instead(requests, tuple(results))
        return Written(
            tuple(results),
            undone=self._undone(requests, results),
            instead=self._for_the_rest(requests, results),
        )

    def go_on(self, earlier: Sequence[EarlierWrite]) -> Decision:
        """The writes of one order that a run which was cut off began, as they ended, and the others now."""
        left = Left.from_json(earlier[-1].left)
        self.begun = max(self.begun, *(write.number for write in earlier))
        self.after = replace(left, writes=())
        done = [(write.request, write.outcome) for write in earlier]
        decision = self.carry_out((*(request for request, _ in done), *left.writes), done)
        return replace(decision, recovered=True) if isinstance(decision, Written) else decision

    def _for_the_rest(
        self,
        requests: tuple[WriteRequest, ...],
        results: list[tuple[WriteRequest, WriteResult]],
    ) -> Offer | None:
        """What is free for those who were to come with others that are booked already."""
        if not isinstance(results[-1][1], SlotTaken) or not isinstance(results[0][1], Booked):
            return None
        rest = requests[len(results) - 1 :]
        made = [r for r, _ in results[:-1] if isinstance(r, BookRequest)]
        guest = rest[0].guest if isinstance(rest[0], BookRequest) else None
        own = [r for r in made if r.guest == guest]  # of the same person: not two chairs at once
        lengths = (changes.length(self.salon, r.service_ids, r.staff_id) for r in own)
        ends = [r.start + timedelta(seconds=s) for r, s in zip(own, lengths, strict=True)]
        beside = (min(r.start for r in own), max(ends)) if own else None
        found = self._instead(rest, (results[-1],), beside=beside)
        return found if isinstance(found, Offer) else None

    def _gone_by(self, request: WriteRequest) -> bool:
        """A request that had to wait may have waited too long: nobody took its time, it has passed."""
        start = request.start if isinstance(request, BookRequest) else None
        start = request.new_start if isinstance(request, MoveRequest) else start
        return start is not None and start <= self.now

    def _one(self, request: WriteRequest, others: tuple[WriteRequest, ...]) -> WriteResult:
        self.begun += 1
        left = replace(self.after, writes=others).to_json()
        match request:
            case BookRequest():
                return self.tools.book(request, step=f"book:{self.begun}", left=left)
            case MoveRequest(record_id=record, new_start=start, staff_id=staff):
                services = request.service_ids if request.changed else ()
                step = f"move:{self.begun}"
                return self.tools.move(
                    record, start, staff, step=step, services=services, left=left
                )
            case CancelRequest(record_id=record):
                return self.tools.cancel(record, step=f"cancel:{self.begun}", left=left)

    def _undone(
        self,
        requests: tuple[WriteRequest, ...],
        results: list[tuple[WriteRequest, WriteResult]],
    ) -> tuple[WriteRequest, ...]:
        refused = undone(results)
        return (*refused, *requests[len(results) :]) if refused else ()

    def _instead(
        self,
        requests: tuple[WriteRequest, ...],
        results: tuple[tuple[WriteRequest, WriteResult], ...],
        *,
        beside: tuple[datetime, datetime] | None = None,
    ) -> Decision:
        """What is free near a time that was taken under our hands; for all who were to come that day."""
        request = requests[0]
        match request:
            case BookRequest(start=start, staff_id=staff, service_ids=services):
                purpose, record, old = Purpose.BOOK, None, None
            case MoveRequest(new_start=start, staff_id=staff, service_ids=services) if services:
                purpose, record, old = Purpose.MOVE, request.record_id, request.old_start
            case _:
                return Written(results)
        local = start.astimezone(self.salon.zone)
        bookings = tuple(item for item in requests if isinstance(item, BookRequest))
        together = [r for r in bookings if r.start.astimezone(local.tzinfo).date() == local.date()]
        visits = tuple(VisitWish(r.service_ids, r.staff_id, guest=r.guest) for r in together)
        wish = Wish(
            visits=visits or (VisitWish(services, staff),),
            day=DayWish(on=local.date()),
            time=TimeWish(at=local.time().replace(tzinfo=None)),
            record_id=record,
            old_start=old,
            changed=isinstance(request, MoveRequest) and request.changed,
            beside=beside,
        )
        found = self._find(FindSlots(wish, purpose), avoid=Visit(services, staff, start))
        if isinstance(found, Offer):
            return replace(found, lost=bool(results))
        return found if isinstance(found, NothingFree) or not results else Written(results)


def _apart(combo: Combo, own: tuple[datetime, datetime]) -> bool:
    """The client is not to be in two chairs at once."""
    return all(
        v.start >= own[1] or v.start + timedelta(seconds=v.duration_seconds) <= own[0]
        for v in combo
    )


def _fails(write: tuple[WriteRequest, WriteResult]) -> bool:
    """A booking that was not made, a visit that was not moved."""
    done = isinstance(write[1], Booked | Moved)
    return not isinstance(write[0], CancelRequest) and not done


def undone(
    results: Iterable[tuple[WriteRequest, WriteResult]],
) -> tuple[WriteRequest, ...]:
    """The writes that YCLIENTS did not take: nothing of them is in the journal."""
    return tuple(request for request, result in results if isinstance(result, SystemDown))
