"""When a client is asked how a visit was. Pure: of the visit's end and the salon's wishes alone."""

from datetime import datetime, timedelta

from whatsapp.outreach.hours import Hours

# Asked this long after the visit at the latest: attendance is often marked in the evening.
WITHIN = timedelta(hours=48)


def window(end: datetime, after: timedelta, hours: Hours) -> tuple[datetime, datetime] | None:
    """(due, expires) of the request about a visit that ended at `end`, UTC; None: only by night."""
    due = hours.nearest(end + after, latest=end + WITHIN, earliest=end + after)
    return None if due is None else (due, end + WITHIN)
