"""Inbox of YCLIENTS's webhooks and outbox of our callbacks."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models.company import Company
from marketplace.models.states import known


class WebhookEvent(models.Model):
    """A webhook as it came. The unique key drops repeats within ten minutes."""

    class Status(models.TextChoices):
        NEW = "new", "новое"
        DONE = "done", "обработано"
        IGNORED = "ignored", "не нужно"
        FAILED = "failed", "ошибка"

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="webhooks"
    )
    key = models.CharField(
        max_length=120, unique=True, help_text="company:generation:sha256(body):10-minute slot"
    )
    resource = models.CharField("что", max_length=60, blank=True, default="")
    resource_id = models.BigIntegerField("номер", null=True, blank=True)
    event = models.CharField("событие", max_length=60, blank=True, default="")
    body = models.JSONField("тело")
    status = models.CharField("состояние", max_length=10, choices=Status, default=Status.NEW)
    note = models.CharField("заметка", max_length=300, blank=True, default="")
    # Grows with every claim: the fence that a worker's writes must match.
    attempts = models.PositiveIntegerField("попыток", default=0)
    crashes = models.PositiveIntegerField(
        "сбоев подряд",
        default=0,
        help_text="Tries in a row that ended by an error of ours or a killed worker",
    )
    received_at = models.DateTimeField("пришёл", db_default=Now())
    # Real time: not before this is it tried (again); a claim moves it ahead.
    due_at = models.DateTimeField("следующая попытка", db_default=Now())

    class Meta:
        db_table = "webhook_events"
        verbose_name = "вебхук YCLIENTS"
        verbose_name_plural = "вебхуки YCLIENTS"
        constraints = (
            known("status", "new", "done", "ignored", "failed", name="webhook_status_known"),
        )
        indexes = (
            models.Index(
                fields=("due_at",), name="webhooks_waiting", condition=models.Q(status="new")
            ),
        )

    def __str__(self) -> str:
        return f"№ {self.pk}: {self.get_status_display()}"


class CallbackDelivery(models.Model):
    """The activation callback to YCLIENTS, tried until it is acknowledged."""

    class Status(models.TextChoices):
        QUEUED = "queued", "в очереди"
        DONE = "done", "доставлен"
        FAILED = "failed", "не доставлен"

    class Hooks(models.TextChoices):
        UNCHECKED = "unchecked", "не проверены"
        REGISTERED = "registered", "приходят"
        SET_BY_US = "set_by_us", "включены нами"
        MISSING = "missing", "не включены"

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="callbacks"
    )
    install_generation = models.PositiveIntegerField(
        "установка",
    )
    # The key made for YCLIENTS, encrypted until YCLIENTS acknowledged it, then erased.
    api_key_encrypted = models.TextField(blank=True, default="")
    status = models.CharField("состояние", max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveIntegerField("попыток", default=0)
    created_at = models.DateTimeField("создан", db_default=Now())
    due_at = models.DateTimeField(
        "следующая попытка", db_default=Now(), help_text="Real time of the next attempt"
    )
    # Real time: an attempt is under way until then at the latest.
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField("принят YCLIENTS", null=True, blank=True)
    # After the acknowledgement: whether YCLIENTS really sends this installation's webhooks.
    hooks = models.CharField("вебхуки", max_length=12, choices=Hooks, default=Hooks.UNCHECKED)
    hooks_note = models.CharField("о вебхуках", max_length=300, blank=True, default="")
    hooks_tries = models.PositiveIntegerField("проверок вебхуков", default=0)
    hooks_due_at = models.DateTimeField(
        "следующая проверка",
        null=True,
        blank=True,
        help_text="Real time of the next look; none: nothing to look for",
    )
    hooks_claim = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text="Number of the look under way, or 0"
    )

    class Meta:
        db_table = "callback_deliveries"
        verbose_name = "callback в YCLIENTS"
        verbose_name_plural = "callback в YCLIENTS"
        constraints = (
            models.UniqueConstraint(
                fields=("company", "install_generation"), name="callback_once_per_install"
            ),
            known("status", "queued", "done", "failed", name="callback_status_known"),
            known(
                "hooks",
                "unchecked",
                "registered",
                "set_by_us",
                "missing",
                name="callback_hooks_known",
            ),
        )

    def __str__(self) -> str:
        return f"салон № {self.company_id}: {self.get_status_display()}"


class CallbackAttempt(models.Model):
    """One try: what YCLIENTS answered (secrets masked), how long it took."""

    delivery = models.ForeignKey(CallbackDelivery, on_delete=models.CASCADE, related_name="tries")
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True, default="")
    took_ms = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "callback_attempts"

    def __str__(self) -> str:
        return f"ответ {self.status_code or '—'}"
