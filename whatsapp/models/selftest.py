"""The latest self-test of a salon: whether a client's message would end in a visit."""

from django.db import models

from marketplace.models import Company


class SelfTest(models.Model):
    """Written by `services/self_test.py` alone. Real time."""

    company = models.OneToOneField(
        Company, on_delete=models.CASCADE, primary_key=True, related_name="self_test"
    )
    requested_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text="Number of the run that claimed it last"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(
        default=dict, help_text="{ok, title, checks, dialogue}, as pages show it"
    )

    class Meta:
        db_table = "self_tests"

    def __str__(self) -> str:
        return f"{self.company_id}"
