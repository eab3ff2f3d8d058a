"""Greetings and "we are away" that WhatsApp Business sends by itself: no person has answered."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models import Company


class AutoText(models.Model):
    """A text found to be automatic; the first one of a salon is told to its owner."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="auto_texts")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text, in hex")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "auto_texts"
        constraints = (
            models.UniqueConstraint(fields=("company", "digest"), name="auto_text_once"),
        )

    def __str__(self) -> str:
        return f"{self.company_id}: {self.digest[:8]}"
