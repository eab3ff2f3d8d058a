"""Reminders at size: a year of fifty salons in the pure planner, two weeks around a clock change through
PostgreSQL, and 100,000 due rows against one INSERT … SELECT of the same rows.

    python -m tests.bench.bench_reminders [--rows 100000]

A server of its own; each part is a fresh process. Ratio and peak memory are printed, duplicates and wrong
days end it with an error.
"""

import argparse
import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bench import place, report
from tests.bench.report import Row

SALONS, YEAR = 50, 365
# The salons' evening, the night before Berlin's clocks change.
EVENING = datetime(2026, 3, 28, 18, 30, tzinfo=UTC)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench_reminders")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--child", choices=sorted(_CHILDREN), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        return _CHILDREN[options.child](options.rows)
    with place.migrated() as env:
        command = ("bench_reminders", "--rows", options.rows, "--child")
        told = {part: place.run(env, *command, part).strip() for part in _CHILDREN}
    print("\n".join(told.values()), flush=True)
    many: dict[str, float] = json.loads(told["many"].splitlines()[-1])
    report.publish(
        "reminders",
        "Reminders planned",
        f"{options.rows:,} due rows of {SALONS} salons planned, beside the database's own INSERT … SELECT of "
        "the same rows; a year in the pure planner and two weeks over a change of clocks are judged visit by "
        "visit and end the run with an error when one reminder is double or on a wrong day.",
        [
            Row(
                f"{options.rows:,} due reminders (peak {many['peak_mb']:.0f} MB)",
                f"{many['plan']:.2f} s",
                f"{many['copy']:.2f} s",
                many["plan"] / many["copy"],
                "≤ 10 ×",
                many["plan"] / many["copy"] <= 10,
            ),
            Row("of it: the planner's own processor, the rest PostgreSQL", f"{many['cpu']:.2f} s"),
            *(
                Row(told[part].splitlines()[-1], "none double, none on a wrong day")
                for part in _JUDGED
            ),
        ],
    )
    return 0


def _year(_rows: int) -> int:
    """The pure planner alone."""
    place.with_django()
    from tests.whatsapp.outreach.simulation import Outcome, judge, live  # noqa: PLC0415

    started, total = time.perf_counter(), Outcome()
    for number in range(SALONS):
        begin = datetime(2026, 1, 1, tzinfo=UTC)
        found = judge(live(number, begin, YEAR, visits_a_day=15, step=timedelta(minutes=30)))
        for name, count in vars(found).items():
            setattr(total, name, getattr(total, name) + count)
    seconds = time.perf_counter() - started
    print(f"a year of {SALONS} salons: {vars(total)} in {seconds:.0f} s", flush=True)
    bad = total.twice + total.wrong_day + total.by_night + total.after_the_visit
    bad += total.missed + total.to_no_shows
    return int(bad > 0 or total.said == 0)


def _fortnight(_rows: int) -> int:
    """Rows: a beat every half hour, twice each, with visits that move and go."""
    place.with_django()
    from marketplace.models import Booking  # noqa: PLC0415
    from whatsapp.models import Outreach  # noqa: PLC0415
    from whatsapp.services import outreach_plan, outreach_reviews  # noqa: PLC0415

    begin = datetime(2026, 3, 22, tzinfo=UTC)
    zones = ("Europe/Berlin", "Europe/Moscow", "Asia/Kamchatka", "America/New_York")
    salons = [_salon(zones[n % 4], 1000 + n, 600, begin, timedelta(minutes=37)) for n in range(8)]
    started, moved = time.perf_counter(), 0
    for step in range(14 * 48):
        now = begin + timedelta(minutes=30 * step)
        for company in salons:
            outreach_plan.plan(company, now)
            outreach_plan.plan(company, now)
            outreach_reviews.plan(company, now)
            outreach_reviews.plan(company, now)
        if step % 48 == 30:
            for company in salons:
                _mark(company, now)
                ahead = Booking.objects.filter(company=company, start__gt=now, is_deleted=False)
                for pk, start in ahead.values_list("pk", "start"):
                    if pk % 9 == step // 48 % 9:
                        shift = {"start": start + timedelta(hours=30)}
                        change = {"is_deleted": True} if pk % 2 else shift
                        moved += Booking.objects.filter(pk=pk).update(**change)
    every = Outreach.objects.filter(company__in=salons, status="planned").select_related("company")
    reviews = every.filter(kind="review")
    missed = reviews.exclude(booking__attendance=1).count()
    rows = every.exclude(kind="review")
    marks: Counter[Any] = Counter()
    wrong = 0
    for row in rows:
        marks[row.booking_id, row.kind, row.visit_at] += 1
        zone = row.company.zone
        days = (row.visit_at.astimezone(zone).date() - row.due_at.astimezone(zone).date()).days
        wrong += days != 1 if row.kind == "evening" else days not in (0, 1)
    twice = sum(count - 1 for count in marks.values())
    seconds = time.perf_counter() - started
    print(
        f"two weeks of {len(salons)} salons in PostgreSQL: {len(marks)} reminders, {moved} changes, "
        f"{twice} twice, {wrong} on a wrong day, {reviews.count()} asked for a rating, {missed} of them "
        f"no-shows, {seconds:.0f} s",
        flush=True,
    )
    return int(twice + wrong + missed > 0 or not marks or not reviews.count())


