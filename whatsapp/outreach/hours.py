"""A salon's hours as moments: its own calendar and clock changes on one side, UTC on the other. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a salon may write first. Times are its own local clock; equal ones: at any hour."""

    zone: ZoneInfo
    quiet_from: time
    quiet_to: time

    def at(self, day: date, clock: time) -> datetime:
        """That minute of the salon's day, UTC. One that a clock change skips is the minute it becomes."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def midnight_after(self, moment: datetime) -> datetime:
        return self.at(self.day(moment) + DAY, time())

    def night_after(self, moment: datetime) -> datetime | None:
        """When the next quiet hours begin after `moment`, UTC; None where there are none."""
        if self.quiet_from == self.quiet_to:
            return None
        day = self.day(moment)
        begins = (self.at(day + n * DAY, self.quiet_from) for n in range(2))
        return min(begin for begin in begins if begin > moment)

    def is_quiet(self, moment: datetime) -> bool:
        local, start, end = moment.astimezone(self.zone).time(), self.quiet_from, self.quiet_to
        return start <= local < end if start <= end else local >= start or local < end

    def around(self, moment: datetime) -> tuple[datetime, datetime]:
        """Of a quiet moment: the last allowed minute before it and the first one after it, UTC."""
        day = self.day(moment)
        begins = [self.at(day - n * DAY, self.quiet_from) for n in range(2)]
        ends = [self.at(day + n * DAY, self.quiet_to) for n in range(2)]
        before = max(begin for begin in begins if begin <= moment)
        after = min(end for end in ends if end > moment)
        return before - MINUTE, after

    def nearest(
        self, moment: datetime, *, latest: datetime, earliest: datetime | None = None
    ) -> datetime | None:
        """`moment`, or the allowed minute nearest to it within the bounds; None: there is none."""
        if not self.is_quiet(moment):
            return moment if moment <= latest else None
        first = earliest or moment - DAY
        fitting = [item for item in self.around(moment) if first <= item <= latest]
        return min(fitting, key=lambda item: abs(item - moment), default=None)
