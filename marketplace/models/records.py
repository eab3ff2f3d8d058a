"""Clients and bookings as YCLIENTS last told them."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models.company import Company


class Client(models.Model):
    company = models.ForeignKey(
        Company,
        verbose_name="салон",
        on_delete=models.CASCADE,
        related_name="clients",
        db_index=False,  # the unique key below begins with it
    )
    yclients_id = models.BigIntegerField("номер в YCLIENTS", null=True, blank=True)
    phone = models.CharField("телефон", max_length=20, help_text="E.164")
    name = models.CharField("имя", max_length=255, blank=True, default="")
    visits_count = models.PositiveIntegerField("визитов", default=0)
    last_visit = models.DateField(
        "последний визит", null=True, blank=True, help_text="The salon's own day"
    )
    deleted_at = models.DateTimeField("удалён", null=True, blank=True)
    created_at = models.DateTimeField("у нас с", db_default=Now())

    class Meta:
        db_table = "clients"
        verbose_name = "клиент"
        verbose_name_plural = "клиенты"
        constraints = (
            models.UniqueConstraint(fields=("company", "phone"), name="client_phone_once"),
        )

    def __str__(self) -> str:
        return self.name or str(self.pk)


class Booking(models.Model):
    """One YCLIENTS record. `start` is aware UTC; what people see is rendered in the salon's zone."""

    company = models.ForeignKey(
        Company,
        verbose_name="салон",
        on_delete=models.CASCADE,
        related_name="bookings",
        db_index=False,  # others below begin with it
    )
    record_id = models.BigIntegerField(
        "запись в YCLIENTS",
    )
    client_phone = models.CharField(
        "телефон", max_length=20, blank=True, default="", help_text="E.164"
    )
    client_name = models.CharField("клиент", max_length=255, blank=True, default="")
    staff_yclients_id = models.BigIntegerField("мастер, номер в YCLIENTS", default=0)
    services = models.JSONField("услуги", default=list, help_text='[{"id", "title", "cost"}]')
    start = models.DateTimeField(
        "начало",
    )
    length_seconds = models.PositiveIntegerField("длительность, с", default=0)
    attendance = models.SmallIntegerField(
        "явка", default=0, help_text="-1 no-show, 0 waits, 1 came, 2 confirmed"
    )
    is_deleted = models.BooleanField("отменён", default=False)
    made_by_us = models.BooleanField("через помощника", default=False)
    last_change = models.CharField(max_length=40, blank=True, default="")
    updated_at = models.DateTimeField("изменён", db_default=Now())
    # Real time of the last change worth telling, and when it was told; BOOKING_CHANGED may get lost.
    changed_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(
        null=True,
        blank=True,
        help_text='What it was before the changes nobody was told of: {"start", "staff", "deleted"}',
    )

    class Meta:
        db_table = "bookings"
        verbose_name = "визит"
        verbose_name_plural = "визиты"
        constraints = (
            models.UniqueConstraint(fields=("company", "record_id"), name="booking_record_once"),
        )
        indexes = (
            models.Index(fields=("company", "client_phone", "start"), name="bookings_of_client"),
            models.Index(fields=("company", "start"), name="bookings_by_start"),
            models.Index(
                fields=("changed_at",),
                name="bookings_unannounced",
                condition=models.Q(changed_at__isnull=False, announced_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"запись № {self.record_id}"
