"""Rows of the core: alarms. They know nothing of companies but a number."""

from django.db import models
from django.db.models.functions import Now

from aiadmin.core.alarm_kinds import in_words


class Alarm(models.Model):
    """Something a person must know. One row per cause (kind, company) and hour."""

    kind = models.CharField("причина", max_length=60)
    company_id = models.BigIntegerField(
        "салон №", default=0, db_index=True, help_text="0: вся установка"
    )
    hour = models.DateTimeField("час", help_text="Настоящее время, начало часа")
    text = models.TextField("что случилось")
    recipient = models.EmailField("почта салона", blank=True, default="")
    created_at = models.DateTimeField("создана", db_default=Now())
    mailed_at = models.DateTimeField("письмо ушло", null=True, blank=True)
    posted_at = models.DateTimeField("ушла на вебхук", null=True, blank=True)
    due_at = models.DateTimeField(
        "следующая попытка", null=True, blank=True, help_text="Пусто: попыток больше не будет"
    )
    attempts = models.PositiveSmallIntegerField("попыток", db_default=0, default=0)
    failure = models.CharField("что не удалось отправить", max_length=200, blank=True, default="")
    closed_at = models.DateTimeField("закрыта", null=True, blank=True)

    class Meta:
        db_table = "alarms"
        verbose_name = "тревога"
        verbose_name_plural = "тревоги"
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "company_id", "hour"), name="alarm_once_per_hour"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), name="alarm_due", condition=models.Q(due_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        whose = f" (салон № {self.company_id})" if self.company_id else ""
        return f"{in_words(self.kind)}{whose}"
