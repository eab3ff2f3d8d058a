"""Words that ask to be told when a time becomes free: «сообщите», «если освободится, запишите меня». Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent

TELL = re.compile(
    r"\bсообщи(те|ть)?\b|\bдай(те)? знать\b|\bмаякни"
    r"|\bесли\b.*\b(освобод|появ)\w*|\b(освобод|появ)ит\w*\b.*\b(напиши|сообщи|дай)"
    r"|\bлист\w* ожидани|\bв (лист|очередь)\b",
    re.IGNORECASE,
)
NOT_TELL = re.compile(r"\bне (надо|нужно|стоит|хочу|пиши\w*|сообща\w*|сообщи\w*)\b", re.IGNORECASE)


def heard(frame: Frame, texts: Sequence[str]) -> Frame:
    """`frame` of a wish that may wait, if it is not free."""
    text = " ".join(texts)
    wish = frame.intent in (Intent.BOOK, Intent.AVAILABILITY, Intent.RESCHEDULE) and frame.day.given
    told = wish and TELL.search(text) and not NOT_TELL.search(text)
    return replace(frame, to_be_told=True) if told else frame
