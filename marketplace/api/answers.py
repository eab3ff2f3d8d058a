"""What the API answers, as the schema tells it. The views build the bodies; a test compares the two."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from marketplace.api.serializers import CallbackSerializer
from marketplace.models import IntegrationStatus


@extend_schema_field({"type": "boolean", "enum": [True]})
class YesField(serializers.BooleanField):
    """`success` of an answer."""


@extend_schema_field({"type": "boolean", "enum": [False]})
class NoField(serializers.BooleanField):
    """`success` of a refusal."""


class ErrorAnswer(serializers.Serializer[Any]):
    success = NoField()
    error = serializers.CharField(help_text="What happened, in Russian, for a person.")
    code = serializers.CharField(help_text="Stable, for a program.")
    fields = serializers.DictField(  # type: ignore[assignment]  # the contract's own name
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="With code `invalid`: the name of a field → what is wrong with it.",
    )


class TestAnswer(serializers.Serializer[Any]):
    success = YesField()
    status = serializers.ChoiceField(choices=["ok"])
    endpoints = serializers.DictField(child=serializers.CharField())
    message = serializers.CharField()


class RegisteredAnswer(serializers.Serializer[Any]):
    success = YesField()
    company_id = serializers.IntegerField(help_text="Our number of the salon, used in our URLs.")
    salon_id = serializers.IntegerField(help_text="The salon's number in YCLIENTS.")
    api_key = serializers.RegexField(
        r"^sk_[0-9a-f]{64}$",
        allow_null=True,
        help_text="Shown once; null for a salon that has one already.",
    )
    api_key_prefix = serializers.CharField(help_text="Tells which key it is.")
    connect_url = serializers.CharField(help_text="Path of the connect page; its token lives 24 h.")
    message = serializers.CharField()


class QrAnswer(serializers.Serializer[Any]):
    success = YesField()
    qr = serializers.RegexField(r"^data:image/png;base64,[A-Za-z0-9+/]+={0,2}$")
    expires_in = serializers.IntegerField(
        min_value=1, max_value=20, help_text="Seconds for which this code can still be scanned."
    )


class StatusAnswer(serializers.Serializer[Any]):
    success = YesField()
    company_id = serializers.IntegerField()
    whatsapp_connected = serializers.BooleanField()
    whatsapp_phone = serializers.CharField(allow_null=True, help_text="E.164.")
    integration_status = serializers.ChoiceField(choices=IntegrationStatus.values)
    connected_at = serializers.DateTimeField(allow_null=True)


class CallbackData(serializers.Serializer[Any]):
    callback_sent_at = serializers.DateTimeField(
        allow_null=True, help_text="null while it waits for its turn or for YCLIENTS."
    )


class CallbackAnswer(serializers.Serializer[Any]):
    success = YesField()
    message = serializers.CharField()
    data = CallbackData()  # type: ignore[assignment]  # the contract's own name


class StatusCounts(serializers.Serializer[Any]):
    pending = serializers.IntegerField()
    active = serializers.IntegerField()
    frozen = serializers.IntegerField()
    uninstalled = serializers.IntegerField()
    failed = serializers.IntegerField()


class Stats(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    connected = serializers.IntegerField()
    pending = serializers.IntegerField()
    disconnected = serializers.IntegerField(help_text="Connected once, WhatsApp is off now.")
    last_24h = serializers.IntegerField(help_text="Registered within the last day.")
    by_status = StatusCounts()


class CompaniesAnswer(serializers.Serializer[Any]):
    success = YesField()
    stats = Stats()


class DoneAnswer(serializers.Serializer[Any]):
    success = YesField()


class CallbackBody(CallbackSerializer):
    """The company's key may come in the body, as the seed has it, or in X-API-Key."""

    api_key = serializers.CharField(required=False, help_text="The company's key.")
