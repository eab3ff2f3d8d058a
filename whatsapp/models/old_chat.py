"""People with whom the salon's phone has written before it was linked; known by address only."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models import Company


class OldChat(models.Model):
    """No address is kept in the clear: nothing is done with it but to know it again."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="old_chats")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the jid, in hex")
    created_at = models.DateTimeField(db_default=Now(), help_text="Real time")

    class Meta:
        db_table = "old_chats"
        constraints = (models.UniqueConstraint(fields=("company", "digest"), name="old_chat_once"),)

    def __str__(self) -> str:
        return f"{self.company_id}: {self.digest[:8]}"
