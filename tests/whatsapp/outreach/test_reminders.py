"""When reminders are due, in every zone of Russia and over clock changes: tables of a pure function."""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from whatsapp.outreach.hours import Hours
from whatsapp.outreach.reminders import Wishes, horizon, reach, reminders

ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
    "Asia/Novosibirsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
)  # fmt: skip


def wishes(
    zone: str = "Europe/Moscow",
    *,
    evening: time | None = time(19),
    near: int | None = 120,
    quiet: tuple[time, time] = (time(21), time(9)),
) -> Wishes:
    hours = Hours(ZoneInfo(zone), *quiet)
    return Wishes(hours, evening, timedelta(minutes=near) if near else None)


def local(text: str, zone: str = "Europe/Moscow") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def told(start: str, wanted: Wishes) -> dict[str, tuple[str, str]]:
    """kind → (due, expires) on the salon's own clock, or (reason, "")."""
    zone = wanted.hours.zone
    return {
        item.kind: (item.reason, "")
        if item.reason
        else (
            f"{item.due_at.astimezone(zone):%d.%m %H:%M}",
            f"{item.expires_at.astimezone(zone):%d.%m %H:%M}",
        )
        for item in reminders(local(start, str(zone)), wanted)
    }


@pytest.mark.parametrize("zone", ZONES)
def test_evening_and_two_hours_before_are_the_salons_own(zone: str) -> None:
    assert told("2026-03-12 15:00", wishes(zone)) == {
        "evening": ("11.03 19:00", "11.03 21:00"),
        "near": ("12.03 13:00", "12.03 14:40"),
    }


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", range(24))
def test_evening_reminder_is_on_the_calendar_day_before_whatever_the_hour(
    zone: str, hour: int
) -> None:
    wanted = wishes(zone)
    start = local(f"2026-12-31 {hour:02}:30", zone)

    evening = next(iter(reminders(start, wanted)))

    assert evening.due_at == local("2026-12-30 19:00", zone)
    assert evening.expires_at <= local("2026-12-31 00:00", zone)


@pytest.mark.parametrize(
    ("start", "evening", "near"),
    [
        # After midnight the day before is yesterday's calendar day, and two hours before it is night.
        ("2026-03-12 00:30", ("11.03 19:00", "11.03 21:00"), ("evening_is_near", "")),
        ("2026-03-12 00:00", ("11.03 19:00", "11.03 21:00"), ("evening_is_near", "")),
        ("2026-03-12 23:59", ("11.03 19:00", "11.03 21:00"), ("12.03 20:59", "12.03 21:00")),
        # The night's end is the nearest allowed minute…
        ("2026-03-12 10:00", ("11.03 19:00", "11.03 21:00"), ("12.03 09:00", "12.03 09:40")),
        ("2026-03-12 11:00", ("11.03 19:00", "11.03 21:00"), ("12.03 09:00", "12.03 10:40")),
        # …unless the visit is over by then or just about to begin.
        ("2026-03-12 09:10", ("11.03 19:00", "11.03 21:00"), ("evening_is_near", "")),
        ("2026-03-12 08:00", ("11.03 19:00", "11.03 21:00"), ("evening_is_near", "")),
        ("2026-03-01 12:00", ("28.02 19:00", "28.02 21:00"), ("01.03 10:00", "01.03 11:40")),
    ],
)
def test_borders_of_days_and_nights(
    start: str, evening: tuple[str, str], near: tuple[str, str]
) -> None:
    assert told(start, wishes()) == {"evening": evening, "near": near}


@pytest.mark.parametrize(
    ("_case", "wanted", "expected"),
    [
        ("evening off", wishes(evening=None), {"near": ("11.03 20:59", "11.03 21:00")}),
        ("near off", wishes(near=None), {"evening": ("11.03 19:00", "11.03 21:00")}),
        ("both off", wishes(evening=None, near=None), {}),
        (
            "an evening hour in the night",
            wishes(evening=time(22), near=None),
            {"evening": ("11.03 20:59", "11.03 21:00")},
        ),
        (
            "a morning hour in the night is still the day before",
            wishes(evening=time(3), near=None),
            {"evening": ("11.03 09:00", "11.03 21:00")},
        ),
        (
            "no quiet hours",
            wishes(quiet=(time(0), time(0))),
            {"evening": ("11.03 19:00", "12.03 00:00"), "near": ("12.03 06:00", "12.03 07:40")},
        ),
        (
            "quiet by day",
            wishes(quiet=(time(5), time(23)), near=None),
            {"evening": ("11.03 23:00", "12.03 00:00")},
        ),
    ],
)
def test_wishes_of_a_salon(
    _case: str, wanted: Wishes, expected: dict[str, tuple[str, str]]
) -> None:
    assert told("2026-03-12 08:00", wanted) == expected


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        # The night of the change is an hour short or long: two hours before are two real hours.
        ("Europe/Berlin", "2026-03-29 04:30", "2026-03-29 01:30+01:00"),
        ("Europe/Berlin", "2026-10-25 04:30", "2026-10-25 02:30+01:00"),
        # And the day before stays the calendar's, though it is 23 or 25 hours away.
        ("Europe/Berlin", "2026-03-29 19:00", "2026-03-29 17:00+02:00"),
    ],
)
def test_clock_changes(zone: str, start: str, due: str) -> None:
    wanted = wishes(zone, quiet=(time(0), time(0)))
    evening, near = reminders(local(start, zone), wanted)

    assert near.due_at == datetime.fromisoformat(due)
    assert f"{evening.due_at.astimezone(ZoneInfo(zone)):%H:%M}" == "19:00"
    assert (local(start, zone).date() - evening.due_at.astimezone(ZoneInfo(zone)).date()).days == 1


