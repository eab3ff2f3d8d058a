"""The way of salons from YCLIENTS to the first answered client, as staff see it. Real time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from marketplace import staff_words
from marketplace.models import (
    CallbackAttempt,
    CallbackDelivery,
    Company,
    IntegrationStatus,
    OnboardingStep,
    SyncRun,
)

Step = OnboardingStep.Step
ORDER = tuple(Step)

_GONE = (IntegrationStatus.UNINSTALLED, IntegrationStatus.FROZEN)


@dataclass(frozen=True)
class Way:
    """`at` of each step that was seen. A step is behind when a later one was reached: news may be lost."""

    at: dict[str, datetime]

    @property
    def last(self) -> Step | None:
        return next((step for step in reversed(ORDER) if step in self.at), None)

    @property
    def next(self) -> Step | None:
        """The step the salon stands before, None at the end."""
        last = self.last
        later = ORDER[ORDER.index(last) + 1 :] if last else ORDER[1:]
        return later[0] if later else None

    @property
    def since(self) -> datetime | None:
        return self.at[self.last] if self.last else None

    def steps(self) -> list[tuple[Step, datetime | None, str]]:
        """(step, when, "done" | "next" | "ahead"), in order."""
        last = ORDER.index(self.last) if self.last else -1
        marks = ["done" if place <= last else "ahead" for place in range(len(ORDER))]
        if self.next is not None:
            marks[ORDER.index(self.next)] = "next"
        return [(step, self.at.get(step), mark) for step, mark in zip(ORDER, marks, strict=True)]


def ways(companies: Iterable[Company]) -> dict[int, Way]:
    """The way of each company in its present installation, in one query."""
    wanted = {company.pk: company.install_generation for company in companies}
    found: dict[int, dict[str, datetime]] = {pk: {} for pk in wanted}
    rows = OnboardingStep.objects.filter(company_id__in=list(wanted))
    for row in rows.values_list("company_id", "install_generation", "step", "at"):
        if wanted[row[0]] == row[1]:
            found[row[0]][row[2]] = row[3]
    return {pk: Way(at) for pk, at in found.items()}


def on_their_way() -> QuerySet[Company]:
    """Companies that have not answered a client yet, newest first; those that left are not waited for."""
    answered = OnboardingStep.objects.filter(
        company=OuterRef("pk"),
        install_generation=OuterRef("install_generation"),
        step=Step.ANSWERED,
    )
    rows = Company.objects.exclude(integration_status__in=_GONE)
    return rows.filter(~Exists(answered)).order_by("-pk")


def troubles(companies: Iterable[Company]) -> dict[int, str]:
    """Why a company stands still, as far as YCLIENTS is concerned, in Russian; absent: nothing is wrong."""
    told: dict[int, str] = {}
    by_pk = {company.pk: company for company in companies}
    for pk, company in by_pk.items():
        if company.yclients_trouble:
            told[pk] = f"YCLIENTS отказывает: {staff_words.refusal(company.yclients_trouble)}"
        elif company.integration_status == IntegrationStatus.FAILED and company.status_reason:
            told[pk] = staff_words.reason(company.status_reason)
    late = CallbackAttempt.objects.filter(
        delivery__company_id__in=list(by_pk),
        delivery__status__in=(CallbackDelivery.Status.QUEUED, CallbackDelivery.Status.FAILED),
    ).order_by("delivery__company_id", "-pk")
    for attempt in late.distinct("delivery__company_id").select_related("delivery"):
        told.setdefault(attempt.delivery.company_id, f"callback: {attempt.answer[:120]}")
    runs = SyncRun.objects.filter(company_id__in=list(by_pk), scope=SyncRun.Scope.FULL)
    for run in runs.order_by("company_id", "-pk").distinct("company_id"):
        if run.status == SyncRun.Status.FAILED or (run.error and run.status != SyncRun.Status.DONE):
            told.setdefault(run.company_id, f"перенос: {run.error[:120]}")
    return told
