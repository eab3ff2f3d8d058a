"""How an owner gets to the desk: a link that works once, and the sessions it was exchanged for."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models.company import Company


class OwnerLink(models.Model):
    """A link to the desk, exchanged once. Its key is derived (`services/owner_access.py`), not stored."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="owner_links")
    install_generation = models.PositiveIntegerField()
    email = models.CharField(
        max_length=100, blank=True, default="", help_text="Where it goes; empty: opened from a page"
    )
    after_connection = models.BooleanField(
        default=False, db_default=False, help_text="Sent by itself, once an installation"
    )
    # Real time, all.
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "owner_links"
        indexes = (
            models.Index(
                fields=("mail_due_at",),
                name="owner_link_mail_due",
                condition=models.Q(mail_due_at__isnull=False),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("company", "install_generation"),
                name="owner_link_once_after_connection",
                condition=models.Q(after_connection=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id}: {self.pk}"


class OwnerSession(models.Model):
    """A browser that is in: the hash of its cookie, listed for the owner and revocable."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="owner_sessions")
    install_generation = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    device = models.CharField(
        max_length=120, blank=True, default="", help_text="Browser and system"
    )
    # Real time, all.
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "owner_sessions"

    def __str__(self) -> str:
        return f"{self.company_id}: {self.device}"
