"""«На следующей неделе», then «на среду»: the Wednesday of that week, not of this one. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from whatsapp.assistant.frame import Frame
from whatsapp.assistant.policy.said import MONTHS
from whatsapp.assistant.state import DialogueState

_WEEKDAY = re.compile(
    r"\b(понедельник|вторник|сред[ауые]|четверг|пятниц|суббот|воскресень)", re.IGNORECASE
)
_THIS_ONE = re.compile(
    r"\b(эт[уоа]т?|ближайш\w+|сегодня|завтра|след\w+)\b|\d{1,2}\.\d"
    rf"|\d{{1,2}}\s*(-?го\b|числ|{MONTHS})",
    re.IGNORECASE,
)


def heard(frame: Frame, text: str, state: DialogueState) -> Frame:
    """«на среду» where next week is talked of: next week's."""
    first, last, on = state.slots.day.start, state.slots.day.end, frame.day.on
    bare = _WEEKDAY.search(text) and not _THIS_ONE.search(text) and "day" in frame.said
    if first is None or last is None or on is None or not bare or frame.start is not None:
        return frame
    then = on + timedelta(days=7 * -(-(first - on).days // 7)) if on < first else on
    return replace(frame, day=replace(frame.day, on=then)) if on < first <= then <= last else frame
