"""When the beat looks at a salon next: written by `services/outreach_looks`, and by triggers."""

from django.db import models

from marketplace.models import Company


class SalonLook(models.Model):
    """None: never looked at. Business time."""

    company = models.OneToOneField(
        Company, on_delete=models.CASCADE, primary_key=True, related_name="look"
    )
    looked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Nothing is to be written down from that look to then")
    number = models.IntegerField(default=0, help_text="How often it was looked at")

    class Meta:
        db_table = "salon_looks"
        indexes = (
            models.Index(fields=("due_at",), name="salon_looks_due"),
            models.Index(fields=("looked_at",), name="salon_looks_made"),
        )

    def __str__(self) -> str:
        return f"{self.company_id}: {self.due_at:%Y-%m-%d %H:%M}"


class SalonNews(models.Model):
    """Something changed that says when a salon owes what: a visit, its wishes, its zone, its state.

    Inserted by triggers, whoever makes the change, and only inserted: no lock is waited for.
    """

    company_id = models.IntegerField()

    class Meta:
        db_table = "salon_news"

    def __str__(self) -> str:
        return f"{self.company_id}"
