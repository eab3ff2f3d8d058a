"""Visits booked here for others: whose is meant by «отмените подругу», and «и меня после неё». Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from whatsapp.assistant.decisions import Written
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy import who_comes
from whatsapp.assistant.policy.changes import length
from whatsapp.assistant.policy.wishes import performers_of
from whatsapp.assistant.state import Asked, DialogueState, PendingBook, Slots
from whatsapp.assistant.tools import Booked, BookRequest
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import morph
from whatsapp.assistant.wishes import DayWish, TimeWish

_MOST = 6  # guests' visits that are remembered
_NAMELESS = "гость"
_AFTER = r"(?:после|следом|сразу\s+за|следующ\w+)"
_BESIDE = r"(?:тоже|также|заодно|рядом|вместе|одновременно|параллельно|в\s+то\s+же\s+время)"
_ME = r"(?:меня|мне|себя|себе|я)"
# «и меня после неё», «а можно и мне следом?», «меня тоже рядом», «и меня»
_ME_TOO = re.compile(
    rf"\b{_ME}\b[^.!?]*\b(?P<after>{_AFTER})|\b(?P<before>{_AFTER})\b[^.!?]*\b{_ME}\b"
    rf"|\b{_ME}\b[^.!?]*\b{_BESIDE}|\b{_BESIDE}\b[^.!?]*\b{_ME}\b"
    r"|^\W*(?:и|а|ещ[её]|да,?\s+и)\s+(?:меня|мне)\W*$",
    re.IGNORECASE,
)
# «мою запись», not «мою подругу»
_MINE = re.compile(
    rf"\b(меня|мне|(мо|сво)([йяюеи]|его|ей))\b(?!\s+{who_comes.KIN})|\bя\s+не\b", re.IGNORECASE
)
_STAYS_AWAY = re.compile(
    r"\b(передумал\w*|расхотел\w*|не\s+(прид[её]т|сможет|пойд[её]т|поедет|будет|успе\w+|получ\w+)"
    r"|заболел\w*|приболел\w*)\b",
    re.IGNORECASE,
)
_CHANGES = (Intent.CANCEL, Intent.RESCHEDULE, Intent.OTHER, Intent.CONFIRM_VISIT, Intent.LIST)


def settled(state: DialogueState, outcome: Written) -> DialogueState:
    """`state` with whose visits the guests' are."""
    new = tuple(
        (result.record_id, request.guest)
        for request, result in outcome.results
        if isinstance(request, BookRequest) and isinstance(result, Booked) and request.guest
    )
    return replace(state, guests=(*state.guests, *new)[-_MOST:])


def concerns(texts: Sequence[str], state: DialogueState) -> bool:
    """True when the guests' visits have to be looked up to read these words."""
    text = " ".join(texts)
    return bool(state.guests and (who_comes.WHOM.search(text) or _ME_TOO.search(text)))


def heard(
    frame: Frame, texts: Sequence[str], state: DialogueState, salon: SalonView, context: Context
) -> Frame | None:
    """What is said of a guest's visit, or beside it for the client; None when nothing is."""
    text, known = " ".join(texts), dict(state.guests)
    if not known or not state.idle:
        return None
    guests = [v for v in context.upcoming or () if v.id in known]
    if not guests:
        return None
    if (found := _ME_TOO.search(text)) is not None and _wishes(frame):
        return _me_too(frame, found, guests[-1], salon)
    return _changed(frame, text, guests, known, context)


