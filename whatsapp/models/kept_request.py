"""A client's request that YCLIENTS's silence left undone. Kept until it is done, handed over or outdated."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from whatsapp.models.conversation import Conversation


class KeptRequest(models.Model):
    class Status(models.TextChoices):
        WAITING = "waiting", "ждёт YCLIENTS"
        DONE = "done", "клиенту ответили"
        HANDED = "handed", "передана человеку"
        DROPPED = "dropped", "больше не нужна"

    company = models.ForeignKey(
        "marketplace.Company", on_delete=models.CASCADE, related_name="kept_requests"
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="kept_requests"
    )
    turn_key = models.CharField(max_length=60, help_text="Begins the keys of its turn's writes")
    kept = models.JSONField(help_text="The assistant's own JSON of what is to be done")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0, help_text="That YCLIENTS did not answer")
    # Real time: the next try, or the end of the lease on the one under way.
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "kept_requests"
        constraints = (
            models.UniqueConstraint(fields=("conversation", "turn_key"), name="kept_request_once"),
            models.CheckConstraint(
                condition=Q(status__in=("waiting", "done", "handed", "dropped")),
                name="kept_request_status_known",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), name="kept_requests_due", condition=Q(status="waiting")
            ),
        )

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.status}"
