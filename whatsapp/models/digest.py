"""The owner's digest of a day: one row a salon and day, there before it is sent."""

from django.db import models

from marketplace.models import Company


class SalonDigest(models.Model):
    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="digests"
    )
    day = models.DateField("день", help_text="The salon's own day")
    text = models.TextField("сводка")
    # Real time: next attempt of the letter; none: nothing left to do.
    due_at = models.DateTimeField("следующая попытка", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("попыток", db_default=0, default=0)
    sent_at = models.DateTimeField("ушла", null=True, blank=True)

    class Meta:
        db_table = "salon_digests"
        verbose_name = "сводка дня"
        verbose_name_plural = "сводки дня"
        indexes = (
            models.Index(
                fields=("due_at",),
                name="salon_digests_due",
                condition=models.Q(due_at__isnull=False),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("company", "day"), name="salon_digest_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y}, салон № {self.company_id}"
