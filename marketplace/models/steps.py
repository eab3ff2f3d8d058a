"""How far a salon has come on its way from YCLIENTS to its first answered client."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models.company import Company
from marketplace.models.states import known


class OnboardingStep(models.Model):
    """When a salon first came this far in this installation. Written by `services/funnel.py`. Real time."""

    class Step(models.TextChoices):
        """In the order a salon takes them."""

        REDIRECTED = "redirected", "пришёл из YCLIENTS"
        TOKEN = "token", "получил ссылку"
        PAGE = "page", "открыл страницу"
        CODE = "code", "увидел код"
        SCANNED = "scanned", "отсканировал"
        CONNECTED = "connected", "подключён"
        CALLBACK = "callback", "YCLIENTS знает"
        SYNCED = "synced", "данные перенесены"
        ANSWERED = "answered", "ответил клиенту"

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="steps")
    install_generation = models.PositiveIntegerField()
    step = models.CharField(max_length=12, choices=Step)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "onboarding_steps"
        constraints = (
            models.UniqueConstraint(
                fields=("company", "install_generation", "step"), name="onboarding_step_once"
            ),
            known(
                "step",
                "redirected",
                "token",
                "page",
                "code",
                "scanned",
                "connected",
                "callback",
                "synced",
                "answered",
                name="onboarding_step_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id}: {self.step}"
