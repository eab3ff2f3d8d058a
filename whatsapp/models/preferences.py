"""How a salon wants its assistant: whom it answers, how it speaks, when it writes first."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from marketplace.models import Company


class Answers(models.TextChoices):
    """Whom the assistant answers. Staff and «не отвечать» are never answered."""

    EVERYONE = "everyone", gettext_lazy("everyone")
    KNOWN = "known", gettext_lazy("new chats and clients known to YCLIENTS")
    LISTED = "listed", gettext_lazy("only the pilot numbers")
    SHADOW = "shadow", gettext_lazy("nobody: drafts for the staff")


class Tone(models.TextChoices):
    VY = "vy", gettext_lazy("formal")
    TY = "ty", gettext_lazy("informal")


class Digest(models.TextChoices):
    OFF = "off", gettext_lazy("do not send")
    WHATSAPP = "whatsapp", gettext_lazy("by WhatsApp")
    EMAIL = "email", gettext_lazy("by mail")


class PhoneRole(models.TextChoices):
    STAFF = "staff", "сотрудник"
    ADMINISTRATOR = "administrator", "администратор: ему пишем о том, что нужен человек"
    NEVER = "never", "не отвечать"
    PILOT = "pilot", "пилотный номер"


class SalonSettings(models.Model):
    """Read through `services/preferences.py`: a salon without a row has the defaults.

    Hours are the salon's own local time.
    """

    company = models.OneToOneField(
        Company,
        verbose_name="салон",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="settings",
    )
    answers = models.CharField(
        "кому отвечать",
        max_length=10,
        choices=Answers,
        default=Answers.KNOWN,
        db_default=Answers.KNOWN,
    )
    tone = models.CharField(
        "обращение", max_length=2, choices=Tone, default=Tone.VY, db_default=Tone.VY
    )
    about = models.TextField(
        "что отвечать о салоне",
        blank=True,
        default="",
        db_default="",
        help_text="Как пройти, вход и этаж, лифт, парковка, оплата, рассрочка, предоплата, сертификаты, "
        "вай-фай, кофе, душ, туалет, что взять с собой, дети, питомцы, стерильность, гарантия, "
        "примеры работ: каждое с новой строки",
    )
    quiet_from = models.TimeField(
        "не писать первыми с", default=time(21), db_default=time(21), help_text="Время салона"
    )
    quiet_to = models.TimeField(
        "и до", default=time(9), db_default=time(9), help_text="Время салона"
    )
    evening_reminder = models.BooleanField("напоминать накануне", default=True, db_default=True)
    evening_at = models.TimeField(
        "накануне в", default=time(19), db_default=time(19), help_text="Время салона"
    )
    near_reminder = models.BooleanField("напоминать перед визитом", default=True, db_default=True)
    near_minutes = models.PositiveSmallIntegerField("за сколько минут", default=120, db_default=120)
    unconfirmed_at = models.TimeField(
        "сообщать о неподтверждённых в",
        default=time(10),
        db_default=time(10),
        help_text="Время салона в день визита",
    )
    tell_changes = models.BooleanField(
        "сообщать клиенту о переносе и отмене салоном", default=True, db_default=True
    )
    reviews = models.BooleanField("просить оценку", default=True, db_default=True)
    review_minutes = models.PositiveSmallIntegerField(
        "через сколько минут после визита", default=120, db_default=120
    )
    review_link = models.URLField("ссылка для отзыва", blank=True, default="", db_default="")
    waiting_list = models.BooleanField("предлагать лист ожидания", default=True, db_default=True)
    booking_link = models.URLField(
        "ссылка онлайн-записи",
        blank=True,
        default="",
        db_default="",
        help_text="Для услуг с предоплатой",
    )
    digest = models.CharField(
        "сводка дня", max_length=10, choices=Digest, default=Digest.OFF, db_default=Digest.OFF
    )
    digest_at = models.TimeField(
        "сводка в", default=time(9), db_default=time(9), help_text="Время салона"
    )

    class Meta:
        db_table = "salon_settings"
        verbose_name = "настройки помощника"
        verbose_name_plural = "настройки помощников"
        constraints = (
            models.CheckConstraint(
                condition=Q(answers__in=Answers.values), name="salon_settings_answers_known"
            ),
            models.CheckConstraint(
                condition=Q(tone__in=Tone.values), name="salon_settings_tone_known"
            ),
            models.CheckConstraint(
                condition=Q(digest__in=Digest.values), name="salon_settings_digest_known"
            ),
            models.CheckConstraint(
                condition=Q(near_minutes__range=(30, 1440)), name="salon_settings_near_sane"
            ),
            models.CheckConstraint(
                condition=Q(review_minutes__range=(30, 2880)), name="salon_settings_review_sane"
            ),
        )

    def __str__(self) -> str:
        return f"салон № {self.company_id}"


class SalonPhone(models.Model):
    """A number with a role in the salon. One phone may have several."""

    company = models.ForeignKey(
        Company, verbose_name="салон", on_delete=models.CASCADE, related_name="salon_phones"
    )
    phone = models.CharField("телефон", max_length=20, help_text="E.164")
    role = models.CharField("роль", max_length=15, choices=PhoneRole)
    name = models.CharField("имя", max_length=100, blank=True, default="", db_default="")

    class Meta:
        db_table = "salon_phones"
        verbose_name = "номер салона"
        verbose_name_plural = "номера салона"
        constraints = (
            models.UniqueConstraint(fields=("company", "phone", "role"), name="salon_phones_once"),
            models.CheckConstraint(
                condition=Q(role__in=PhoneRole.values), name="salon_phones_role_known"
            ),
            models.CheckConstraint(
                condition=Q(phone__regex=r"^\+[0-9]{7,15}$"), name="salon_phones_e164"
            ),
        )

    def __str__(self) -> str:
        return f"{self.phone}: {self.get_role_display()}"
