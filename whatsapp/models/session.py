"""The salon's WhatsApp session as the bridge last told it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from marketplace.models import Company


class SessionState(models.TextChoices):
    """idle → starting → qr / pairing_code → connected ⇄ reconnecting → logged_out."""

    IDLE = "idle", "не подключён"
    STARTING = "starting", "запускается"
    QR = "qr", "показан QR-код"
    PAIRING_CODE = "pairing_code", "показан код"
    CONNECTED = "connected", "подключён"
    RECONNECTING = "reconnecting", "переподключается"
    LOGGED_OUT = "logged_out", "отключён на телефоне"


# A code is shown, or will be.
PAIRING = (SessionState.STARTING, SessionState.QR, SessionState.PAIRING_CODE)


class Session(models.Model):
    company = models.OneToOneField(
        Company,
        verbose_name="салон",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="whatsapp_session",
    )
    state = models.CharField(
        "состояние", max_length=20, choices=SessionState, default=SessionState.IDLE
    )
    reason = models.CharField("причина", max_length=200, blank=True, default="")
    phone = models.CharField("номер", max_length=20, blank=True, default="", help_text="E.164")
    jid = models.CharField(max_length=100, blank=True, default="")
    lid = models.CharField(max_length=100, blank=True, default="")
    # Bridge events are applied in order: an older one never moves the state.
    last_event_id = models.BigIntegerField(default=0)
    pairing_requested_at = models.DateTimeField(
        "код запрошен", null=True, blank=True, help_text="Real time"
    )
    linked_at = models.DateTimeField(
        "телефон привязан", null=True, blank=True, help_text="This phone was linked; real time"
    )
    pairing_phone = models.CharField(
        "код для номера",
        max_length=20,
        blank=True,
        default="",
        help_text="E.164: pair by code with this phone; empty: by QR",
    )
    pairings = models.PositiveSmallIntegerField(
        "кодов показано",
        default=0,
        help_text="Pairings started since the page was opened; five at most",
    )
    down_since = models.DateTimeField(
        "не на связи с", null=True, blank=True, help_text="Real time; None while connected"
    )
    updated_at = models.DateTimeField("изменена", db_default=Now())

    class Meta:
        db_table = "whatsapp_sessions"
        verbose_name = "сессия WhatsApp"
        verbose_name_plural = "сессии WhatsApp"
        # For the sweep, which every two seconds asks who is not simply at work.
        indexes = (
            models.Index(
                fields=("state",), name="sessions_pairing", condition=Q(state__in=PAIRING)
            ),
            models.Index(fields=("reason",), name="sessions_with_reason", condition=~Q(reason="")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=SessionState.values), name="session_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"салон № {self.company_id}: {self.get_state_display()}"
