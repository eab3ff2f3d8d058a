"""Who waits for time to become free, and which freed time they were offered: one person at a time."""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now

from marketplace.models import Company
from whatsapp.models.conversation import Conversation
from whatsapp.models.message import Message

_NONE = Value([], models.JSONField())


class WaitingStatus(models.TextChoices):
    """waiting ⇄ offered → booked, left, stopped or passed."""

    WAITING = "waiting", "ждёт"
    OFFERED = "offered", "предложено время"
    BOOKED = "booked", "записан"
    LEFT = "left", "больше не ждёт"
    STOPPED = "stopped", "написал «СТОП»"
    PASSED = "passed", "время прошло"


LIVING = (WaitingStatus.WAITING, WaitingStatus.OFFERED)


class OfferStatus(models.TextChoices):
    """open → booked, refused, expired (may still be booked late) or gone (taken meanwhile, or never said)."""

    OPEN = "open", "ждём ответа"
    BOOKED = "booked", "записан"
    REFUSED = "refused", "отказался"
    EXPIRED = "expired", "не ответил"
    GONE = "gone", "время заняли"


class WaitingEntry(models.Model):
    """A wish that was not free. Written by `services/waiting_list`; earlier rows are served first.

    Days and hours are the salon's own; a visit may begin from `earliest` to `latest`.
    """

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="waiting"
    )
    conversation = models.ForeignKey(
        Conversation, verbose_name="чат", on_delete=models.CASCADE, related_name="waiting"
    )
    services = models.JSONField(help_text="YCLIENTS's ids, done in one visit")
    staff = models.JSONField(
        default=list, blank=True, help_text="YCLIENTS's ids who suit; none: anybody"
    )
    excluded = models.JSONField(default=list, blank=True, help_text="Masters who do not suit")
    days = models.JSONField("дни", help_text="ISO dates in order")
    each = models.BooleanField(
        "и в другие дни",
        default=False,
        db_default=False,
        help_text="The client waits for visits on other days as well: one does not stand for another",
    )
    earliest = models.TimeField("не раньше", null=True, blank=True)
    latest = models.TimeField("не позже", null=True, blank=True)
    guest = models.CharField("для кого", max_length=100, blank=True, default="")
    others = models.JSONField(
        default=list,
        db_default=_NONE,
        blank=True,
        help_text="Visits wanted together with it: services, staff, excluded, guest",
    )
    parallel = models.BooleanField(
        "одновременно", default=False, db_default=False, help_text="All begin at one time"
    )
    record_id = models.BigIntegerField(
        "перенос записи", null=True, blank=True, help_text="YCLIENTS's id of the visit to be moved"
    )
    moved_from = models.DateTimeField("стоит на", null=True, blank=True)
    stood = models.JSONField(
        default=list,
        db_default=_NONE,
        blank=True,
        help_text="Visits of those days that the client had already: none of them is waited for",
    )
    changed = models.BooleanField(
        "меняет услуги", default=False, db_default=False, help_text="Of the visit to be moved"
    )
    what = models.CharField("услуги", max_length=300, help_text="Their titles, for staff")
    whom = models.CharField("мастер", max_length=300, blank=True, default="")
    wish = models.CharField(max_length=64, help_text="Digest of all that is wished")
    status = models.CharField(
        "состояние",
        max_length=10,
        choices=WaitingStatus,
        default=WaitingStatus.WAITING,
        db_default=WaitingStatus.WAITING,
    )
    until = models.DateTimeField("ждёт до", help_text="Business time: the last start that suits")
    # Real time.
    check_at = models.DateTimeField(help_text="The journal is asked next, or a claim on it ends")
    claim = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text="Number of the pass that is at it, or 0"
    )
    created_at = models.DateTimeField("в листе с", db_default=Now())
    ended_at = models.DateTimeField("окончено", null=True, blank=True)

    class Meta:
        db_table = "waiting_entries"
        verbose_name = "место в листе ожидания"
        verbose_name_plural = "лист ожидания"
        constraints = (
            models.UniqueConstraint(
                fields=("conversation", "wish"),
                condition=Q(status__in=("waiting", "offered")),
                name="waiting_entry_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=WaitingStatus.values), name="waiting_entry_status_known"
            ),
            # A visit that is to be moved is one.
            models.CheckConstraint(
                condition=Q(record_id__isnull=True, moved_from__isnull=True, changed=False)
                | Q(record_id__isnull=False, moved_from__isnull=False, others=[], parallel=False),
                name="waiting_entry_moves_one",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, status__in=("waiting", "offered"))
                | Q(ended_at__isnull=False) & ~Q(status__in=("waiting", "offered")),
                name="waiting_entry_ends_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("company", "id"),
                name="waiting_entries_living",
                condition=Q(status__in=("waiting", "offered")),
            ),
            models.Index(
                fields=("check_at",), name="waiting_entries_due", condition=Q(status="waiting")
            ),
            models.Index(
                fields=("until",), name="waiting_entries_until", condition=Q(status="waiting")
            ),
        )

    def __str__(self) -> str:
        return f"{self.what}: {self.get_status_display()}"


class WaitingOffer(models.Model):
    """Freed time that one person was asked about; she has it to herself until `expires_at`.

    `start` and `expires_at` are business time. Of a party the columns are the first visit's, `others` the
    further ones in the order of the entry's.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="waiting_offers")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="waiting_offers"
    )
    entry = models.ForeignKey(WaitingEntry, on_delete=models.CASCADE, related_name="offers")
    staff_yclients_id = models.BigIntegerField("мастер")
    start = models.DateTimeField("время")
    length_seconds = models.PositiveIntegerField(default=0)
    others = models.JSONField(
        default=list,
        db_default=_NONE,
        blank=True,
        help_text="Of the further visits: staff, start, length",
    )
    status = models.CharField(
        "состояние",
        max_length=10,
        choices=OfferStatus,
        default=OfferStatus.OPEN,
        db_default=OfferStatus.OPEN,
    )
    expires_at = models.DateTimeField("ждём ответа до")
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="waiting_offers"
    )
    created_at = models.DateTimeField("предложено", db_default=Now())

    class Meta:
        db_table = "waiting_offers"
        verbose_name = "предложенное время"
        verbose_name_plural = "предложенные времена"
        constraints = (
            models.UniqueConstraint(
                fields=("company", "staff_yclients_id", "start"),
                condition=Q(status="open"),
                name="waiting_offer_to_one",
            ),
            models.UniqueConstraint(
                fields=("conversation",), condition=Q(status="open"), name="waiting_offer_alone"
            ),
            # Who said no, or nothing, is not asked about the same time again.
            models.UniqueConstraint(
                fields=("conversation", "staff_yclients_id", "start"),
                condition=Q(status__in=("open", "refused", "expired")),
                name="waiting_offer_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OfferStatus.values), name="waiting_offer_status_known"
            ),
        )
        indexes = (
            models.Index(
                fields=("company", "expires_at"),
                name="waiting_offers_open",
                condition=Q(status="open"),
            ),
        )

    def __str__(self) -> str:
        return f"№ {self.pk}: {self.get_status_display()}"
