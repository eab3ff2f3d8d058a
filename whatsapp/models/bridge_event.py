"""The bridge's inbox as staff see it. The table is the bridge's schema; rows are claimed by SQL alone."""

from django.db import models


class BridgeEvent(models.Model):
    """One event of the bridge. `error`: why it was put aside after three failures."""

    id = models.BigIntegerField(primary_key=True)
    session_id = models.BigIntegerField("салон №")
    kind = models.CharField("что", max_length=40)
    message_id = models.CharField("сообщение", max_length=100)
    created_at = models.DateTimeField("когда", help_text="Real time, as all here")
    processed_at = models.DateTimeField("обработано", null=True)
    attempts = models.SmallIntegerField("попыток")
    error = models.CharField("отложено из-за", max_length=100, null=True)  # noqa: DJ001  (as it is)

    class Meta:
        managed = False
        db_table = 'bridge"."events'
        verbose_name = "событие моста"
        verbose_name_plural = "события моста"

    def __str__(self) -> str:
        return f"№ {self.pk}"
