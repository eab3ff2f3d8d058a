"""How a salon's number may write: its pace, its budget, and the pause after WhatsApp's refusal."""

from django.db import models
from django.db.models import Q

from marketplace.models import Company


class NumberPace(models.Model):
    """Written by `services/pacing.py` alone, under its row lock; the budget by staff. Real time.

    A row of its own: the session's row is locked by whoever drains events.
    """

    company = models.OneToOneField(
        Company,
        verbose_name="салон",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="number_pace",
    )
    first_contacts_per_day = models.PositiveSmallIntegerField(
        "первых сообщений в день",
        db_default=20,
        default=20,
        help_text="Тем, кто салону никогда не писал: за это блокируют номера",
    )
    replies_free_at = models.DateTimeField(null=True, blank=True)
    proactive_free_at = models.DateTimeField(null=True, blank=True)
    stopped_until = models.DateTimeField(
        "первыми не пишем до",
        null=True,
        blank=True,
        help_text="Nothing proactive leaves until then",
    )
    refused_at = models.DateTimeField("WhatsApp отказал", null=True, blank=True)
    refusals = models.PositiveSmallIntegerField(
        "отказов подряд", db_default=0, default=0, help_text="Pauses in a row: each is longer"
    )

    class Meta:
        db_table = "whatsapp_number_pace"
        verbose_name = "темп номера"
        verbose_name_plural = "темп номеров"
        constraints = (
            models.CheckConstraint(
                condition=Q(stopped_until__isnull=True) | Q(refused_at__isnull=False),
                name="number_pace_stopped_after_refusal",
            ),
        )

    def __str__(self) -> str:
        return f"салон № {self.company_id}"
