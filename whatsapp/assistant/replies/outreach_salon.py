"""What the salon's own administrators are told about visits: who, when, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from whatsapp.assistant.replies import words
from whatsapp.assistant.replies.outreach import Told

# A longer list is read in the journal.
_MOST = 15


@dataclass(frozen=True, slots=True)
class Line:
    """One visit. `phone` as people write it; `name` may be ""."""

    visit: Told
    name: str
    phone: str

    def text(self) -> str:
        """«12.03 15:00 — Ольга, +7 900 123-45-67: мужская стрижка, Сергей»"""
        who = ", ".join(part for part in (self.name, self.phone) if part)
        what = self.visit.what()
        return f"{self.visit.start:%d.%m %H:%M} — {who}" + (f": {what}" if what else "")


Words = Callable[[Sequence[Line]], str]


def unconfirmed(lines: Sequence[Line]) -> str:
    count = len(lines)
    visits = words.plural(count, "визит", "визита", "визитов")
    return f"Не подтвердили сегодня {count} {visits}. Позвоните, пожалуйста:\n{_list(lines)}"


def undelivered(lines: Sequence[Line]) -> str:
    return f"Сообщение о визите не дошло до клиента. Позвоните, пожалуйста:\n{_list(lines)}"


def _list(lines: Sequence[Line]) -> str:
    shown = [line.text() for line in lines[:_MOST]]
    more = len(lines) - len(shown)
    return "\n".join([*shown, *([f"…и ещё {more}"] if more else [])])
