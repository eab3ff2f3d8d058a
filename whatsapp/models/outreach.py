"""What a salon owes its clients unasked: one row per visit, kind and visit time, there before it is said."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from marketplace.models import Booking, Company
from whatsapp.models.message import Message


class OutreachKind(models.TextChoices):
    EVENING = "evening", "напоминание накануне"
    NEAR = "near", "напоминание перед визитом"
    CHANGED = "changed", "перенос или отмена салоном"
    REVIEW = "review", "просьба об оценке"


class OutreachStatus(models.TextChoices):
    """planned → queued (its message is on the way) or skipped (with a reason)."""

    PLANNED = "planned", "ждёт своего часа"
    QUEUED = "queued", "передано на отправку"
    SKIPPED = "skipped", "не отправлено"


class OutreachAnswer(models.TextChoices):
    NONE = "", "—"
    YES = "yes", "придёт"
    NO = "no", "не придёт"


class Outreach(models.Model):
    """Inserted by `services/outreach_plan`, said by `outreach_send`, answered by `outreach_questions`.

    `visit_at`, `due_at`, `expires_at` are business time; claims and attempts are real time.
    """

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="outreach"
    )
    booking = models.ForeignKey(
        Booking, verbose_name="визит в журнале", on_delete=models.CASCADE, related_name="outreach"
    )
    kind = models.CharField("что", max_length=10, choices=OutreachKind)
    visit_at = models.DateTimeField(
        "визит", help_text="Its start when this was planned; of a change: as the client knows it"
    )
    known_staff = models.BigIntegerField(
        db_default=0, default=0, help_text="Of a change: the master the client knows of"
    )
    told_start = models.DateTimeField(
        null=True, blank=True, help_text="Of a change: the start that the client was told"
    )
    occasion = models.CharField(
        max_length=40, db_default="", default="", blank=True, help_text="Which change; else empty"
    )
    status = models.CharField(
        "состояние",
        max_length=10,
        choices=OutreachStatus,
        default=OutreachStatus.PLANNED,
        db_default=OutreachStatus.PLANNED,
    )
    reason = models.CharField("почему", max_length=30, db_default="", default="", blank=True)
    due_at = models.DateTimeField("когда")
    expires_at = models.DateTimeField("годится до")
    message = models.ForeignKey(
        Message,
        verbose_name="сообщение",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="outreach",
    )
    asks = models.BooleanField(
        "спрашивает", db_default=False, default=False, help_text="The message ends in a question"
    )
    answer = models.CharField(
        "ответ", max_length=5, choices=OutreachAnswer, db_default="", default="", blank=True
    )
    answered_at = models.DateTimeField("ответил", null=True, blank=True)
    salon_told_at = models.DateTimeField(
        "салон извещён", null=True, blank=True, help_text="No answer by the salon's hour"
    )
    escalated_at = models.DateTimeField(
        "о недоставке сказано", null=True, blank=True, help_text="It did not reach the client"
    )
    # Real time.
    claimed_until = models.DateTimeField(
        null=True, blank=True, help_text="Somebody is at it until then, or waits until then"
    )
    claim = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text="Number of the pass that claimed it last"
    )
    mark_due_at = models.DateTimeField(
        null=True, blank=True, help_text="Next attempt to write the answer into the journal"
    )
    created_at = models.DateTimeField("создано", db_default=Now())

    class Meta:
        db_table = "outreach"
        verbose_name = "сообщение по визиту"
        verbose_name_plural = "сообщения по визитам"
        constraints = (
            models.UniqueConstraint(
                fields=("booking", "kind", "visit_at", "occasion"), name="outreach_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OutreachKind.values), name="outreach_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=OutreachStatus.values), name="outreach_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=OutreachStatus.SKIPPED) | ~Q(reason=""),
                name="outreach_skipped_for_a_reason",
            ),
        )
        indexes = (
            models.Index(
                fields=("company", "due_at"), name="outreach_due", condition=Q(status="planned")
            ),
            models.Index(
                fields=("mark_due_at",),
                name="outreach_to_mark",
                condition=Q(mark_due_at__isnull=False),
            ),
            models.Index(fields=("company", "visit_at"), name="outreach_of_day"),
            # Of all salons, for each beat: who was asked and is silent, and what may not have arrived.
            models.Index(
                fields=("visit_at",),
                name="outreach_unanswered",
                condition=Q(
                    status="queued",
                    asks=True,
                    answered_at=None,
                    salon_told_at=None,
                    escalated_at=None,
                ),
            ),
            models.Index(
                fields=("visit_at",),
                name="outreach_unseen",
                condition=Q(status="queued", escalated_at=None),
            ),
            models.Index(
                fields=("expires_at",),
                name="outreach_unseen_changes",
                condition=Q(status="queued", escalated_at=None, kind="changed"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_status_display()}"


class Review(models.Model):
    """A client's rating of a visit, and what they added when it was low."""

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="reviews"
    )
    outreach = models.OneToOneField(
        Outreach, verbose_name="просьба об оценке", on_delete=models.CASCADE, related_name="review"
    )
    staff_yclients_id = models.BigIntegerField("мастер", default=0)
    rating = models.PositiveSmallIntegerField("оценка", null=True, blank=True)
    text = models.TextField("слова клиента", blank=True, default="")
    comment = models.TextField("что было не так", blank=True, default="")
    created_at = models.DateTimeField("когда", help_text="Business time")

    class Meta:
        db_table = "reviews"
        verbose_name = "оценка"
        verbose_name_plural = "оценки"
        constraints = (
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)),
                name="review_one_to_five",
            ),
        )
        indexes = (models.Index(fields=("company", "staff_yclients_id"), name="reviews_of_master"),)

    def __str__(self) -> str:
        return f"оценка {self.rating or '—'}"
