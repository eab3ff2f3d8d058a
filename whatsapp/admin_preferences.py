"""A salon's wishes, for staff: whom its assistant answers, when it writes first, whose numbers are these."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from aiadmin.core import phones
from marketplace.admin_base import SALON, Audited
from whatsapp.models import SalonPhone, SalonSettings


class PhoneForm(forms.ModelForm):
    class Meta:
        model = SalonPhone
        fields = ("company", "phone", "role", "name")

    def clean_phone(self) -> str:
        try:
            return phones.normalize(self.cleaned_data["phone"])
        except ValueError as error:
            raise ValidationError("Некорректный формат телефона") from error


@admin.register(SalonSettings)
class SalonSettingsAdmin(Audited):
    list_display = ("company", "answers", "tone", "evening_reminder", "reviews", "digest")
    list_filter = ("answers", "digest")
    search_fields = SALON
    list_select_related = ("company",)
    raw_id_fields = ("company",)


@admin.register(SalonPhone)
class SalonPhoneAdmin(Audited):
    form = PhoneForm
    list_display = ("company", "phone", "role", "name")
    list_filter = ("role",)
    search_fields = (*SALON, "phone", "name")
    list_select_related = ("company",)
    raw_id_fields = ("company",)
