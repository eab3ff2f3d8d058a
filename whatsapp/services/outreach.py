"""The beat of everything unasked: what is due at `now`? Two beats, or ten workers, change nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    outreach_looks,
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
# So many of a failed step are named in the log.
_NAMED = 10

Question = Callable[[Sequence[Alike], datetime], list[int]]
Step = Callable[[Company, datetime], object]
# Which salons have it to do, of those that are looked at or of all, and what is done for each of them.
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
    now = clock.now()
    _plan(now)
    for company_id in outreach_send.due(now):
        enqueue(Job.OUTREACH, company_id)
    for outreach_id in outreach_watch.to_mark():
        enqueue(Job.OUTREACH_MARK, outreach_id)
    for company_id in outreach_due.waiting_for_time(now):
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
    freed = outreach_due.waiting_for_time(now)
    return settled + sum(waiting_offers.run(company_id) for company_id in freed)


def _plan(now: datetime) -> None:
    """A salon whose step fails is logged, looked at again, and does not stop the others; a database that is
    away ends the beat, and nothing is said."""
    looks = outreach_looks.due(now)
    asked = [look.company_id for look in looks]
    salons = outreach_due.alike(asked)
    failed: set[int] = set()
    for name, (question, step) in STEPS.items():
        with _going_on(failed, asked, step=name):
            for company in _read(question(salons, now)):
                with _going_on(failed, [company.pk], step=name):
                    step(company, now)
    outreach_looks.settle([look for look in looks if look.company_id not in failed], salons, now)


@contextmanager
def _going_on(failed: set[int], ids: Iterable[int], *, step: str) -> Iterator[None]:
    try:
        yield
    except DatabaseError:
        raise
    except Exception:  # logged with its trace; the other salons and steps go on
        failed.update(ids)
        log.exception("outreach.step_failed", step=step, company_ids=list(ids)[:_NAMED])


def _read(ids: Sequence[int]) -> Iterator[Company]:
    """These salons with their settings; without those that do not write first any more."""
    for first in range(0, len(ids), _AT_ONCE):
        rows = outreach_plan.salons().filter(pk__in=ids[first : first + _AT_ONCE])
        yield from rows.select_related("settings")
