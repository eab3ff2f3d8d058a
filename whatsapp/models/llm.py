"""What a salon's language model has cost, by the salon's own days: the budget's counter and the figures."""

from django.db import models
from django.db.models import Q

from marketplace.models import Company


class ModelDay(models.Model):
    """Reserved before a call and settled after it, so a killed worker counts too much, never too little."""

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="model_days"
    )
    day = models.DateField("день салона")
    calls = models.PositiveIntegerField("вызовы", default=0, db_default=0)
    failed = models.PositiveIntegerField("неудачные", default=0, db_default=0)
    tokens = models.PositiveBigIntegerField("токены", default=0, db_default=0)
    cost = models.PositiveBigIntegerField(
        "стоимость",
        default=0,
        db_default=0,
        help_text="Миллионные доли валюты цен; 0, пока цены не заданы",
    )
    took_ms = models.PositiveBigIntegerField("миллисекунды", default=0, db_default=0)

    class Meta:
        db_table = "model_days"
        verbose_name = "день языковой модели"
        verbose_name_plural = "расход языковой модели"
        constraints = (
            models.UniqueConstraint(fields=("company", "day"), name="model_days_once"),
            models.CheckConstraint(
                condition=Q(failed__lte=models.F("calls")), name="model_days_failed_of_calls"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y}, салон № {self.company_id}"
