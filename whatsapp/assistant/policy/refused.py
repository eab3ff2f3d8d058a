"""An hour that was shown or proposed is refused rather than chosen: «10 рано», «в 15 не могу». Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy.said import MONTHS
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.wishes import DayWish, TimeWish, clock, minutes

_DAYS = rf"{MONTHS}|числ"
_HOURS = re.compile(rf"\b(\d{{1,2}})(?:[:.](\d\d))?\b(?!\s*({_DAYS}))", re.IGNORECASE)
_AT = r"(?:\b\d{1,2}(?:[:.]\d\d)?\s+)?(?:(?:час\w*|утра|дня|вечера|это|слишком|очень|мне|уже)\s+)*"
_TOO_EARLY = re.compile(rf"{_AT}\b(рано|рановато|не успе\w+)\b", re.IGNORECASE)
_TOO_LATE = re.compile(rf"{_AT}\b(поздно|поздновато)\b", re.IGNORECASE)
_NO_USE = re.compile(
    r"\b(неудобн\w+|не (удобн\w+|подход\w+|подойд\w+|могу|смогу|получ\w+|в)|только не|кроме|занята?)\b",
    re.IGNORECASE,
)
# A day that was proposed is refused.
_DAY = (
    r"(?:сегодня|завтра|послезавтра|понедельник\w*|вторник\w*|сред[уы]|четверг\w*|пятниц\w+"
    r"|суббот\w+|воскресень\w+|выходн\w+|этот день)"
)
_NOT_DAY = re.compile(
    rf"\bне\s+(?:(?:на|в|во)\s+)?{_DAY}\b"
    rf"|\b{_DAY}\s+(?:мне\s+)?(?:не\s+(?:могу|смогу|получ\w+|подход\w+|удобно)|неудобно|никак)\b",
    re.IGNORECASE,
)
_BUT_NOT = re.compile(r"\b(?:но|только)\s+не\b|\bкроме\b", re.IGNORECASE)
_DENIES = re.compile(r"^\W*не\s+(?!(?:против|вопрос|возраж\w+|проблема|помешает)\b)", re.IGNORECASE)
_ALSO = re.compile(r"^\W*(?:и|но|а)\s", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(давай\w*|лучше|тогда|можно|запи\w+)\b", re.IGNORECASE)


def heard(frame: Frame, text: str, state: DialogueState) -> Frame | None:
    """«10 рано», «в 15 не могу»: an hour that was shown is refused, not chosen."""
    if state.asked not in (Asked.SLOT, Asked.CONFIRM):
        return None
    if _NOT_DAY.search(text) and _no_other_day(frame, state):
        return _anew(frame, state, DayWish())
    if state.asked is Asked.CONFIRM and frame.confirmed and _BUT_NOT.search(text):
        return _agreed_but(frame, state)
    if _INSTEAD.search(text):
        return None
    early, late, other = (at.search(text) for at in (_TOO_EARLY, _TOO_LATE, _NO_USE))
    refusals = [hit for hit in (early, late, other) if hit is not None]
    if refusals and frame.day.on is not None and not _no_other_day(frame, state):
        return _on_another_day(frame)
    if not refusals and _denied(frame, text, state):
        return replace(frame, intent=Intent.OTHER, topic=None, confirmed=False, declined=True)
    if not refusals or len(_HOURS.findall(text)) > len(refusals):
        return None  # one refused, another chosen: «в 10 не могу, а в 15 приду»
    after, before = _hour_of(early, frame, state), _hour_of(late, frame, state)
    if other and not (early or late):
        refused = _hour_of(_HOURS.search(text), frame, state)
        if refused is None:
            return None
        after, before = _past_the_end(refused, state)
    wish = TimeWish(
        start=clock(minutes(after) + 1) if after else None,
        end=clock(minutes(before) - 1) if before else None,
        early=after is not None and before is None,
        late=before is not None and after is None,
        anytime=after is None and before is None,
    )
    options = [datetime.fromisoformat(o.value) for o in state.options if o.kind == "slot"]
    days = {at.date() for at in options}
    day = state.slots.day if state.slots.day.given or len(days) != 1 else DayWish(on=days.pop())
    again = _anew(frame, state, day, wish)
    return replace(again, said=frozenset({"time"}))


def _denied(frame: Frame, text: str, state: DialogueState) -> bool:
    """«не на то время»: a yes, or the very hour that was proposed, was heard in a denial."""
    if state.asked is not Asked.CONFIRM or not _DENIES.match(text):
        return False
    proposed = (state.slots.day.on, state.slots.time.at)
    same = frame.said <= {"day", "time"} and (frame.day.on, frame.time.at) == proposed
    return frame.confirmed or (bool(frame.said) and same)


def _on_another_day(frame: Frame) -> Frame:
    """«не, поздно. а завтра с утра?»: that was said of the hours shown, not of those of the new day."""
    return replace(frame, time=replace(frame.time, early=False, late=False), declined=False)


def _no_other_day(frame: Frame, state: DialogueState) -> bool:
    """«не завтра, а в субботу» names one."""
    return "day" not in frame.said or frame.day.on == state.slots.day.on


def _agreed_but(frame: Frame, state: DialogueState) -> Frame:
    """«да, только не к Анне»: a yes to something else than was proposed."""
    if not frame.exclude_staff:
        return replace(frame, intent=Intent.OTHER, topic=None, confirmed=False, agreed=False)
    again = _anew(frame, state, state.slots.day, state.slots.time)
    return replace(again, staff=None, guessed=again.guessed | {"day"})


def _anew(frame: Frame, state: DialogueState, day: DayWish, time: TimeWish | None = None) -> Frame:
    """What is being arranged, looked for again."""
    if state.task is Task.MOVE:
        return replace(
            frame, intent=Intent.RESCHEDULE, start=None, day=day, time=time or TimeWish(),
            declined=False, confirmed=False, topic=None, clarify=(), booking=state.booking,
            booking_options=(), guessed=frame.guessed | {"day"},
        )  # fmt: skip
    return replace(kept(frame, state, time=time, day=day), staff=state.slots.staff)


def _past_the_end(refused: time, state: DialogueState) -> tuple[time | None, time | None]:
    """Of the hours shown the first or the last one refused: what is after it, before it."""
    shown = sorted(
        datetime.fromisoformat(o.value).time() for o in state.options if o.kind == "slot"
    )
    if len(shown) < 2:
        return None, None
    return (refused if refused == shown[0] else None), (refused if refused == shown[-1] else None)


def _hour_of(hit: re.Match[str] | None, frame: Frame, state: DialogueState) -> time | None:
    """The hour called too early or too late: the one named, else the one proposed."""
    if hit is None:
        return None
    named = _HOURS.search(hit.group())
    if named is None:
        return state.slots.time.at
    shown = [datetime.fromisoformat(o.value).time() for o in state.options if o.kind == "slot"]
    hour, minute = int(named.group(1)), int(named.group(2) or 0)
    alike = [t for t in shown if t.hour in (hour, hour + 12) and t.minute == minute]
    return (
        alike[0] if alike else frame.time.at or (clock(hour * 60 + minute) if hour < 24 else None)
    )


def both_ends(frame: Frame, text: str, state: DialogueState) -> TimeWish | None:
    """«и не позже 18» after «не раньше 16»: between the two."""
    one, two = state.slots.time, frame.time
    if state.asked is not Asked.SLOT or not _ALSO.search(text) or one.at or two.at:
        return None
    halves = (one.start, one.end, two.start, two.end)
    start, end = one.start or two.start, one.end or two.end
    if halves.count(None) != 2 or start is None or end is None or start >= end:
        return None
    return TimeWish(start=start, end=end)


def kept(
    frame: Frame, state: DialogueState, *, time: TimeWish | None = None, day: DayWish | None = None
) -> Frame:
    """What is being arranged, with another time or day."""
    known = state.slots
    return replace(
        frame,
        intent=Intent.BOOK,
        services=known.services,
        staff=frame.staff or known.staff,
        day=day if day is not None else frame.day if "day" in frame.said else known.day,
        time=time if time is not None else known.time,
        people=known.people,
        parallel=known.parallel,
        guest_name=known.guest_name,
        declined=False,
        confirmed=False,
        topic=None,
        start=None,
        booking=None,
        booking_options=(),
        no_booking=False,
        booking_mismatch=False,
        concerns_visit=False,
        clarify=(),
    )
