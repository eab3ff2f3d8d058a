"""What YCLIENTS answers about a salon's licence, booking settings and visits.

Source: reference "yclients-api", sections 2.7, 2.10 and 2.14, read 2026-11-28.
"""

from datetime import date, datetime
from enum import IntEnum
from typing import Annotated, Any

from pydantic import BeforeValidator

from marketplace.yclients.schema_journal import Record
from marketplace.yclients.wire import Flag, Int, Text, Wire, many


class Attendance(IntEnum):
    """There is no "cancelled": a cancelled visit is deleted."""

    MISSED = -1
    WAITING = 0
    CAME = 1
    CONFIRMED = 2


class Visit(Wire):
    """A client's records of one day. `attendance`: see `Attendance`."""

    attendance: Int = 0
    comment: Text = ""
    records: Annotated[list[Record], many] = []


def _dotted_day(value: Any) -> date | None:
    """ "DD.MM.YYYY" as licences have it, or ISO; None when absent or unreadable."""
    text = str(value or "")[:10]
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day, not a moment)
        except ValueError:
            continue
    return None


class Licence(Wire):
    """`deactivation_date`: the last day that is paid; None when YCLIENTS does not say."""

    active: Flag = True
    name: Text = ""
    staff_limit: Int = 0
    deactivation_date: Annotated[date | None, BeforeValidator(_dotted_day)] = None


class OnlineSettings(Wire):
    """`confirm_number`: an SMS code is demanded; `seance_delay_step` in minutes."""

    confirm_number: Flag = False
    any_master: Flag = True
    seance_delay_step: Int = 0


class TimeslotSettings(Wire):
    """`grid_display_step` and `grid_nearest_timeslot_delay` in seconds; 0 when not told."""

    grid_display_step: Int = 0
    grid_nearest_timeslot_delay: Int = 0
