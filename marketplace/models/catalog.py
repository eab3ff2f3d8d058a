"""The salon's catalogue as last read from YCLIENTS. Sync owns every column but the local ones."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models.company import Company
from marketplace.models.states import known


class ServiceCategory(models.Model):
    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="categories"
    )
    yclients_id = models.BigIntegerField()
    title = models.CharField("название", max_length=255)
    weight = models.IntegerField(default=0, help_text="The heavier, the higher in the salon's list")
    deleted_at = models.DateTimeField("удалено", null=True, blank=True)

    class Meta:
        db_table = "service_categories"
        verbose_name = "категория услуг"
        verbose_name_plural = "категории услуг"
        constraints = (
            models.UniqueConstraint(fields=("company", "yclients_id"), name="category_once"),
        )

    def __str__(self) -> str:
        return self.title


class Service(models.Model):
    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="services"
    )
    yclients_id = models.BigIntegerField("номер в YCLIENTS")
    title = models.CharField("название", max_length=500)
    category = models.ForeignKey(
        ServiceCategory,
        verbose_name="категория",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="services",
    )
    price_min = models.DecimalField("цена от", max_digits=12, decimal_places=2, default=0)
    price_max = models.DecimalField("цена до", max_digits=12, decimal_places=2, default=0)
    duration_seconds = models.PositiveIntegerField("длительность, с", default=0)
    is_online = models.BooleanField(
        "онлайн-запись", default=True, help_text="Clients may book it themselves"
    )
    prepaid = models.BooleanField(
        "предоплата", default=False, help_text="Needs a prepayment: a person books it"
    )
    group = models.BooleanField(
        "групповая", default=False, db_default=False, help_text="Several clients at once, by places"
    )
    comment = models.TextField(
        "комментарий", blank=True, default="", db_default="", help_text="Told to clients"
    )
    parts = models.JSONField(
        "состав", default=list, blank=True, help_text="Service ids of a composite, in their order"
    )
    deleted_at = models.DateTimeField("удалено", null=True, blank=True)
    # Local: survives every sync.
    aliases = models.JSONField(
        "как её называют", default=list, blank=True, help_text="How clients call it"
    )

    class Meta:
        db_table = "services"
        verbose_name = "услуга"
        verbose_name_plural = "услуги"
        constraints = (
            models.UniqueConstraint(fields=("company", "yclients_id"), name="service_once"),
        )

    def __str__(self) -> str:
        return self.title


class Staff(models.Model):
    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="staff"
    )
    yclients_id = models.BigIntegerField("номер в YCLIENTS")
    name = models.CharField("имя", max_length=255)
    specialization = models.CharField("специальность", max_length=500, blank=True, default="")
    is_bookable = models.BooleanField(
        "можно записаться",
        default=True,
        help_text="Not fired, not hidden, not deleted, open for online booking",
    )
    deleted_at = models.DateTimeField("удалено", null=True, blank=True)

    class Meta:
        db_table = "staff"
        verbose_name = "мастер"
        verbose_name_plural = "мастера"
        constraints = (
            models.UniqueConstraint(fields=("company", "yclients_id"), name="staff_once"),
        )

    def __str__(self) -> str:
        return self.name


class ServiceStaff(models.Model):
    """Who does what, how long (seconds) and for how much (None: the service's price)."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="offers")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="offers")
    duration_seconds = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        db_table = "service_staff"
        constraints = (
            models.UniqueConstraint(fields=("service", "staff"), name="service_staff_once"),
        )

    def __str__(self) -> str:
        return f"{self.service_id} / {self.staff_id}"


class ScheduleDay(models.Model):
    """A master's working day: `slots` is [{"from": "10:00", "to": "21:00"}] in the salon's local time."""

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="schedule"
    )
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="schedule")
    day = models.DateField()
    slots = models.JSONField(default=list)

    class Meta:
        db_table = "schedule_days"
        constraints = (models.UniqueConstraint(fields=("staff", "day"), name="schedule_day_once"),)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.day}"


class SyncRun(models.Model):
    """One pass over the salon's data; the page shows `step`, `done` of `total` of a full one."""

    class Scope(models.TextChoices):
        FULL = "full", "всё"
        CATALOG = "catalog", "карточка, мастера и услуги"
        CHANGES = "changes", "изменения журнала"

    class Status(models.TextChoices):
        QUEUED = "queued", "в очереди"
        RUNNING = "running", "идёт"
        DONE = "done", "готово"
        FAILED = "failed", "ошибка"

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="sync_runs"
    )
    scope = models.CharField("что", max_length=10, choices=Scope, default=Scope.FULL)
    status = models.CharField("состояние", max_length=10, choices=Status, default=Status.QUEUED)
    step = models.CharField("шаг", max_length=30, blank=True, default="")
    done = models.PositiveSmallIntegerField("готово", default=0)
    total = models.PositiveSmallIntegerField("всего", default=5)
    counts = models.JSONField(
        "прочитано",
        default=dict,
        help_text="Rows read, by step; drift_…: what differed from our copy",
    )
    error = models.CharField("ошибка", max_length=500, blank=True, default="")
    # Grows with every claim: the fence that a worker's writes must match.
    attempts = models.PositiveIntegerField("попыток", default=0)
    failures = models.PositiveIntegerField(
        "неудач",
        default=0,
        help_text="Claims that did not end well; waits for the call budget are left out",
    )
    again = models.BooleanField(
        "повторить после этого", default=False, help_text="Asked for once more while it ran"
    )
    created_at = models.DateTimeField("начат", db_default=Now())
    # Real time: a lease on the work, so that a killed worker's run is taken over.
    claimed_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField("окончен", null=True, blank=True)

    class Meta:
        db_table = "sync_runs"
        verbose_name = "перенос из YCLIENTS"
        verbose_name_plural = "переносы из YCLIENTS"
        indexes = (models.Index(fields=("company", "-id"), name="sync_runs_latest"),)
        constraints = (
            # A second request joins the run that is waiting or under way.
            models.UniqueConstraint(
                fields=("company", "scope"),
                condition=models.Q(status__in=("queued", "running")),
                name="sync_run_one_open",
            ),
            known("scope", "full", "catalog", "changes", name="sync_run_scope_known"),
            known("status", "queued", "running", "done", "failed", name="sync_run_status_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_scope_display()}: {self.get_status_display()}"