def _mark(company: Any, now: datetime) -> None:
    """The salon marks yesterday's visits: every fifth did not come."""
    from marketplace.models import Booking  # noqa: PLC0415

    passed = Booking.objects.filter(
        company=company, start__lt=now - timedelta(hours=1), attendance=0
    )
    keys = list(passed.order_by("pk").values_list("pk", flat=True))
    Booking.objects.filter(pk__in=keys[::5]).update(attendance=-1)
    Booking.objects.filter(pk__in=keys, attendance=0).update(attendance=1)


def _many(rows: int) -> int:
    """Planning so many due rows against the database's own copy of them."""
    place.with_django()
    from django.db import connection  # noqa: PLC0415

    from whatsapp.services import outreach_plan  # noqa: PLC0415

    gap = timedelta(hours=10) / rows * SALONS
    begin = EVENING.replace(hour=8) + timedelta(days=1)
    first = 2000 + rows
    salons = [_salon("Europe/Moscow", first + n, rows // SALONS, begin, gap) for n in range(SALONS)]
    started, used = time.perf_counter(), time.process_time()
    planned = sum(outreach_plan.plan(company, EVENING - timedelta(hours=2)) for company in salons)
    plan, cpu = time.perf_counter() - started, time.process_time() - used
    peak = _peak_mb()
    ids = [company.pk for company in salons]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE outreach_copy (LIKE outreach INCLUDING ALL)")
        started = time.perf_counter()
        cursor.execute(
            "INSERT INTO outreach_copy SELECT * FROM outreach WHERE company_id = ANY(%s)", [ids]
        )
        copy = time.perf_counter() - started
        cursor.execute("DROP TABLE outreach_copy")
        # Django would name each of the rows to the tables that point at them: 100,000 parameters.
        cursor.execute("DELETE FROM outreach WHERE company_id = ANY(%s)", [ids])
    print(json.dumps({"plan": plan, "cpu": cpu, "copy": copy, "peak_mb": peak}), flush=True)
    return int(planned < rows)


def _salon(zone: str, number: int, visits: int, begin: datetime, gap: timedelta) -> Any:
    from marketplace.models import Booking, Company, IntegrationStatus  # noqa: PLC0415

    company = Company.objects.create(
        external_company_id=number,
        yclients_id=number,
        timezone=zone,
        whatsapp_enabled=True,
        integration_status=IntegrationStatus.ACTIVE,
    )
    rows = (
        Booking(
            company=company,
            record_id=n,
            client_phone=f"+79{n:09d}",
            start=begin + n * gap,
            length_seconds=3600,
        )
        for n in range(visits)
    )
    Booking.objects.bulk_create(rows, batch_size=1000)
    return company


def _peak_mb() -> float:
    with open("/proc/self/status", encoding="ascii") as status:
        return int(status.read().split("VmHWM:")[1].split()[0]) / 1024


_JUDGED = ("year", "fortnight")
_CHILDREN = {"year": _year, "fortnight": _fortnight, "many": _many}

if __name__ == "__main__":
    sys.exit(main())
