"""Request bodies: what may come in, in which form it goes on."""

from typing import Any

from django.core.validators import EmailValidator
from rest_framework import serializers

from aiadmin.core import phones
from marketplace.models.company import INT32_MAX

_EMAIL_ERROR = "Некорректный формат email"


class PhoneField(serializers.CharField):
    """Any usual way to write a number; goes on as E.164."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            return phones.normalize(text)
        except ValueError as error:
            raise serializers.ValidationError("Некорректный формат телефона") from error


class WholeField(serializers.IntegerField):
    """A positive number that PostgreSQL's INTEGER holds. "123" passes, 1.5, true and lists do not."""

    def __init__(self, label: str, **options: Any) -> None:
        wrong = f"Некорректный формат {label}"
        messages: dict[str, Any] = dict.fromkeys(
            ("invalid", "max_value", "min_value", "max_string_length", "null"), wrong
        )
        messages["required"] = f"Отсутствует обязательный параметр {label}"
        super().__init__(min_value=1, max_value=INT32_MAX, error_messages=messages, **options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float):
            self.fail("invalid")
        return super().to_internal_value(data)


class RegisterSerializer(serializers.Serializer[Any]):
    salon_id = WholeField("salon_id")
    phone = PhoneField(required=False, allow_blank=False, max_length=40)
    email = serializers.CharField(
        required=False,
        max_length=100,
        validators=[EmailValidator(message=_EMAIL_ERROR)],
        error_messages={"max_length": _EMAIL_ERROR, "invalid": _EMAIL_ERROR, "blank": _EMAIL_ERROR},
    )
    user_data = serializers.CharField(required=False, max_length=8000)
    user_data_sign = serializers.CharField(required=False, allow_blank=True, max_length=200)
    rotate_key = serializers.BooleanField(required=False, default=False)


class CallbackSerializer(serializers.Serializer[Any]):
    company_id = WholeField("company_id")
    salon_id = WholeField("salon_id", required=False)
    status = serializers.ChoiceField(
        choices=["connected"],
        error_messages={
            "invalid_choice": "Понятен только статус connected",
            "required": "Отсутствует обязательный параметр status",
        },
    )
    whatsapp_phone = PhoneField(required=False, max_length=40)
