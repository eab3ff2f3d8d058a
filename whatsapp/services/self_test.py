"""The self-test of a connected salon: asked for by its page, run by a worker, kept as a row, told in words.

Nothing is written anywhere but the row: YCLIENTS is only read, and the sample dialogue runs dry.
"""

import secrets
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from aiadmin.core import leases
from aiadmin.core.api import throttle
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company
from marketplace.selectors import iso
from whatsapp import notify
from whatsapp.models import SelfTest
from whatsapp.services import self_test_checks as checks
from whatsapp.services.self_test_dialogue import sample

log = structlog.get_logger(__name__)

# A test that no worker has begun by then is a lost one.
BEGINS_WITHIN = timedelta(minutes=5)
# A person presses "again" after mending something; each test costs YCLIENTS calls.
PER_MINUTE = 4


def request(company: Company) -> None:
    """Asks for a test; one that is under way is joined. Raises Throttled."""
    throttle("self-test", str(company.pk), limit=PER_MINUTE, window=60)
    SelfTest.objects.update_or_create(company=company, defaults={"requested_at": datetime.now(UTC)})
    enqueue(Job.SELF_TEST, company.pk)


def run(company_id: int) -> None:
    """Job SELF_TEST: one test, if one is owed and nobody else is at it. Safe twice."""
    owed = Q(finished_at=None) | Q(finished_at__lt=F("requested_at"))
    free = Q(claimed_until=None) | Q(claimed_until__lt=datetime.now(UTC))
    claim = secrets.randbits(62)
    due = SelfTest.objects.filter(owed & free, pk=company_id)
    if not due.update(claimed_until=leases.until(), claim=claim):
        return
    company = Company.objects.get(pk=company_id)
    # Some thirty reads; each may wait half a minute for its place in the budget.
    with keeper.held(company_id, claim):
        result = _result(company)
    written = claimed(company_id, claim).update(
        claimed_until=None, finished_at=datetime.now(UTC), result=result
    )
    if written:
        log.info("whatsapp.self_test_done", company_id=company_id, ok=result["ok"])
        notify.to_page(company_id, {"type": "self_test", **(latest(company) or {})})


def claimed(company_id: int, claim: int) -> QuerySet[SelfTest]:
    """The test while this run of it is under way."""
    return SelfTest.objects.filter(pk=company_id, claim=claim, claimed_until__isnull=False)


keeper = leases.Keeper(claimed, "claimed_until")


def latest(company: Company) -> dict[str, Any] | None:
    """{status: running | done, checked_at, ok, title, checks: [{state, text, advice}], dialogue:
    [{from, text}]} as the page shows it; None when none was asked for. A lost test is None, too.
    While it runs the page hears {status: running, checks} of what is looked at already."""
    row = SelfTest.objects.filter(company=company).first()
    if row is None:
        return None
    if row.finished_at is None or row.finished_at < row.requested_at:
        if _goes_on(row):
            return {"status": "running"}
        if row.finished_at is None:
            return None
    return {"status": "done", "checked_at": iso(row.finished_at), **row.result}


def _goes_on(row: SelfTest) -> bool:
    """It waits for a worker, or one is at it; what a killed worker leaves is over with its lease."""
    now = datetime.now(UTC)
    if row.claimed_until is not None and row.claimed_until > row.requested_at:
        return row.claimed_until > now
    return row.requested_at > now - BEGINS_WITHIN


def _result(company: Company) -> dict[str, Any]:
    found = checks.of_salon(company)
    told = [*found.checks]
    _tell(company, told)
    # Without a free slot there is nothing to talk about.
    talk = sample(company, found.slot) if found.slot else None
    if talk is not None:
        told.append(talk.check)
        _tell(company, told)
    told += checks.of_access(company)
    ok = all(item.state != checks.State.BAD for item in told)
    return {
        "ok": ok,
        "title": gettext("Everything works")
        if ok
        else gettext("The assistant is connected, but not everything works"),
        "checks": [asdict(item) for item in told],
        "dialogue": list(talk.lines) if talk is not None else [],
    }


def _tell(company: Company, told: list[checks.Check]) -> None:
    """The page sees one line after the other: the whole takes some ten seconds."""
    frame = {"status": "running", "checks": [asdict(item) for item in told]}
    notify.to_page(company.pk, {"type": "self_test", **frame})
