"""Rows of any table, for pages that must ask as many queries for many as for few."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from django.db import connection, models

from marketplace.models import Company
from whatsapp.models import BridgeEvent

_numbers = count(700_000_000)
_VALUES: dict[type, Any] = {
    models.DateTimeField: datetime(2026, 3, 1, tzinfo=UTC),
    models.DateField: date(2026, 3, 1),
    models.TimeField: time(9),
    models.JSONField: {},
    models.BooleanField: False,
}


def grow(model: type[models.Model], many: int) -> None:
    """`many` new rows, each of a company of its own; what the table can do without stays empty."""
    for _ in range(many):
        if model is BridgeEvent:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO bridge.events (session_id, kind, payload) VALUES (1, 'qr', '{}')"
                )
        else:
            made(model)


def made(model: type[models.Model], company: Company | None = None) -> models.Model:
    number = next(_numbers)
    if model is Company:
        return Company.objects.create(external_company_id=number, title=f"Салон {number}")
    columns: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField):
            continue
        if isinstance(field, models.ForeignKey):
            # Also where it may stay empty: this is what a page would ask for row by row.
            if field.related_model is Company:
                company = company or made(Company)  # type: ignore[assignment]  # a Company is one
                columns[field.name] = company
            else:
                columns[field.name] = made(field.related_model, company)
        elif not (field.has_default() or field.null or field.blank):
            columns[field.name] = _value(field, number)
    return model._default_manager.create(**columns)


def _value(field: models.Field[Any, Any], number: int) -> Any:
    if field.choices:
        return field.flatchoices[0][0]
    if field.name == "days":
        return ["2026-03-01"]
    for kind, value in _VALUES.items():
        if isinstance(field, kind):
            return value
    if field.name == "phone":
        return f"+7{number:010d}"
    if isinstance(field, models.PositiveSmallIntegerField | models.SmallIntegerField):
        return 1
    if isinstance(field, models.IntegerField):
        return number
    return str(number)
