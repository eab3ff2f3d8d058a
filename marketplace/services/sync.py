"""The salon's data from YCLIENTS, as runs: requested, claimed, carried out step by step, ended in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, models, transaction

from aiadmin.core import alarms, leases
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company, IntegrationStatus, SyncRun
from marketplace.services import funnel, trouble
from marketplace.services.sync_reading import Reading
from marketplace.services.sync_steps import STEPS, Step
from marketplace.services.yclients_access import client_for
from marketplace.yclients.budget import Lane
from marketplace.yclients.errors import Forbidden, RateLimited, Retryable, YclientsError

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5

Status = SyncRun.Status
Scope = SyncRun.Scope
_OPEN = (Status.QUEUED, Status.RUNNING)
_DRIFT = ("drift_bookings", "drift_schedule")
_WORKING = (IntegrationStatus.PENDING, IntegrationStatus.ACTIVE, IntegrationStatus.FROZEN)


class _Lost(Exception):
    """Another worker claimed the run: this one stops without a word."""


def request_sync(company_id: int, *, scope: str = Scope.FULL) -> SyncRun:
    """A queued run, or the one of that scope already open for this company. Its job goes out on commit.

    A run under way may have read past what changed: it is followed by another.
    """
    while True:
        try:
            with transaction.atomic():
                run = SyncRun.objects.create(
                    company_id=company_id, scope=scope, total=len(STEPS[scope])
                )
        except IntegrityError:
            rows = SyncRun.objects.filter(company_id=company_id, scope=scope)
            rows.filter(status=Status.RUNNING).update(again=True)
            found = rows.filter(status__in=_OPEN).order_by("-pk").first()
            if found is None:
                # It was closed in between: what changed may have come too late for it.
                continue
            run = found
        enqueue(Job.SYNC_COMPANY, run.pk)
        return run


def run(run_id: int) -> None:
    """Claims and carries out one run. A run claimed by another worker is left alone."""
    row = _claimed(run_id)
    if row is None:
        return
    try:
        why_not = _why_not(row.company)
        if why_not:
            _close(row, Status.FAILED, why_not)
        elif row.failures > MAX_ATTEMPTS:
            _give_up(row, row.error or "обработка прерывалась")
        else:
            _steps(row)
    except _Lost:
        log.info("sync.claim_lost", company_id=row.company_id, run_id=row.pk)


def _claimed(run_id: int) -> SyncRun | None:
    """Every claim gets its own number; what is written later must still bear it."""
    now = datetime.now(UTC)
    with transaction.atomic():
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lt=now)
        row = (
            SyncRun.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("company")
            .filter(free, pk=run_id, status__in=_OPEN)
            .first()
        )
        if row is None:
            return None
        row.status = Status.RUNNING
        row.claimed_until = leases.until()
        row.attempts += 1
        # Counted before the work: a run that kills its workers must end too.
        row.failures += 1
        row.save(update_fields=["status", "claimed_until", "attempts", "failures"])
    return row


def due_ids(limit: int = 20) -> list[int]:
    """Open runs whose worker is gone or whose retry time has come."""
    now = datetime.now(UTC)
    waiting = models.Q(claimed_until__lt=now) | models.Q(
        claimed_until=None, created_at__lt=now - timedelta(seconds=10)
    )
    rows = SyncRun.objects.filter(waiting, status__in=_OPEN).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def _steps(row: SyncRun) -> None:
    try:
        with keeper.held(row.pk, row.attempts):
            refused = _carry_out(row)
        if refused is not None:
            # Done without the journal: a person is told once, and the polls pause.
            trouble.note(row.company_id, refused)
        else:
            # The catalogue alone proves nothing about the right to the journal.
            right = "" if row.scope != Scope.CATALOG else "settings_services_access"
            trouble.clear(row.company_id, right=right)
    except _Lost:
        raise
    except (Retryable, RateLimited) as error:
        _retry_later(row, error.message, error)
    except YclientsError as error:
        told = trouble.note(row.company_id, error)
        _give_up(row, error.message, tell=not told)
    except Exception as error:  # ours to repair: logged with its trace, tried again, then told
        log.exception("sync.broken", company_id=row.company_id, step=row.step)
        _retry_later(row, "ошибка обработки", error)


def _carry_out(row: SyncRun) -> Forbidden | None:
    """Reads everything the scope asks for; returns the refusal that left the journal out, if one did."""
    company = row.company
    unread: list[str] = []
    refused: Forbidden | None = None
    with client_for(company, lane=Lane.SYNC, timeout=30) as client:
        reading = Reading(client, company, row.scope, beat=lambda: _still_ours(row))
        # What an earlier try has found to differ is in our copy by now and would not be seen again.
        reading.counts = {name: row.counts[name] for name in row.counts if name in _DRIFT}
        for done, step in enumerate(STEPS[row.scope]):
            row.step, row.done, row.counts = step.name, done, reading.counts
            _progress(row)
            try:
                reading.counts[step.name] = step.read(reading)
            except Forbidden as error:
                unread.append(_unread(step, error))
                # Without the cards all works; without the journal moves and cancellations go unseen.
                refused = refused or (error if step.journal else None)
    reading.count_odd()
    closing: dict[str, Any] = dict(reading.closing)
    now = datetime.now(UTC)
    if row.scope != Scope.CATALOG:
        closing["polled_at"] = now
    if row.scope == Scope.FULL:
        # Chats may begin: before the visits are known too, "you have none" would be a lie.
        closing["catalog_synced_at"] = now
    with transaction.atomic():
        # The company before the run, as whoever requests one: in no circle.
        Company.objects.filter(pk=company.pk).update(**closing, updated_at=now)
        row.counts, row.done, row.step = reading.counts, row.total, "done"
        _close(row, Status.DONE, " ".join(unread))
        if row.scope == Scope.FULL:
            funnel.reached(row.company, funnel.Step.SYNCED)
    log.info("sync.done", company_id=company.pk, scope=row.scope, **reading.counts)
    if row.scope == Scope.CHANGES:
        found = {name.removeprefix("drift_"): reading.counts.get(name, 0) for name in _DRIFT}
        log.info("sync.drift", company_id=company.pk, **found)
    return refused


def _unread(step: Step, error: Forbidden) -> str:
    """The sentence for a step that a missing right leaves out; raises where the step is needed."""
    if not step.unread:
        raise error
    right = f" «{error.right}»" if error.right else ""
    return f"{step.unread}: в YCLIENTS не хватает права{right}."


def _why_not(company: Company) -> str:
    """Why this salon's data is not read at all; "" when it is."""
    if company.integration_status not in _WORKING:
        return "Салон отключён"
    return "" if company.sync_enabled else "Синхронизация выключена"


