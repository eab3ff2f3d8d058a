"""The beat of everything unasked: what is due at `now`? Two beats, or ten workers, change nothing."""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import DatabaseError

from aiadmin.core import clock
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company
from whatsapp.services import (
    digest,
    outreach_plan,
    outreach_reviews,
    outreach_send,
    outreach_watch,
    waiting_list,
    waiting_offers,
)

log = structlog.get_logger(__name__)

Step = Callable[[Company, datetime], object]
STEPS: dict[str, Step] = {
    "plan": outreach_plan.plan,
    "reviews": outreach_reviews.plan,
    "unconfirmed": outreach_watch.tell_unconfirmed,
    "undelivered": outreach_watch.tell_undelivered,
    "digest": digest.send,
    "double": outreach_watch.tell_double_reminders,
    "waiting": waiting_list.expire,
}


def beat() -> None:
    """Plans for every salon, then gives each one that has something due a job of its own."""
    now = clock.now()
    _plan(now)
    for company_id in outreach_send.due(now):
        enqueue(Job.OUTREACH, company_id)
    for outreach_id in outreach_watch.to_mark():
        enqueue(Job.OUTREACH_MARK, outreach_id)
    for company_id in waiting_offers.due():
        enqueue(Job.TIME_FREED, company_id)


def send_all(heard: Callable[[int, int, str], object]) -> int:
    """The same in this process, without jobs; returns how many promises were settled.

    `heard` is told of every salon that is begun: its place, how many there are, its name.
    """
    now = clock.now()
    _plan(now)
    due, settled = list(outreach_send.due(now)), 0
    for place, company_id in enumerate(due, start=1):
        heard(place, len(due), f"company {company_id}")
        settled += outreach_send.send(company_id)
    for outreach_id in outreach_watch.to_mark():
        outreach_watch.mark(outreach_id)
    return settled + sum(waiting_offers.run(company_id) for company_id in waiting_offers.due())


def _plan(now: datetime) -> None:
    """A salon whose step fails is logged and does not stop the others; a database that is away ends the
    beat, and nothing is said."""
    for company in outreach_plan.salons():
        for name, step in STEPS.items():
            try:
                step(company, now)
            except DatabaseError:
                raise
            except Exception:  # logged with its trace; the other salons go on
                log.exception("outreach.step_failed", company_id=company.pk, step=name)
