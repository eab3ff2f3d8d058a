"""The company: one connected salon. The table and its columns are the seed's, the rest is added below."""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

# What the columns of ids hold: those of salons in YCLIENTS, and our own.
INT32_MAX = 2**31 - 1


class IntegrationStatus(models.TextChoices):
    """Moves: pending → active ⇄ frozen; any → uninstalled → pending; pending → failed → pending."""

    PENDING = "pending", "ждёт подключения"
    ACTIVE = "active", "работает"
    FROZEN = "frozen", "заморожен"
    UNINSTALLED = "uninstalled", "удалён"
    FAILED = "failed", "не подключился"


# WhatsApp runs, if the salon wants it.
WORKING = (IntegrationStatus.ACTIVE, IntegrationStatus.FROZEN)


class SeedIndex(models.Index):
    """Django stops at 30 characters for Oracle's sake; the seed's index names are longer."""

    max_name_length = 63


class Company(models.Model):
    id = models.AutoField(primary_key=True)
    # The seed's `company_id` and `yclients_id` both hold the salon's id in YCLIENTS.
    external_company_id = models.IntegerField("салон в YCLIENTS", null=True, db_column="company_id")
    yclients_id = models.IntegerField(null=True)
    title = models.CharField("название", max_length=255, null=True, blank=True)  # noqa: DJ001  (the seed's columns)
    phone = models.CharField("телефон салона", max_length=20, null=True, blank=True)  # noqa: DJ001
    email = models.CharField("почта владельца", max_length=100, null=True, blank=True)  # noqa: DJ001
    address = models.CharField("адрес", max_length=500, null=True, blank=True)  # noqa: DJ001
    timezone = models.CharField(  # noqa: DJ001
        "часовой пояс",
        max_length=50,
        null=True,
        db_default="Europe/Moscow",
        default="Europe/Moscow",
    )

    whatsapp_connected = models.BooleanField(
        "WhatsApp подключён", null=True, db_default=False, default=False
    )
    whatsapp_phone = models.CharField("номер WhatsApp", max_length=20, null=True, blank=True)  # noqa: DJ001
    whatsapp_connected_at = models.DateTimeField("WhatsApp подключён с", null=True, blank=True)
    integration_status = models.CharField(  # noqa: DJ001
        "состояние",
        max_length=50,
        null=True,
        choices=IntegrationStatus,
        db_default=IntegrationStatus.PENDING,
        default=IntegrationStatus.PENDING,
    )
    connected_at = models.DateTimeField("подключён впервые", null=True, blank=True)

    ai_enabled = models.BooleanField("помощник отвечает", null=True, db_default=True, default=True)
    sync_enabled = models.BooleanField(
        "данные переносятся", null=True, db_default=True, default=True
    )
    # FALSE in SQL as in the seed; registration sets it, only a person clears it.
    whatsapp_enabled = models.BooleanField(
        "WhatsApp включён", null=True, db_default=False, default=False
    )

    raw_data = models.JSONField(null=True, blank=True)
    # The seed says NOW(): Django's own Now() would be statement_timestamp().
    created_at = models.DateTimeField(
        "создан", null=True, db_default=models.Func(function="NOW", template="%(function)s()")
    )
    updated_at = models.DateTimeField("изменён", null=True, blank=True)

    # --- beside the seed's columns ---
    status_reason = models.CharField(
        "причина", max_length=100, db_default="", default="", blank=True
    )
    install_generation = models.PositiveIntegerField("установка №", db_default=1, default=1)
    owner_user_id = models.BigIntegerField(
        "пользователь YCLIENTS, который установил",
        null=True,
        blank=True,
        help_text="User id signed by YCLIENTS at the first install",
    )
    user_token_encrypted = models.TextField(db_default="", default="", blank=True)
    catalog_synced_at = models.DateTimeField("данные перенесены", null=True, blank=True)
    # Business time: what YCLIENTS changed before it was read. The next poll asks from here.
    changes_read_to = models.DateTimeField("журнал прочитан до", null=True, blank=True)
    # Real time of the last poll or sync that ended well; the freshness alarm looks at it.
    polled_at = models.DateTimeField("опрошен", null=True, blank=True)
    # Real time at which the schedule of the coming days was last read.
    schedule_read_at = models.DateTimeField("расписание прочитано", null=True, blank=True)
    # The salon's own calendar day of the last nightly sync.
    nightly_on = models.DateField("ночной перенос", null=True, blank=True)
    yclients_trouble = models.CharField(
        "отказ YCLIENTS",
        max_length=40,
        db_default="",
        default="",
        blank=True,
        help_text="Why YCLIENTS refuses us (licence, unauthorized, forbidden); polls pause for it",
    )
    yclients_trouble_at = models.DateTimeField("отказывает с", null=True, blank=True)
    # Real time of the last look at a frozen salon's status in YCLIENTS.
    status_polled_at = models.DateTimeField(null=True, blank=True)
    frozen_by_staff = models.BooleanField(
        "заморожен сотрудником",
        db_default=False,
        default=False,
        help_text="YCLIENTS does not thaw it then",
    )
    takeover_minutes = models.PositiveIntegerField(
        "минут молчать после сотрудника", db_default=60, default=60
    )

    class Meta:
        db_table = "companies"
        verbose_name = "салон"
        verbose_name_plural = "салоны"
        indexes = (
            SeedIndex(
                fields=("whatsapp_connected",),
                name="idx_companies_whatsapp_connected",
                condition=Q(whatsapp_connected=True),
            ),
            SeedIndex(
                fields=("whatsapp_phone",),
                name="idx_companies_whatsapp_phone",
                condition=Q(whatsapp_phone__isnull=False),
            ),
            # Salons that are not simply at work: the sweep looks whether a session of theirs must end.
            models.Index(
                fields=("id",),
                name="companies_off",
                condition=~Q(integration_status__in=WORKING) | ~Q(whatsapp_enabled=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("external_company_id",), name="companies_salon_once"),
            models.CheckConstraint(
                condition=Q(integration_status__in=IntegrationStatus.values),
                name="companies_status_known",
            ),
            # Two columns of the seed for one number: they may not drift apart.
            models.CheckConstraint(
                condition=Q(yclients_id__isnull=True) | Q(yclients_id=F("external_company_id")),
                name="companies_one_salon_id",
            ),
            models.CheckConstraint(
                condition=Q(external_company_id__gt=0), name="companies_salon_positive"
            ),
            # One number answers for one salon.
            models.UniqueConstraint(
                fields=("whatsapp_phone",),
                condition=Q(whatsapp_connected=True),
                name="companies_number_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title or 'Салон'} ({self.external_company_id})"

    @property
    def salon_id(self) -> int:
        """The salon's id in YCLIENTS."""
        if self.external_company_id is None:
            raise ValueError(f"company {self.pk} has no salon id")
        return self.external_company_id

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone or "Europe/Moscow")
