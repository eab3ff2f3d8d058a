"""One message of a chat, either way. Outgoing rows are the outbox."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from whatsapp.models.conversation import Conversation


class Direction(models.TextChoices):
    IN = "in", "от клиента"
    OUT = "out", "от салона"


class MessageStatus(models.TextChoices):
    """Incoming: received → answered.

    Outgoing: queued → sending → sent → delivered → read, or failed / unknown. A draft never leaves.
    """

    RECEIVED = "received", "получено"
    ANSWERED = "answered", "обработано"
    QUEUED = "queued", "в очереди"
    SENDING = "sending", "отправляется"
    SENT = "sent", "отправлено"
    DELIVERED = "delivered", "доставлено"
    READ = "read", "прочитано"
    FAILED = "failed", "не отправлено"
    UNKNOWN = "unknown", "неизвестно"
    DRAFT = "draft", "черновик"


class Purpose(models.TextChoices):
    """Why a message of ours leaves: what `services/pacing.py` allows depends on it."""

    REPLY = "reply", "ответ"
    SERVICE = "service", "напоминание или просьба"
    FIRST_CONTACT = "first_contact", "первое сообщение незнакомому"
    STAFF = "staff", "сотрудникам салона"


class Author(models.TextChoices):
    CLIENT = "client", gettext_lazy("client")
    BOT = "bot", gettext_lazy("assistant")
    PERSON = "person", gettext_lazy("employee")


class Message(models.Model):
    company = models.ForeignKey(
        "marketplace.Company",
        verbose_name="салон",
        on_delete=models.CASCADE,
        related_name="messages",
        db_index=False,  # others below begin with it, here and for the chat
    )
    conversation = models.ForeignKey(
        Conversation,
        verbose_name="чат",
        on_delete=models.CASCADE,
        related_name="messages",
        db_index=False,
    )
    direction = models.CharField("чьё", max_length=3, choices=Direction)
    author = models.CharField("автор", max_length=10, choices=Author)
    status = models.CharField("состояние", max_length=10, choices=MessageStatus)
    # Made once for our own messages, so that a second attempt is the same message to the phone.
    wa_id = models.CharField("номер в WhatsApp", max_length=80)
    kind = models.CharField("вид", max_length=20, default="text")
    text = models.TextField("текст", blank=True, default="")
    transcribed = models.BooleanField(
        "расшифровано с голоса", default=False, db_default=False, help_text="Текст продиктован"
    )
    payload = models.JSONField(
        "данные", default=dict, blank=True, help_text="The bridge's payload or the command"
    )
    at = models.DateTimeField(
        "когда", help_text="WhatsApp's own time of the message (business time for ours)"
    )
    turn_number = models.BigIntegerField(
        "ход диалога", null=True, blank=True, help_text="The turn that made this reply"
    )
    frame = models.JSONField(
        "понято и сделано",
        null=True,
        blank=True,
        help_text="What was understood and done, for staff",
    )
    created_at = models.DateTimeField("создано", db_default=Now())

    # Outbox. Real time.
    due_at = models.DateTimeField(
        "следующая попытка", null=True, blank=True, help_text="Next attempt, for queued and sending"
    )
    attempts = models.PositiveSmallIntegerField("попыток", default=0)
    error = models.CharField("ошибка", max_length=200, blank=True, default="")
    purpose = models.CharField(
        "зачем", max_length=15, choices=Purpose, default=Purpose.REPLY, db_default=Purpose.REPLY
    )
    slot_at = models.DateTimeField(
        null=True, blank=True, help_text="Real time the number's pace has given to this attempt"
    )
    # Proactive messages only. Business time.
    not_before = models.DateTimeField(
        "не раньше", null=True, blank=True, help_text="Held until then"
    )
    expires_at = models.DateTimeField(
        "годится до", null=True, blank=True, help_text="Of no use afterwards"
    )
    opened_at = models.DateTimeField(
        null=True, blank=True, help_text="First attempt; what the daily budget counts"
    )

    class Meta:
        db_table = "messages"
        verbose_name = "сообщение"
        verbose_name_plural = "сообщения"
        constraints = (
            models.UniqueConstraint(
                fields=("company", "conversation", "wa_id"), name="message_once"
            ),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.REPLY) | Q(expires_at__isnull=False),
                name="message_proactive_expires",
            ),
        )
        indexes = (
            models.Index(fields=("conversation", "id"), name="messages_of_chat"),
            models.Index(fields=("company", "wa_id"), name="messages_by_wa_id"),
            models.Index(
                fields=("due_at",),
                name="messages_outbox",
                # What is open has it, and nothing else.
                condition=Q(due_at__isnull=False),
            ),
            models.Index(
                fields=("company", "opened_at"),
                name="messages_proactive",
                condition=Q(opened_at__isnull=False),
            ),
            models.Index(fields=("company", "created_at"), name="messages_by_time"),
            # Of all salons: what was said unasked and did not arrive.
            models.Index(
                fields=("created_at",),
                name="messages_unseen",
                condition=Q(status__in=("sent", "failed")) & ~Q(purpose="reply"),
            ),
            # Of all salons: the day's figures, and what is deleted by age.
            models.Index(fields=("created_at",), name="messages_by_age"),
        )

    def __str__(self) -> str:
        return f"№ {self.pk}, {self.get_direction_display()}: {self.get_status_display()}"
