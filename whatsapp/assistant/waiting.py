"""The waiting list in a dialogue: what may be waited for, who wants to, and who does no longer. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from whatsapp.assistant.decisions import (
    Decision,
    Declined,
    HandOver,
    NothingFree,
    Offer,
    Purpose,
    Wish,
    Written,
)
from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy.slots import stages
from whatsapp.assistant.policy.to_be_told import NOT_TELL, TELL
from whatsapp.assistant.state import (
    Asked,
    DialogueState,
    Slots,
    Task,
    WaitPart,
    WaitWish,
    times_of,
)
from whatsapp.assistant.told import AskWaiting, WaitsFor, WaitsNoMore
from whatsapp.assistant.tools import Booked
from whatsapp.assistant.types import Context
from whatsapp.assistant.understand import yesno
from whatsapp.assistant.wishes import TimeWish, clock, minutes

_LOOKED_FOR = (Purpose.BOOK, Purpose.SHOW, Purpose.MOVE)
# An approximate hour is half an hour either way, as everywhere.
_ABOUT = 30

_OFF_THE_LIST = re.compile(
    r"\b(убер|убир|вычерк|удали|сними|исключи|отмени)\w*\b.*\b(лист|очеред|ожидани)\w*"
    r"|\bне (надо|нужно) (мне )?(больше )?(сообщать|ждать)|\bне сообща\w+"
    r"|\b(больше|уже) не (жду|ждите)\b|\bне ждите\b",
    re.IGNORECASE,
)
_NEEDED_NO_MORE = re.compile(
    r"\b(уже|больше) не (надо|нужно|актуально)\b|\bнеактуально\b", re.IGNORECASE
)


def offered(decision: Decision, now: datetime) -> Decision:
    """The outcome of a search with what may be waited for; `now` is aware, salon zone."""
    match decision:
        case NothingFree(wish=wish, purpose=purpose) if purpose in _LOOKED_FOR:
            return replace(decision, waits=_wish(wish, now, other_days=True))
        case Offer(wish=wish, purpose=purpose, missed=True) if purpose in _LOOKED_FOR:
            waits = _wish(wish, now, other_days=decision.other_days)
            return replace(decision, waits=waits)
        case _:
            return decision


def answered(
    frame: Frame, texts: Sequence[str], state: DialogueState, context: Context, now: datetime
) -> Decision | None:
    """What this turn says of the waiting list; None when it speaks of something else."""
    text = " ".join(texts)
    if context.waits is not None and _leaves(text, state, context):
        return WaitsNoMore()
    wish = state.waiting
    if wish is None or wish.days[-1] < now.date():
        told = frame.intent is Intent.OTHER and frame.topic is None and TELL.search(text)
        return HandOver(Topic.QUESTION) if told else None  # no list keeps it: a person may
    # One of our own options, which «да» chose, is no other wish.
    if frame.start is None and _is_another(frame, wish):
        return None
    word = yesno.said(texts)
    if TELL.search(text) and not NOT_TELL.search(text):
        return WaitsFor(wish)
    if state.waiting_asked and (word is not None or NOT_TELL.search(text)):
        return WaitsFor(wish) if word else Declined()
    refused = frame.intent is Intent.OTHER and frame.declined and word is False
    return AskWaiting(wish) if refused and state.asked is Asked.SLOT else None


def at_once(frame: Frame, decision: Decision) -> Decision:
    """«если освободится в пятницу, запишите меня»: what is not free is waited for, nothing else shown."""
    waits = decision.waits if isinstance(decision, NothingFree | Offer) else None
    return WaitsFor(waits) if frame.to_be_told and waits is not None else decision


def settled(state: DialogueState, decision: Decision) -> DialogueState:
    """What `decision` leaves of the list in a state that is settled otherwise."""
    state = replace(state, waiting_asked=False)
    match decision:
        case NothingFree(waits=wish):
            return replace(state, waiting=wish, waiting_asked=wish is not None)
        case Offer(waits=wish):
            return replace(state, waiting=wish)
        case AskWaiting():
            slots = replace(state.slots, time=TimeWish(), asap=False, shown=False)
            return replace(state, asked=Asked.NOTHING, options=(), slots=slots, waiting_asked=True)
        case WaitsFor() | WaitsNoMore():
            done = replace(
                state, task=Task.NONE, asked=Asked.NOTHING, slots=Slots(), options=(), later=(),
                pending=None, pending_at=None, waiting=None,
            )  # fmt: skip
            if not state.later or isinstance(decision, WaitsNoMore):
                return done
            # The further visit of the same message is arranged all the same.
            following, *others = state.later
            return replace(
                done,
                task=Task.BOOK,
                asked=Asked.OFFER,
                slots=replace(following, more=True),
                later=tuple(others),
            )
        case Written(results=results) if any(isinstance(r, Booked) for _, r in results):
            rest = decision.instead
            return replace(state, waiting=rest.waits if rest is not None else None)
        case _:
            return state


def _leaves(text: str, state: DialogueState, context: Context) -> bool:
    """«Уже не надо» answers whatever was asked: of the list only where nothing else was."""
    if _OFF_THE_LIST.search(text):
        return True
    asked = [visit.start for visit in times_of(state.pending)]
    ours = context.waits is not None and context.waits.offered in asked
    idle = state.asked is Asked.NOTHING or (state.asked is Asked.CONFIRM and ours)
    return idle and bool(_NEEDED_NO_MORE.search(text))


def _is_another(frame: Frame, wish: WaitWish) -> bool:
    """«Сообщите, если освободится воскресенье»: not what was looked for."""
    named, at = {frame.day.on, *frame.day.dates} - {None}, frame.time.at
    if "day" in frame.said and not named <= set(wish.days):
        return True
    if "time" in frame.said and at is not None and not fits_hours(wish, at):
        return True
    return "services" in frame.said and not set(frame.services) <= set(wish.everything)


def fits_hours(wish: WaitWish, at: time) -> bool:
    """A visit may begin at this hour of the salon's clock."""
    after = wish.earliest is None or at >= wish.earliest
    return after and (wish.latest is None or at <= wish.latest)


