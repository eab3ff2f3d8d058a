"""The owner's morning in one message: today's visits, what is open, what the assistant did yesterday."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from whatsapp.assistant.replies import words
from whatsapp.assistant.replies.outreach import Told

_MOST = 20


@dataclass(frozen=True, slots=True)
class Visit:
    """`waits`: the client has not confirmed."""

    told: Told
    client: str
    waits: bool

    def line(self) -> str:
        what = self.told.what()
        who = self.client or "клиент"
        mark = " (не подтверждён)" if self.waits else ""
        return f"{words.clock(self.told.start)} — {who}{f': {what}' if what else ''}{mark}"


def digest(day: date, *, visits: Sequence[Visit], booked: int, unanswered: Sequence[str]) -> str:
    count, waiting = len(visits), sum(visit.waits for visit in visits)
    lines = [f"Сводка на {day:%d.%m}."]
    if not visits:
        lines.append("Визитов на сегодня нет.")
    else:
        named = words.plural(count, "визит", "визита", "визитов")
        lines.append(f"Сегодня {count} {named}, не подтверждено: {waiting}.")
    lines += [visit.line() for visit in visits[:_MOST]]
    if count > _MOST:
        lines.append(f"…и ещё {count - _MOST}")
    made = words.plural(booked, "запись", "записи", "записей")
    lines.append(f"За сутки помощник сделал {booked} {made}.")
    if unanswered:
        lines.append("Не смог ответить сам:")
        lines += [f"· {reason.splitlines()[0][:120]}" for reason in unanswered if reason]
    return "\n".join(lines)