@pytest.mark.parametrize("zone", [*ZONES, "Europe/Berlin", "America/New_York", "Asia/Gaza"])
def test_no_reminder_is_due_beyond_the_horizon_nor_in_the_night(zone: str) -> None:
    """Every half hour of a year's visits: windows are by day, before the visit, and within the horizon."""
    wanted = wishes(zone)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    for step in range(0, 366 * 48, 7):
        start = begin + timedelta(minutes=30 * step)
        for item in reminders(start, wanted):
            if item.reason:
                continue
            assert item.due_at < item.expires_at < start
            assert not wanted.hours.is_quiet(item.due_at)
            assert start < horizon(item.due_at, wanted)
            day = wanted.hours.day(start)
            ahead = (day - wanted.hours.day(item.due_at)).days
            assert ahead == 1 if item.kind == "evening" else ahead in (0, 1)
            assert wanted.hours.day(item.expires_at - timedelta(seconds=1)) == wanted.hours.day(
                item.due_at
            )


@pytest.mark.parametrize(
    ("_case", "moment", "before", "after"),
    [
        ("evening", "2026-03-12 23:00", "2026-03-12 20:59", "2026-03-13 09:00"),
        ("past midnight", "2026-03-13 02:00", "2026-03-12 20:59", "2026-03-13 09:00"),
        ("its first minute", "2026-03-12 21:00", "2026-03-12 20:59", "2026-03-13 09:00"),
        ("its last minute", "2026-03-13 08:59", "2026-03-12 20:59", "2026-03-13 09:00"),
        ("clocks go forward", "2026-03-29 01:30", "2026-03-28 20:59", "2026-03-29 09:00"),
        ("clocks go back", "2026-10-25 02:30", "2026-10-24 20:59", "2026-10-25 09:00"),
        ("the year ends", "2026-12-31 22:00", "2026-12-31 20:59", "2027-01-01 09:00"),
    ],
)
def test_what_comes_by_night_waits_for_the_salons_own_morning(
    _case: str, moment: str, before: str, after: str
) -> None:
    zone = "Europe/Berlin"
    hours = Hours(ZoneInfo(zone), time(21), time(9))

    assert hours.is_quiet(local(moment, zone))
    assert hours.around(local(moment, zone)) == (local(before, zone), local(after, zone))
    assert not hours.is_quiet(local(after, zone))


def test_morning_that_the_clocks_skip_is_the_minute_it_becomes() -> None:
    zone = "Europe/Berlin"
    hours = Hours(ZoneInfo(zone), time(21), time(2, 30))

    _, morning = hours.around(local("2026-03-29 01:00", zone))

    assert f"{morning.astimezone(hours.zone):%H:%M}" == "03:30"
    assert not hours.is_quiet(morning)


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Asia/Kamchatka", "Europe/Berlin"])
def test_what_has_a_reminder_that_is_not_early_is_within_reach(zone: str) -> None:
    """Of any wishes, at any moment; and of the usual ones nothing else is."""
    dice = random.Random(zone)
    for _ in range(400):
        night, evening = dice.choice(((21, 12), (dice.randrange(24), dice.randrange(22)))), time(19)
        if dice.random() < 0.5:
            evening = time(dice.randrange(24), dice.choice((0, 30)))
        near = dice.choice((120, dice.randrange(30, 1441)))
        quiet = (time(night[0]), time(sum(night) % 24))
        wanted = wishes(zone, evening=evening, near=near, quiet=quiet)
        day = dice.choice(("2026-03-28", "2026-10-24", "2026-07-01"))
        now = datetime.fromisoformat(f"{day}T00:00Z") + timedelta(minutes=dice.randrange(2880))
        latest, until = reach(now, wanted), horizon(now, wanted)
        start = now
        while start < until:
            for item in reminders(start, wanted):
                early = item.verdict(now) == "early"
                assert early or start <= latest[item.kind], (wanted, now, start)
                if item.kind == "near" or (evening, *night) == (time(19), 21, 12):
                    assert early is (start > latest[item.kind]), (wanted, now, start)
            start += timedelta(minutes=dice.randrange(10, 120))
