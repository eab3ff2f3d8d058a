"""Our writes to YCLIENTS: the time kept for a client who is asked, and the ledger of the writes."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models.company import Company
from marketplace.models.states import known


class BookingAttempt(models.Model):
    """One intended write. `key` makes it once: the same key always answers with the same outcome."""

    class Kind(models.TextChoices):
        BOOK = "book", "запись"
        MOVE = "move", "перенос"
        CANCEL = "cancel", "отмена"

    class Status(models.TextChoices):
        STARTED = "started", "начата"
        DONE = "done", "удалась"
        REFUSED = "refused", "отказ"
        UNKNOWN = "unknown", "исход неизвестен"

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="attempts"
    )
    key = models.CharField("ключ", max_length=120, unique=True, help_text="conversation:turn:step")
    kind = models.CharField("что", max_length=10, choices=Kind)
    api_id = models.CharField(
        max_length=40, unique=True, help_text="Sent to YCLIENTS with the record"
    )
    request = models.JSONField(
        "о чём просили", help_text="What was asked, JSON of the assistant's request"
    )
    status = models.CharField("исход", max_length=10, choices=Status, default=Status.STARTED)
    result = models.JSONField("что вышло", null=True, blank=True, help_text="JSON of the outcome")
    record_id = models.BigIntegerField("запись в YCLIENTS", null=True, blank=True)
    created_at = models.DateTimeField("начата", db_default=Now())
    finished_at = models.DateTimeField("окончена", null=True, blank=True)

    class Meta:
        db_table = "booking_attempts"
        verbose_name = "запись помощника"
        verbose_name_plural = "записи помощника"
        constraints = (
            known("kind", "book", "move", "cancel", name="attempt_kind_known"),
            known("status", "started", "done", "refused", "unknown", name="attempt_status_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}: {self.get_status_display()}"


class SlotHold(models.Model):
    """A time that one client is being asked about. Until `expires_at` (real time) nobody else is led
    into it; the journal alone says who gets it."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="holds")
    staff_yclients_id = models.BigIntegerField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    holder = models.CharField(max_length=60, help_text="The dialogue that asks")
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "slot_holds"
        constraints = (
            models.UniqueConstraint(
                fields=("company", "holder", "staff_yclients_id", "start"), name="slot_hold_once"
            ),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")), name="slot_hold_lasts"
            ),
        )
        indexes = (
            models.Index(
                fields=("company", "staff_yclients_id", "end"), name="slot_holds_of_staff"
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff_yclients_id} {self.start:%Y-%m-%d %H:%M}"