def _wish(wish: Wish, now: datetime, *, other_days: bool) -> WaitWish | None:
    """None for what nobody could be offered in one line: people one behind the other.

    `other_days`: nothing at all is free on the days of the wish.
    """
    if wish.in_turn or wish.one_master or any(visit.at for visit in wish.visits):
        return None
    first = stages(wish, now)[0]
    span = (first.first + timedelta(days=n) for n in range((first.last - first.first).days + 1))
    days = tuple(day for day in span if not wish.day.given or wish.day.admits(day))
    if not days:
        return None
    visit, *others = (
        WaitPart(v.services, (v.staff,) if v.staff else v.among, v.exclude, v.guest)
        for v in wish.visits
    )
    earliest, latest = _hours(wish.time)
    if other_days and _keeps_hour(wish):
        earliest = latest = None
    return WaitWish(
        visit.services, days, visit.staff, visit.exclude, earliest, latest, visit.guest,
        tuple(others), wish.parallel, wish.record_id, wish.old_start, wish.changed, wish.day.each,
    )  # fmt: skip


def _keeps_hour(wish: Wish) -> bool:
    """«Перенесите на пятницу»: the visit's own hour is looked for first, and was not said."""
    old = wish.old_start
    return old is not None and wish.time.guessed and wish.time.at == old.time()


def _hours(wish: TimeWish) -> tuple[time | None, time | None]:
    if wish.at is not None:
        about = _ABOUT if wish.approx else 0
        return clock(minutes(wish.at) - about), clock(minutes(wish.at) + about)
    if wish.options:
        return min(wish.options), max(wish.options)
    return wish.start, wish.end
