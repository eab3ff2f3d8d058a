"""How a person comes to a salon: the one-time session of a visit from YCLIENTS, the request for access."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models.company import Company
from marketplace.models.states import known


class OnboardingSession(models.Model):
    """One salon of one visit from YCLIENTS whose proof was found good; spent by pressing "connect".

    Its secret travels inside the page, never in a cookie: YCLIENTS opens us in a frame.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    salon_id = models.IntegerField(help_text="The salon's id in YCLIENTS")
    user_id = models.BigIntegerField(
        null=True, blank=True, help_text="Signed by YCLIENTS; none in open mode"
    )
    created_at = models.DateTimeField(db_default=Now())
    # Real time, both.
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "onboarding_sessions"
        indexes = (models.Index(fields=("expires_at",), name="onboarding_expiry"),)

    def __str__(self) -> str:
        return f"салон {self.salon_id}"


class AccessRequest(models.Model):
    """Somebody wants to connect a salon, and YCLIENTS's own data do not show that they may.

    Decided by the salon's known owner or by staff. An approved pair (salon, user) may connect.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "ждёт решения"
        APPROVED = "approved", "разрешено"
        REFUSED = "refused", "отказано"

    salon_id = models.IntegerField("салон")
    # 0: YCLIENTS signed nothing, so nobody in particular can be let in.
    user_id = models.BigIntegerField("пользователь YCLIENTS", default=0)
    user_name = models.CharField("имя", max_length=255, blank=True, default="")
    user_email = models.CharField("почта", max_length=255, blank=True, default="")
    salon_name = models.CharField("название", max_length=255, blank=True, default="")
    status = models.CharField("состояние", max_length=10, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField("когда", db_default=Now())
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    decided_by = models.CharField("кем", max_length=150, blank=True, default="")
    # Real time: a mail about the row's state is owed then (asked: to the owner; decided: to the asker).
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_claim = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text="Number of the attempt under way, or 0"
    )

    class Meta:
        db_table = "access_requests"
        verbose_name = "запрос на доступ"
        verbose_name_plural = "запросы на доступ"
        constraints = (
            models.UniqueConstraint(
                fields=("salon_id", "user_id"),
                condition=models.Q(status="waiting"),
                name="access_request_one_waiting",
            ),
            known("status", "waiting", "approved", "refused", name="access_status_known"),
        )
        indexes = (
            models.Index(
                fields=("salon_id", "user_id"),
                name="access_granted",
                condition=models.Q(status="approved"),
            ),
            models.Index(
                fields=("mail_due_at",),
                name="access_mail_due",
                condition=models.Q(mail_due_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_name or 'Неизвестный'} → салон {self.salon_id}"


class Consent(models.Model):
    """Somebody of the salon read what unofficial WhatsApp means and agreed, before its first pairing."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="consents")
    install_generation = models.PositiveIntegerField()
    text_version = models.CharField(
        max_length=20, help_text="Which words were shown: `services/consent.py`"
    )
    user_id = models.BigIntegerField(
        null=True, blank=True, help_text="Signed by YCLIENTS; none: came by a connect link"
    )
    jti = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text="The connect token of whoever came by a link",
    )
    # Real time.
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "consents"
        constraints = (
            models.UniqueConstraint(
                fields=("company", "install_generation", "text_version"), name="consent_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id}: {self.text_version}"
