"""`manage.py sessions`: every salon's WhatsApp session as a table, or as JSON for scripts."""

from dataclasses import asdict
from typing import Any

from aiadmin.core import phones
from aiadmin.core.commands import ExampleCommand, table
from whatsapp.selectors import SessionRow, session_rows

_HEAD = ("company", "salon", "status", "session", "phone", "queued", "down since", "title")


class Command(ExampleCommand):
    help = "Shows the WhatsApp sessions of all salons."
    examples = ("manage.py sessions", "manage.py sessions --json")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = session_rows()
        lines = table(_HEAD, [_cells(row) for row in rows])
        nobody = ["No sessions yet: register a salon and open its connect page."]
        self.tell(options, [asdict(row) for row in rows], lines if rows else nobody)


def _cells(row: SessionRow) -> tuple[str, ...]:
    state = f"{row.state} ({row.reason})" if row.reason else row.state
    return (
        str(row.company_id),
        str(row.salon_id or ""),
        row.status,
        state,
        phones.mask(row.phone) if row.phone else "",
        str(row.queued),
        f"{row.down_since:%Y-%m-%d %H:%M}" if row.down_since else "",
        row.title,
    )