def amid(
    frame: Frame, texts: Sequence[str], state: DialogueState, salon: SalonView
) -> tuple[Frame, tuple[Slots, ...]] | None:
    """«и меня после неё» to the proposal for a guest: the visit to be arranged once hers is booked."""
    pending, found = state.pending, _ME_TOO.search(" ".join(texts))
    if state.asked is not Asked.CONFIRM or not isinstance(pending, PendingBook) or found is None:
        return None
    if any(visit.guest is None for visit in pending.visits) or not _wishes(frame):
        return None
    last = pending.visits[-1]
    lasts = last.duration_seconds or length(salon, last.services, last.staff)
    start = last.start.astimezone(salon.zone)
    services = frame.services if "services" in frame.said else last.services
    day, time = _when(found, start, start + timedelta(seconds=lasts))
    slots = Slots(
        services=services, service_words=frame.service_words, more=True, day=day, time=time,
        guessed=frozenset({"services"}),
    )  # fmt: skip
    stays = who_comes.proposed_again(frame, state)
    agreed = re.match(r"^\W*(да|ага|угу|ок|хорошо)\b", " ".join(texts), re.IGNORECASE) is not None
    return replace(stays, confirmed=agreed), (slots,)


def _wishes(frame: Frame) -> bool:
    plain = frame.intent in (Intent.BOOK, Intent.AVAILABILITY, Intent.OTHER, Intent.LIST)
    another = frame.day.given or (frame.time.at is not None and "time" in frame.said)
    return plain and not another and not frame.third_party


def _when(found: re.Match[str], start: datetime, ends: datetime) -> tuple[DayWish, TimeWish]:
    at = ends if found["after"] or found["before"] else start
    return DayWish(on=at.date()), TimeWish(at=at.time().replace(tzinfo=None))


def _me_too(frame: Frame, found: re.Match[str], theirs: UpcomingBooking, salon: SalonView) -> Frame:
    start = theirs.start.astimezone(salon.zone)
    lasts = theirs.duration_seconds or length(salon, theirs.services, theirs.staff)
    services = frame.services if "services" in frame.said else theirs.services
    after = found["after"] or found["before"]
    able = performers_of(salon, services)
    same = theirs.staff if after and theirs.staff in able and "staff" not in frame.said else None
    day, time = _when(found, start, start + timedelta(seconds=lasts))
    return replace(
        frame, intent=Intent.BOOK, also=(), topic=None, services=services, service_options=(),
        day=day, time=time, staff=same or (frame.staff if "staff" in frame.said else None), people=None,
        guest_name=None, more=True, clarify=(), add_to_booking=False, booking=None,
        booking_options=(), no_booking=False, declined=False, confirmed=False,
        guessed=frame.guessed | {"services", "day"},
    )  # fmt: skip


def _changed(
    frame: Frame,
    text: str,
    guests: Sequence[UpcomingBooking],
    known: dict[str, str],
    context: Context,
) -> Frame | None:
    """«подруга передумала, отмените её» is said of her visit, and «мою отмените» of none of theirs."""
    kin, mine = who_comes.WHOM.search(text), _MINE.search(text)
    if frame.intent not in _CHANGES or frame.handoff:
        return None
    if kin is not None and mine is not None:
        named = list(context.upcoming or ())  # hers or the client's own: that is asked
    elif kin is not None:
        root = morph.lemma(kin.group().lower())[:3]
        named = [v for v in guests if known[v.id][:3].lower() == root]
        named = named or [v for v in guests if known[v.id] == _NAMELESS] or list(guests)
    elif frame.intent in (Intent.CANCEL, Intent.RESCHEDULE) and mine is not None:
        named = [v for v in context.upcoming or () if v.id not in known]
    else:
        return None
    if frame.said & {"services", "day"} and frame.booking is not None:
        named = [v for v in named if v.id == frame.booking] or named
    if frame.intent not in (Intent.CANCEL, Intent.RESCHEDULE):
        if not _STAYS_AWAY.search(text):
            return None
        frame = replace(frame, intent=Intent.CANCEL, said=frame.said - {"cancel"})
    one = named[0].id if len(named) == 1 else None
    return replace(
        frame, also=(), topic=None, booking=one, bookings=(), booking_mismatch=False, clarify=(),
        booking_options=() if one else tuple(v.id for v in named), declined=False, attending=None,
        no_booking=False, confirmed=False, guest_name=None, people=None,
    )  # fmt: skip
