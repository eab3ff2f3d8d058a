"""Which salons are due for an hourly poll or a nightly sync, and which have not been read for too long."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from aiadmin.core import alarms, clock
from marketplace.models import Company, IntegrationStatus, SyncRun
from marketplace.services import sync, trouble

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
# The salon's own clock: nobody works then.
NIGHT_FROM, NIGHT_TO = time(2), time(5)
# A pause for trouble (licence, tokens, rights) ends by itself: somebody may have put it right.
TROUBLE_PAUSES = timedelta(hours=24)
STALE_AFTER = timedelta(hours=2)
# A salon that comes back after a pause has old data and a poll on its way: an alarm needs a try
# that has had this long, and was made lately.
_TRIED_BETWEEN = (timedelta(hours=3), timedelta(minutes=45))
# A sweep comes every 15 s. After an outage all salons are due at once; together with their calls
# (two a poll) they stay below the half of YCLIENTS's limit that syncs may take.
POLLS_A_SWEEP = 10
NIGHTLY_A_SWEEP = 4
# Coprime with both circles: neighbours in the table are far apart in time.
_SPREAD = 2_227
# A salon's number times that may be more than its column holds.
_NUMBER = Cast("pk", BigIntegerField())
_HOUR_SECONDS = int(HOUR.total_seconds())

Scope = SyncRun.Scope
# Runs that read the journal.
_READERS = (Scope.FULL, Scope.CHANGES)
_OPEN = (SyncRun.Status.QUEUED, SyncRun.Status.RUNNING)


def request_polls(limit: int = POLLS_A_SWEEP) -> int:
    """Requests the polls whose time has come, each company at its own second of the hour (real time).

    A salon that was never read whole is read whole. Idempotent. Returns how many were requested.
    """
    now = datetime.now(UTC)
    runs = SyncRun.objects.filter(company=OuterRef("pk"), scope__in=_READERS)
    # Of all salons only those whose slot has come are looked at: some in a sweep.
    rows = (
        _automatic(now)
        .filter(Q(polled_at=None) | Q(polled_at__lt=_slots(now)))
        .annotate(
            tried_at=Subquery(runs.order_by("-pk").values("created_at")[:1]),
            under_way=Exists(runs.filter(status__in=_OPEN)),
            was_read=Exists(runs.filter(scope=Scope.FULL, status=SyncRun.Status.DONE)),
        )
    )
    requested = 0
    rows = rows.only("polled_at", "changes_read_to")
    for company in rows.order_by(F("polled_at").asc(nulls_first=True)):
        slot = _slot(company.pk, now)
        # Once a slot, however it ended; and nothing beside a run under way.
        times = [at for at in (company.polled_at, company.tried_at) if at is not None]
        if company.under_way or max(times, default=slot - HOUR) >= slot:
            continue
        known = company.changes_read_to is not None or company.was_read
        sync.request_sync(company.pk, scope=Scope.CHANGES if known else Scope.FULL)
        requested += 1
        if requested >= limit:
            break
    return requested


def request_nightly(limit: int = NIGHTLY_A_SWEEP) -> int:
    """Requests whole syncs between 02:00 and 05:00 of each salon, once a night, spread over the window.

    A night whose window passed unused waits for the next one. Returns how many were requested.
    """
    now = clock.now()
    requested = 0
    for company, night in _nights(now):
        with transaction.atomic():
            mine = Company.objects.filter(pk=company.pk).exclude(nightly_on=night)
            if not mine.update(nightly_on=night):
                continue
            sync.request_sync(company.pk, scope=Scope.FULL)
        requested += 1
        if requested >= limit:
            break
    return requested


def watch_freshness() -> int:
    """Alarms of active salons whose journal could not be read for two hours. Returns how many."""
    now = datetime.now(UTC)
    longest, shortest = _TRIED_BETWEEN
    tried = SyncRun.objects.filter(
        company=OuterRef("pk"),
        scope__in=_READERS,
        created_at__range=(now - longest, now - shortest),
    ).exclude(status=SyncRun.Status.DONE)
    old = Q(polled_at__lt=now - STALE_AFTER) | Q(polled_at=None)
    raised = 0
    for company in _automatic(now).filter(old, Exists(tried)):
        raised += (
            alarms.raise_alarm("sync_stale", _words(company), company_id=company.pk) is not None
        )
    return raised


def _automatic(now: datetime, *, despite: Q | None = None) -> QuerySet[Company]:
    """Salons that are read without anybody asking; `now` is real time. `despite`: troubles that do not
    pause this reading."""
    paused = ~Q(yclients_trouble="") & Q(yclients_trouble_at__gt=now - TROUBLE_PAUSES)
    if despite is not None:
        paused &= ~despite
    return Company.objects.filter(
        integration_status=IntegrationStatus.ACTIVE, sync_enabled=True
    ).exclude(paused)


def _slot(company_id: int, now: datetime) -> datetime:
    """The company's last second of an hour to be polled at."""
    mine = timedelta(seconds=company_id * _SPREAD % int(HOUR.total_seconds()))
    slot = now.replace(minute=0, second=0, microsecond=0) + mine
    return slot if slot <= now else slot - HOUR


def _slots(now: datetime) -> Combinable:
    """The same of each company in a statement."""
    passed = int(now.timestamp()) % _HOUR_SECONDS
    ago = (passed + _HOUR_SECONDS - _NUMBER * _SPREAD % _HOUR_SECONDS) % _HOUR_SECONDS
    whole = Value(now.replace(microsecond=0), output_field=DateTimeField())
    return ExpressionWrapper(
        whole - ExpressionWrapper(Value(SECOND) * ago, output_field=DurationField()),
        output_field=DateTimeField(),
    )


def _nights(now: datetime) -> Iterator[tuple[Company, date]]:
    """Salons whose minute of the night has come, with the salon's own day; `now` is business time."""
    window = (NIGHT_TO.hour - NIGHT_FROM.hour) * 60
    # A missing right to the journal is no reason to let the catalogue grow old.
    mended_by_right = Q(yclients_trouble__startswith=f"{trouble.FORBIDDEN}:")
    rows = _automatic(datetime.now(UTC), despite=mended_by_right)
    for zone in rows.order_by().values_list("timezone", flat=True).distinct():
        local = now.astimezone(Company(timezone=zone).zone)
        passed = (local.hour - NIGHT_FROM.hour) * 60 + local.minute
        if not 0 <= passed < window:
            continue
        there = rows.filter(timezone=zone).exclude(nightly_on=local.date())
        come = there.alias(minute=_NUMBER * _SPREAD % window).filter(minute__lte=passed)
        for company in come.only("timezone", "nightly_on").order_by("pk"):
            yield company, local.date()


def _words(company: Company) -> str:
    seen = company.polled_at.astimezone(company.zone) if company.polled_at else None
    last = f"последний раз — {seen:%d.%m в %H:%M}" if seen else "ещё ни разу не удалось"
    return (
        f"Журнал салона {company} больше двух часов не читается из YCLIENTS ({last}). Записи у нас могли "
        "устареть. Проверьте в YCLIENTS, что приложение подключено и права не отозваны, затем запустите "
        "перенос в админке: «Перенести данные из YCLIENTS сейчас»."
    )
