"""The salon's wall clock and YCLIENTS's several ways to write a moment (sheet, 1.8)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from marketplace.yclients.sandbox.clock import Clock
from marketplace.yclients.sandbox.model import Salon

WALL = "%Y-%m-%d %H:%M:%S"
# Marketplace times carry no zone; the sandbox writes Moscow time.
_PARTNER_ZONE = ZoneInfo("Europe/Moscow")


def local_now(clock: Clock, salon: Salon) -> datetime:
    """The salon's wall clock now, naive."""
    return clock.now().astimezone(ZoneInfo(salon.timezone)).replace(tzinfo=None, microsecond=0)


def partner_now(clock: Clock) -> str:
    return clock.now().astimezone(_PARTNER_ZONE).strftime(WALL)


def wall_text(moment: datetime) -> str:
    return moment.strftime(WALL)


def parse_wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def with_colon(start: datetime, salon: Salon) -> str:
    """ "2026-03-05T14:30:00+03:00": record `datetime`, `book_times`."""
    return start.replace(tzinfo=ZoneInfo(salon.timezone)).isoformat(timespec="seconds")


def without_colon(moment: str, salon: Salon) -> str:
    """ "2026-03-01T10:00:00+0300": `create_date`, `last_change_date`. From an ISO moment."""
    parsed = datetime.fromisoformat(moment).astimezone(ZoneInfo(salon.timezone))
    return parsed.strftime("%Y-%m-%dT%H:%M:%S%z")


def stamp(clock: Clock) -> str:
    """Business now for `created_at` and `changed_at`."""
    return clock.now().astimezone(UTC).isoformat(timespec="seconds")


def sent_start(text: object, salon: Salon) -> datetime | None:
    """A start as a caller sent it, as the salon's wall clock.

    None when it is no moment at all, or carries an offset that is not the salon's: what YCLIENTS
    does with a start in UTC is not known and cost others real days, so the stand-in refuses.
    """
    if not isinstance(text, str):
        return None
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if parsed.tzinfo is not None:
        naive = parsed.replace(tzinfo=None)
        if naive.replace(tzinfo=ZoneInfo(salon.timezone)).utcoffset() != parsed.utcoffset():
            return None
        return naive.replace(microsecond=0)
    return parsed.replace(microsecond=0)
