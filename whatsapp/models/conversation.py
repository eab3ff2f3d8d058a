"""A chat with one client, and the claim on its turn (design, decision 10)."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models import Company


class Conversation(models.Model):
    company = models.ForeignKey(
        Company,
        verbose_name="салон",
        on_delete=models.CASCADE,
        related_name="conversations",
        db_index=False,  # others below begin with it
    )
    chat = models.CharField(
        max_length=100, help_text="The jid the client last wrote from; answers go there"
    )
    lid = models.CharField(max_length=100, blank=True, default="")
    phone = models.CharField(
        "телефон", max_length=20, blank=True, default="", help_text="E.164, when known"
    )
    name = models.CharField(
        "имя", max_length=255, blank=True, default="", help_text="The client's name"
    )
    push_name = models.CharField(
        max_length=255, blank=True, default="", help_text="As set in WhatsApp"
    )
    state = models.JSONField(default=dict, blank=True, help_text="DialogueState of the assistant")

    # Turn: due (also the batching timer), owned until, fenced by epoch. Real time.
    typing_until = models.DateTimeField(
        null=True, blank=True, help_text="The client is typing, until told otherwise or then"
    )
    turn_due_at = models.DateTimeField(null=True, blank=True)
    turn_owner = models.CharField(max_length=60, blank=True, default="")
    turn_until = models.DateTimeField(null=True, blank=True)
    turn_epoch = models.BigIntegerField(default=0)
    turn_tries = models.PositiveSmallIntegerField(default=0)
    # The turn's number and its fixed batch: a retry after a crash answers the very same messages.
    turn_number = models.BigIntegerField(default=0)
    turn_upto = models.BigIntegerField(
        null=True, blank=True, help_text="Last message id of the batch"
    )

    bot_paused_until = models.DateTimeField(
        "помощник молчит до", null=True, blank=True, help_text="A person has taken over"
    )
    needs_person_since = models.DateTimeField("ждёт человека с", null=True, blank=True)
    needs_person_reason = models.CharField("зачем человек", max_length=1000, blank=True, default="")
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="The salon's people were told of this hand-over; real time"
    )
    begun_before = models.BooleanField(
        default=False, db_default=False, help_text="It was on the phone before the salon connected"
    )
    muted_at = models.DateTimeField(
        "не отвечать с", null=True, blank=True, help_text="Staff said: never answer here; real time"
    )
    opted_out_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "conversations"
        verbose_name = "чат"
        verbose_name_plural = "чаты"
        constraints = (
            models.UniqueConstraint(fields=("company", "chat"), name="conversation_chat_once"),
        )
        indexes = (
            models.Index(
                fields=("turn_due_at",),
                name="conversations_due",
                condition=models.Q(turn_due_at__isnull=False),
            ),
            models.Index(fields=("company", "phone"), name="conversations_by_phone"),
            models.Index(fields=("company", "lid"), name="conversations_by_lid"),
            models.Index(
                fields=("needs_person_since",),
                name="conversations_need_person",
                condition=models.Q(needs_person_since__isnull=False),
            ),
            models.Index(
                fields=("needs_person_since",),
                name="conversations_untold",
                condition=models.Q(needs_person_since__isnull=False, told_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.push_name or self.phone or f"чат № {self.pk}"


class HandOver(Conversation):
    """A chat that waits for a person, as a queue of its own for staff."""

    class Meta:
        proxy = True
        verbose_name = "чат, где ждут человека"
        verbose_name_plural = "ждут человека"
