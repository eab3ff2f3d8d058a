"""How far each salon has come on its way to its first answered client. Each step is noted once."""

from datetime import UTC, datetime

from marketplace.models import Company, OnboardingStep

Step = OnboardingStep.Step


def reached(company: Company, step: Step, *, at: datetime | None = None) -> None:
    """Notes the step of this installation; the first time counts. `at`: real time, now if not given."""
    OnboardingStep.objects.bulk_create(
        [
            OnboardingStep(
                company_id=company.pk,
                install_generation=company.install_generation,
                step=step,
                at=at or datetime.now(UTC),
            )
        ],
        ignore_conflicts=True,
    )
