"""The beat of everything unasked: what is due at `now`? Two beats, or ten workers, change nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType

import structlog
from django.db import DatabaseError

from aiadmin.core import clock
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company
from whatsapp.services import (
    digest,
    outreach_due,
    outreach_plan,
    outreach_reviews,
    outreach_send,
    outreach_watch,
    waiting_list,
    waiting_offers,
)
from whatsapp.services.outreach_due import Alike

log = structlog.get_logger(__name__)

# Salons that are read together.
_AT_ONCE = 500

Question = Callable[[Sequence[Alike], datetime], list[int]]
Step = Callable[[Company, datetime], object]
# Which salons have it to do, and what is done for each of them.
STEPS: Mapping[str, tuple[Question, Step]] = MappingProxyType(
    {
        "plan": (outreach_due.reminders_due, outreach_plan.plan),
        "reviews": (outreach_due.reviews_due, outreach_reviews.plan),
        "unconfirmed": (outreach_due.unconfirmed, outreach_watch.tell_unconfirmed),
        "undelivered": (outreach_due.undelivered, outreach_watch.tell_undelivered),
        "digest": (outreach_due.digests_due, digest.send),
        "double": (outreach_due.double_reminders, outreach_watch.tell_double_reminders),
        "waiting": (outreach_due.waiting, waiting_list.expire),
    }
)


def beat() -> None:
    """Plans where something is owed, then gives each salon that has something due a job of its own."""
    now, salons = clock.now(), outreach_due.alike()
    _plan(salons, now)
    for company_id in outreach_send.due(now):
        enqueue(Job.OUTREACH, company_id)
    for outreach_id in outreach_watch.to_mark():
        enqueue(Job.OUTREACH_MARK, outreach_id)
    for company_id in outreach_due.waiting_for_time(salons, now):
        enqueue(Job.TIME_FREED, company_id)


def send_all(heard: Callable[[int, int, str], object]) -> int:
    """The same in this process, without jobs; returns how many promises were settled.

    `heard` is told of every salon that is begun: its place, how many there are, its name.
    """
    now, salons = clock.now(), outreach_due.alike()
    _plan(salons, now)
    due, settled = list(outreach_send.due(now)), 0
    for place, company_id in enumerate(due, start=1):
        heard(place, len(due), f"company {company_id}")
        settled += outreach_send.send(company_id)
    for outreach_id in outreach_watch.to_mark():
        outreach_watch.mark(outreach_id)
    freed = outreach_due.waiting_for_time(salons, now)
    return settled + sum(waiting_offers.run(company_id) for company_id in freed)


def _plan(salons: Sequence[Alike], now: datetime) -> None:
    """A salon whose step fails is logged and does not stop the others; a database that is away ends the
    beat, and nothing is said."""
    for name, (question, step) in STEPS.items():
        with _going_on(step=name):
            for company in _read(question(salons, now)):
                with _going_on(step=name, company_id=company.pk):
                    step(company, now)


@contextmanager
def _going_on(**about: object) -> Iterator[None]:
    try:
        yield
    except DatabaseError:
        raise
    except Exception:  # logged with its trace; the other salons and steps go on
        log.exception("outreach.step_failed", **about)


def _read(ids: Sequence[int]) -> Iterator[Company]:
    """These salons with their settings; without those that do not write first any more."""
    for first in range(0, len(ids), _AT_ONCE):
        rows = outreach_plan.salons().filter(pk__in=ids[first : first + _AT_ONCE])
        yield from rows.select_related("settings")
