"""Keys and tokens: hashes only."""

from django.db import models
from django.db.models.functions import Now

from marketplace.models.company import Company
from marketplace.models.states import known


class ApiKey(models.Model):
    """A key of one company, stored as prefix + SHA-256, shown once."""

    class Kind(models.TextChoices):
        OWNER = "owner", "владелец"
        YCLIENTS = "yclients", "YCLIENTS"

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="api_keys"
    )
    kind = models.CharField("чей", max_length=10, choices=Kind)
    prefix = models.CharField(
        "начало", max_length=12, help_text="First characters, to recognise the key"
    )
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("создан", db_default=Now())
    revoked_at = models.DateTimeField("отозван", null=True, blank=True)

    class Meta:
        db_table = "api_keys"
        verbose_name = "ключ API"
        verbose_name_plural = "ключи API"
        constraints = (known("kind", "owner", "yclients", name="api_key_kind_known"),)

    def __str__(self) -> str:
        return f"{self.prefix}…"


class ConnectToken(models.Model):
    """An issued connect token (JWT, 24 h); the row says whether it is revoked."""

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="connect_tokens"
    )
    jti = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("создан", db_default=Now())
    expires_at = models.DateTimeField(
        "действует до",
    )
    revoked_at = models.DateTimeField("отозван", null=True, blank=True)

    class Meta:
        db_table = "connect_tokens"
        verbose_name = "ссылка на подключение"
        verbose_name_plural = "ссылки на подключение"

    def __str__(self) -> str:
        return f"№ {self.pk}"