def claimed(run_id: int, attempt: int) -> models.QuerySet[SyncRun]:
    """The run while nobody else has claimed it since."""
    return SyncRun.objects.filter(pk=run_id, attempts=attempt, status=Status.RUNNING)


# A call may wait minutes for its place in the budget.
keeper = leases.Keeper(claimed, "claimed_until")


def _fenced(row: SyncRun, **changes: object) -> None:
    """Writes to the run while it is ours. Raises _Lost when it is not any more."""
    if claimed(row.pk, row.attempts).update(**changes) != 1:
        raise _Lost


def _still_ours(row: SyncRun) -> None:
    _fenced(row, claimed_until=leases.until())


def _progress(row: SyncRun) -> None:
    _fenced(
        row,
        step=row.step,
        done=row.done,
        counts=row.counts,
        claimed_until=leases.until(),
    )
    _tell_page(row)


def _tell_page(row: SyncRun) -> None:
    """Pages show whole syncs only: polls and catalogue readings come and go unseen."""
    if row.scope == Scope.FULL:
        enqueue(Job.SYNC_PROGRESS, row.pk)


def _retry_later(row: SyncRun, message: str, error: Exception) -> None:
    waits = isinstance(error, RateLimited)
    if row.failures >= MAX_ATTEMPTS and not waits:
        _give_up(row, message)
        return
    wait = error.retry_after if isinstance(error, RateLimited) else 5 * 2**row.failures
    _fenced(
        row,
        claimed_until=datetime.now(UTC) + timedelta(seconds=min(wait, 300)),
        failures=row.failures - 1 if waits else row.failures,
        error=message[:500],
    )
    _tell_page(row)
    log.warning(
        "sync.retry", company_id=row.company_id, scope=row.scope, error=type(error).__name__
    )


def _give_up(row: SyncRun, message: str, *, tell: bool = True) -> None:
    """`tell`: nobody was told yet what to mend."""
    row.company.refresh_from_db()
    why_not = _why_not(row.company)
    _close(row, Status.FAILED, why_not or message)
    log.warning("sync.failed", company_id=row.company_id, scope=row.scope)
    if why_not or row.scope == Scope.CHANGES or not tell:
        # Uninstalled or switched off meanwhile: no wonder, and nobody to tell. A failed poll is
        # followed by another within the hour; two hours of them have an alarm of their own.
        return
    alarms.raise_alarm(
        "sync_failed",
        f"Не удалось перенести данные салона из YCLIENTS: {message}. "
        "Проверьте права приложения в YCLIENTS и запустите перенос ещё раз.",
        company_id=row.company_id,
        email=row.company.email or "",
    )


def _close(row: SyncRun, status: str, error: str) -> None:
    with transaction.atomic():
        _fenced(
            row,
            status=status,
            error=error[:500],
            finished_at=datetime.now(UTC),
            claimed_until=None,
            step=row.step,
            done=row.done,
            counts=row.counts,
        )
        # The update holds the row: what joined this run before it is seen here, later ones start anew.
        again = SyncRun.objects.values_list("again", flat=True).get(pk=row.pk)
        if again and not _why_not(row.company):
            request_sync(row.company_id, scope=row.scope)
    _tell_page(row)
